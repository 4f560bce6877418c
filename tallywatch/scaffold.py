"""Start a feed, a rule or a deal type: the one or two files that it takes, in their places."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from tallywatch.derive import write_derived
from tallywatch.errors import TerminalError
from tallywatch.scaffold_sample import scaffold_from_sample
from tallywatch.settings import REPOSITORY

TEMPLATES = Path(__file__).parent / "scaffold_templates"
MODELS = Path("dbt_project/models")
DEAL_TYPE_LINE = re.compile(r"(name: deal_type\b.*?enum: \[)([^\]]*)(\])")


def scaffold_feed(
    name: str,
    root: Path = REPOSITORY,
    sample: Path | None = None,
    consent_scope: str | None = None,
) -> list[Path]:
    """Contract and staging model of a new feed, and what is derived from the contract.

    With a `sample` they say what files like it hold, and a test comes with them.
    """
    _require(r"[a-z][a-z0-9_]*", name, "a feed name in lower case, such as partner_invoices")
    if sample:
        return scaffold_from_sample(name, sample, root, consent_scope)
    staging = MODELS / "staging" / f"stg_{name}"
    names = {"name": name, "title": name.replace("_", " ").capitalize()}
    paths = _write(
        root,
        {
            Path("ingest/feeds") / f"{name}.yaml": "contract.yaml",
            staging.with_suffix(".sql"): "staging.sql",
            staging.with_suffix(".yml"): "staging.yml",
        },
        names,
    )
    return paths + write_derived(root, root)


def scaffold_rule(rule_id: str, name: str, root: Path = REPOSITORY) -> list[Path]:
    """Model, metadata with a unit test, and threshold row of a new rule; it starts in shadow."""
    _require(r"IM-[A-Z]{2}-[0-9]{3}", rule_id, "a rule id such as IM-BK-014")
    _require(r"[a-z][a-z0-9_]*", name, "a rule name in lower case, such as probe_then_drain")
    test = rule_id.lower().replace("-", "_")
    model = f"rule_{test}__{name}"
    names = {
        "rule_id": rule_id,
        "model": model,
        "test": test,
        "title": name.replace("_", " ").capitalize(),
    }
    base = MODELS / "intermediate/rules" / model
    paths = _write(
        root, {base.with_suffix(".sql"): "rule.sql", base.with_suffix(".yml"): "rule.yml"}, names
    )
    thresholds = root / "dbt_project/seeds/rule_thresholds.csv"
    row = f"{rule_id},min_amount_fen,1000000,2020-01-01,2020-01-01,\n"
    thresholds.write_text(thresholds.read_text("utf-8") + row, encoding="utf-8")
    return [*paths, thresholds]


def scaffold_deal_type(name: str, root: Path = REPOSITORY) -> list[Path]:
    """Model and metadata with a unit test of a new deal type, and its value in the contract."""
    _require(r"[a-z][a-z0-9_]*", name, "a deal type in lower case, such as flat_per_deal")
    base = MODELS / "intermediate/deal_types" / f"deal_{name}"
    paths = _write(
        root,
        {base.with_suffix(".sql"): "deal_type.sql", base.with_suffix(".yml"): "deal_type.yml"},
        {"name": name},
    )
    contract = root / "ingest/feeds/partner_agreements.yaml"
    text, count = DEAL_TYPE_LINE.subn(rf"\1\2, {{value: {name}}}\3", contract.read_text("utf-8"))
    if count != 1:
        raise TerminalError(
            "no enum of deal_type in the agreements' contract",
            "one line with `name: deal_type` and `enum: [...]`",
            f"add {{value: {name}}} to it by hand",
        )
    contract.write_text(text, encoding="utf-8")
    return [*paths, contract]


def _require(pattern: str, text: str, expected: str) -> None:
    if not re.fullmatch(pattern, text):
        raise TerminalError(repr(text), expected, "choose another name")


def _write(root: Path, files: dict[Path, str], names: dict[str, str]) -> list[Path]:
    taken = [path for path in files if (root / path).exists()]
    if taken:
        raise TerminalError(
            f"{taken[0]} is there already", "a name not in use", "choose another name"
        )
    for path, template in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        text = Template((TEMPLATES / template).read_text("utf-8")).substitute(names)
        (root / path).write_text(text, encoding="utf-8")
    return [root / path for path in files]
