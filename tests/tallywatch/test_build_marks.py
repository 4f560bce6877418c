"""A build works on what is new only while nothing else makes its result another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tallywatch import build_marks
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables

SEED = "rule_id,known_from\nIM-BK-011,2020-01-01\nIM-BK-011,2026-10-05\n"
FIRST, LATER = datetime(2026, 10, 1), datetime(2026, 10, 6)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model and one dated seed."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "model.sql").write_text("select 1", "utf-8")
    (folder / "seed.csv").write_text(SEED, "utf-8")
    return folder


@pytest.fixture
def built(settings: Settings, project: Path) -> Settings:
    """A warehouse with one delivery that a whole build had."""
    with open_warehouse(settings) as warehouse:
        prepare_tables(warehouse)
    _load(settings, "d1", FIRST)
    assert not build_marks.begin(settings, project, starts_anew=False)
    build_marks.end(settings)
    return settings


def _load(settings: Settings, delivery: str, received: datetime) -> None:
    row = {"feedback_id": delivery, "_delivery_id": delivery, "_received_at": received}
    with open_warehouse(settings) as warehouse:
        insert_rows(warehouse, {"raw.alert_feedback": [row]})


def _execute(settings: Settings, statement: str) -> None:
    with open_warehouse(settings) as warehouse:
        warehouse.execute(statement)


def test_news_are_what_was_not_taken(built: Settings, project: Path) -> None:
    _load(built, "d2", FIRST)
    assert build_marks.begin(built, project, starts_anew=False)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        marks = connection.execute(
            "select mark_code, delivery_id from builds.deliveries order by all"
        ).fetchall()
    assert marks == [("seen", "d2"), ("taken", "d1")]


def test_a_build_that_failed_has_taken_nothing(built: Settings, project: Path) -> None:
    _load(built, "d2", FIRST)
    assert build_marks.begin(built, project, starts_anew=False)
    _load(built, "d3", FIRST)
    assert build_marks.begin(built, project, starts_anew=False)
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        seen = connection.execute(
            "select delivery_id from builds.deliveries where mark_code = 'seen' order by all"
        ).fetchall()
    assert seen == [("d2",), ("d3",)]


@pytest.mark.parametrize(
    "change",
    [
        "update ledger.batches set replay_count = 1",
        "update ledger.batches set erased_records = 1",
        "update ledger.batches set status_code = 'refused'",
        "delete from ledger.batches",
        "delete from builds.deliveries",
    ],
)
def test_a_changed_delivery_has_everything_built_anew(
    built: Settings, project: Path, change: str
) -> None:
    _execute(built, change)
    assert not build_marks.begin(built, project, starts_anew=False)


def test_a_changed_project_has_everything_built_anew(built: Settings, project: Path) -> None:
    (project / "model.sql").write_text("select 2", "utf-8")
    assert not build_marks.begin(built, project, starts_anew=False)


def test_a_row_of_a_seed_that_becomes_known_has_everything_built_anew(
    built: Settings, project: Path
) -> None:
    _load(built, "d2", LATER)
    assert not build_marks.begin(built, project, starts_anew=False)


def test_a_build_that_must_start_anew_leaves_no_marks(built: Settings, project: Path) -> None:
    assert not build_marks.begin(built, project, starts_anew=True)
    assert not build_marks.begin(built, project, starts_anew=False)
