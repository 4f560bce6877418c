"""Start a feed from a sample: contract, staging model, a test with a made-up file, reference pages.

Only shapes, headers and the values of short code lists are taken from the sample. The made-up file
of the test is written by a generator whose values are invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import yaml

from ingest.contracts import FEEDS, read_contract
from ingest.profile.columns import Profiled, profile_columns
from ingest.profile.sample import Sample, read_sample
from ingest.profile.shapes import as_literal, invented, pattern_of
from tallywatch.derive import write_derived
from tallywatch.errors import TerminalError
from tallywatch.settings import REPOSITORY

TEMPLATES = Path(__file__).parent / "scaffold_templates"
STAGING = Path("dbt_project/models/staging")
AUTHORISATION = "authorisation_id"
HELPERS = ("START", "delimited", "id_number", "parquet", "workbook")
"""What tests/ingest/feeds/made_up.py has, in the order of an import."""


@dataclass(frozen=True)
class Plan:
    """A feed as far as a sample shows it."""

    name: str
    sample: Sample
    columns: tuple[Profiled, ...]
    business_date: str
    consent_scope: str | None

    @property
    def key(self) -> list[str]:
        """Raw names of the key columns, in order."""
        keyed = sorted(
            (p.column for p in self.columns if p.column.key_position is not None),
            key=lambda column: column.key_position or 0,
        )
        return [column.raw_name for column in keyed]

    @property
    def raw_names(self) -> list[str]:
        """Columns of the raw table without lineage."""
        names = [p.column.raw_name for p in self.columns]
        return [*names, "subject_key"] if self.consent_scope else names


def scaffold_from_sample(
    name: str, sample_path: Path, root: Path = REPOSITORY, consent_scope: str | None = None
) -> list[Path]:
    """Write a feed that takes files like the sample, and what is derived from its contract.

    Args:
        name: of the feed.
        sample_path: a delimited file, workbook, JSON Lines or Parquet file.
        root: of the tree to write into.
        consent_scope: the grant that the rows need; by default, where the sample has a column with
            authorisations, the scope whose name is most like the feed's.

    Raises:
        TerminalError: the name is taken, or the sample has no date to say when a row happened.
        DeliveryRefused: the sample cannot be read.
    """
    sample = read_sample(sample_path)
    columns = profile_columns(sample)
    plan = Plan(
        name=name,
        sample=sample,
        columns=columns,
        business_date=_business_date(columns),
        consent_scope=_scope(name, columns, consent_scope, root),
    )
    texts = {
        Path("ingest/feeds") / f"{name}.yaml": _contract(plan),
        STAGING / f"stg_{name}.sql": _staging_sql(plan),
        STAGING / f"stg_{name}.yml": _staging_yml(plan),
        Path("tests/ingest/feeds") / f"test_{name}.py": _test(plan),
    }
    if taken := next((path for path in texts if (root / path).exists()), None):
        raise TerminalError(f"{taken} is there already", "a name not in use", "choose another name")
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [*(root / path for path in texts), *write_derived(root, root)]


def _business_date(columns: tuple[Profiled, ...]) -> str:
    dated = [p.column for p in columns if p.column.logical_type in {"date", "timestamp"}]
    dated = [column for column in dated if column.name != "birth_date"]
    dated.sort(key=lambda c: (not c.required, not c.name.startswith(("occurred", "ordered"))))
    if not dated:
        raise TerminalError(
            "no column of the sample in which every value is a date",
            "a date or time that says on which day a row happened",
            "take another sample, or leave --from out and describe the columns by hand",
        )
    return dated[0].name


def _scope(name: str, columns: tuple[Profiled, ...], given: str | None, root: Path) -> str | None:
    if given or not any(p.column.name == AUTHORISATION for p in columns):
        return given
    grants = read_contract(root / FEEDS.relative_to(REPOSITORY) / "authorisations.yaml")
    scopes = next(c.enum for c in grants.columns if c.name == "scope_code")
    words = set(name.split("_"))
    return max(scopes, key=lambda scope: len(words & set(scope.split("_"))))


def _contract(plan: Plan) -> str:
    document = yaml.safe_load(
        Template((TEMPLATES / "contract.yaml").read_text("utf-8")).substitute(
            name=plan.name, title=plan.name.replace("_", " ").capitalize()
        )
    )
    grain = f"One row per {' and '.join(plan.key)}." if plan.key else "One row per line of a file."
    extras: list[dict[str, Any]] = [
        {"property": "formats", "value": _formats(plan.sample)},
        {"property": "drift", "value": "freeze"},
        {"property": "businessDate", "value": plan.business_date},
    ]
    if plan.sample.format_name == "delimited":
        extras.insert(1, {"property": "dialect", "value": _dialect(plan.sample)})
    if plan.consent_scope:
        extras.append({"property": "consentScope", "value": plan.consent_scope})
        document["domain"] = "user_authorised"
    document["customProperties"] = extras
    table = document["schema"][0]
    table["dataGranularityDescription"] = grain
    table["properties"] = [_column(plan, profiled) for profiled in plan.columns]
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _formats(sample: Sample) -> list[str]:
    """Who delivers old workbooks will deliver new ones some day."""
    return ["xls", "xlsx"] if sample.format_name == "xls" else [sample.format_name]


def _dialect(sample: Sample) -> dict[str, Any]:
    dialect: dict[str, Any] = {"delimiter": sample.dialect.delimiter, "quoting": "minimal"}
    if sample.dialect.padded:
        dialect["padded"] = True
    if sample.dialect.footer:
        dialect["footer"] = sample.dialect.footer
    if sample.encoding and sample.encoding not in {"utf-8", "utf-8-sig"}:
        dialect["encoding"] = sample.encoding
    return dialect


def _column(plan: Plan, profiled: Profiled) -> dict[str, Any]:
    column = profiled.column
    entry: dict[str, Any] = {"name": column.name, "logicalType": column.logical_type}
    if column.required:
        entry["required"] = True
    if column.key_position is not None:
        entry |= {"primaryKey": True, "primaryKeyPosition": column.key_position}
    if column.enum:
        entry["enum"] = [{"value": value} for value in column.enum]
    entry |= {"description": column.description, "classification": column.classification}
    pattern = pattern_of(profiled.shapes)
    if column.name.endswith("_id") and not column.enum and pattern:
        entry["logicalTypeOptions"] = {"pattern": pattern}
    extras: dict[str, Any] = {
        "headers": [profiled.header] if profiled.header != column.name else None,
        "identifier": column.identifier,
        "holder": "subject_key" if column.identifier and plan.consent_scope else None,
        "scrub": column.scrub or None,
        "parse": column.parse,
        "dateFormats": list(column.date_formats) or None,
    }
    listed = [{"property": key, "value": value} for key, value in extras.items() if value]
    return entry | ({"customProperties": listed} if listed else {})


def _staging_sql(plan: Plan) -> str:
    source = f"source('raw', '{plan.name}')"
    if plan.key:
        names = ", ".join(f"'{name}'" for name in plan.key)
        latest = f"    {{{{ latest_rows({source}, [{names}]) }}}}"
    else:
        latest = f"    select * from {{{{ {source} }}}}\n    where {{{{ known_by_as_of() }}}}"
    lineage = ("_delivery_id", "_line_number", "_received_at", "_file_sha256")
    columns = ",\n".join(f"        {name}" for name in (*plan.raw_names, *lineage))
    return Template((TEMPLATES / "staging_from_sample.sql").read_text("utf-8")).substitute(
        latest=latest, columns=columns
    )


def _staging_yml(plan: Plan) -> str:
    key = plan.key or ["_delivery_id", "_line_number"]
    what = "in the version delivered last" if plan.key else "every one that was delivered"
    model: dict[str, Any] = {
        "name": f"stg_{plan.name}",
        "description": f"One row per {' and '.join(key)}, {what}.",
        "data_tests": [{"unique_combination": {"arguments": {"columns": key}}}],
        "columns": [_described(plan, profiled) for profiled in plan.columns],
    }
    return yaml.safe_dump({"models": [model]}, sort_keys=False, allow_unicode=True, width=100)


def _described(plan: Plan, profiled: Profiled) -> dict[str, Any]:
    column = profiled.column
    tests: list[Any] = ["not_null"] if column.required else []
    if column.enum:
        tests.append({"accepted_values": {"arguments": {"values": list(column.enum)}}})
    entry: dict[str, Any] = {"name": column.raw_name, "description": column.description}
    return entry | ({"data_tests": tests} if tests else {})


def _test(plan: Plan) -> str:
    cells = "".join(f"        {as_literal(p.header)}: {_cell(p)},\n" for p in plan.columns)
    writers: Mapping[str, str] = {
        "delimited": _delimited_writer(plan.sample),
        "json_lines": "json_lines(rows)",
        "parquet": "parquet(rows)",
        "xlsx": "workbook(rows)",
        "xls": "workbook(rows)",
    }
    written = writers[plan.sample.format_name]
    used = f"{cells} {written}"
    return Template((TEMPLATES / "feed_test.txt").read_text("utf-8")).substitute(
        name=plan.name,
        imports=_imports(used, has_grant=plan.consent_scope is not None),
        title=plan.name.replace("_", " ").capitalize(),
        cells=cells,
        written=written,
        scope=f"    allow(settings, {as_literal(plan.consent_scope)})\n"
        if plan.consent_scope
        else "",
    )


def _imports(used: str, *, has_grant: bool) -> str:
    """Only what the test uses."""
    lines = ["from datetime import timedelta\n"] if "timedelta" in used else []
    lines.append("from tallywatch.settings import Settings")
    if "GRANT" in used:
        lines.append("from tests.ingest.deliveries import GRANT")
    helpers = [name for name in HELPERS if re.search(rf"\b{name}\b", used)]
    if helpers:
        lines.append(f"from tests.ingest.feeds.made_up import {', '.join(helpers)}")
    names = ["allow", "taken"] if has_grant else ["taken"]
    if "json_lines(" in used:
        names.insert(-1, "json_lines")
    lines.append(f"from tests.ingest.feeds.taking import {', '.join(names)}")
    return "\n".join(lines)


def _cell(profiled: Profiled) -> str:
    if profiled.column.name == AUTHORISATION:
        return "GRANT"
    return invented(profiled.column, profiled.shapes)


def _delimited_writer(sample: Sample) -> str:
    encoding = sample.encoding or "utf-8"
    return f"delimited(rows, {as_literal(sample.dialect.delimiter)}, {as_literal(encoding)})"
