"""Every rule is whole, and a rule that somebody adds takes part without any list being edited."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tallywatch.build import PROJECT, build, derive_model_lists, model_lists
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.monitoring.worlds import person

RULES = sorted((PROJECT / "models/intermediate/rules").glob("rule_*.sql"))
SEVERITIES = {"critical", "high", "medium", "low"}
EXITS = {
    "insufficient_history", "no_prior_snapshot", "ledger_not_acknowledged",
    "feed_stale", "consent_withdrawn", "parse_low_confidence",
}  # fmt: skip
FILE_NAME = re.compile(r"rule_im_([a-z]{2})_(\d{3})__[a-z_]+")


def described(rule: Path) -> dict[str, Any]:
    """The yml beside a rule."""
    return yaml.safe_load(rule.with_suffix(".yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_rule_has_name_meta_and_unit_tests(rule: Path) -> None:
    content = described(rule)
    model = content["models"][0]
    meta = model["config"]["meta"]
    name = FILE_NAME.fullmatch(rule.stem)
    assert name, rule.stem
    assert meta["id"] == f"IM-{name[1].upper()}-{name[2]}"
    assert model["name"] == rule.stem
    assert meta["severity"] in SEVERITIES
    assert set(meta["exits"]) <= EXITS
    assert meta["dedup_gap_days"] >= 1
    assert re.search(r"[\u4e00-\u9fff]", meta["name_zh"] + meta["user_text_zh"])
    cases = {test["name"]: test for test in content["unit_tests"]}
    assert all(test["model"] == rule.stem for test in cases.values())
    expected = [test["expect"]["rows"] for test in cases.values()]
    assert any(expected), "no case in which it fires"
    assert any("threshold" in n or "exact" in n for n in cases), "no case exactly on the threshold"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_thresholds_have_rows_and_no_row_is_idle(rule: Path) -> None:
    meta = described(rule)["models"][0]["config"]["meta"]
    with (PROJECT / "seeds/rule_thresholds.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["rule_id"] == meta["id"]]
    assert {row["threshold_name"] for row in rows} == set(meta["thresholds"])


def test_list_of_models_is_what_the_folders_hold() -> None:
    assert (PROJECT / "macros/models_in.sql").read_text(encoding="utf-8") == model_lists()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the dbt project with one rule more."""
    copy = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    rules = copy / "models/intermediate/rules"
    for suffix in (".sql", ".yml"):
        text = (rules / f"rule_im_mt_025__blind_spot{suffix}").read_text(encoding="utf-8")
        text = text.replace("IM-MT-025", "IM-MT-999").replace("im_mt_025", "im_mt_999")
        text = text.replace("name_en: Blind spot", "name_en: Nobody's view")
        (rules / f"rule_im_mt_999__copy{suffix}").write_text(
            text.replace("rule_im_mt_999__blind_spot", "rule_im_mt_999__copy"), encoding="utf-8"
        )
    seed = copy / "seeds/rule_thresholds.csv"
    rows = seed.read_text(encoding="utf-8").splitlines()
    rows += [row.replace("IM-MT-025", "IM-MT-999") for row in rows if "IM-MT-025" in row]
    seed.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return copy


def test_new_rule_is_found_by_its_file_and_cannot_be_forgotten(
    project: Path, settings: Settings
) -> None:
    """A dbt that is started by hand refuses the stale list; `build` derives it."""
    settings.home.mkdir(parents=True)
    make_warehouse(settings.warehouse, {"raw.authorisations": [person("S0000001")]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tallywatch.build.derive_model_lists", lambda _: False)
        report = build(settings, select="int_alerts__flags", project=project)
    assert not report.succeeded
    assert "rule_im_mt_999__copy" in report.failures[0]
    assert "remedy: run `tallywatch build`" in report.failures[0]
    report = build(
        settings,
        select="+fct_flags",
        exclude="resource_type:test",
        variables={"as_of": "2027-01-01 00:00:00"},
        project=project,
    )
    assert report.succeeded, report.failures
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        counts = connection.execute(
            "select rule_id, count(*) from marts.fct_flags group by rule_id order by rule_id"
        ).fetchall()
    assert counts == [("IM-MT-025", 1), ("IM-MT-999", 1)]


def test_unknown_build_variable_is_refused(settings: Settings) -> None:
    with pytest.raises(TerminalError, match="as_off"):
        build(settings, variables={"as_off": "2026-09-01"})


def test_deriving_twice_writes_once(project: Path) -> None:
    assert derive_model_lists(project)
    assert not derive_model_lists(project)
