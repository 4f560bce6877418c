"""Killed while building, posting or releasing, a second run ends where one run would have."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from publish.close import draft
from publish.release import connect, current_release
from simulate import simulate
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import (
    MONTH,
    STEPS,
    build_all,
    ingest_all,
    run_and_kill,
    settings_of,
)

pytestmark = pytest.mark.chaos

POINTS = [
    ("build", "dbt.adapters.sql.connections:SQLConnectionManager.add_query:40"),
    ("build", "dbt.adapters.sql.connections:SQLConnectionManager.add_query:200"),
    ("post", "publish.posting_chain:write_whole:1"),
    ("post", "publish.close:_follow_chain:1"),
    ("release", "publish.release_tables:write_parquet:3"),
    ("release", "publish.release:put_folder:1"),
    ("release", "publish.release:point:1"),
]


def marts(settings: Settings) -> dict[str, Any]:
    """Every mart and the postings, row for row."""
    with open_warehouse(settings) as warehouse:
        names = warehouse.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('marts', 'postings') order by all"
        ).fetchall()
        return {
            name: warehouse.execute(f"select * from {name} order by all").fetchall()
            for (name,) in names
        }


def released(settings: Settings) -> dict[str, int]:
    """Rows of every table of the current release."""
    with connect(settings) as connection:
        names = connection.execute("select table_name from information_schema.tables").fetchall()
        counts = {}
        for (name,) in names:
            row = connection.execute(f"select count(*) from {name}").fetchone()
            counts[name] = row[0] if row else 0
        return counts


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ingested") / "home"
    settings = settings_of(home)
    simulate(settings.inbox, people=60, seed=3)
    ingest_all(settings)
    return home


@pytest.fixture(scope="module")
def steps(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home as it stands before each step, and after the last of them as `done`."""
    folder = tmp_path_factory.mktemp("steps")
    homes = {"build": ingested}
    home = ingested
    for step, following in (("build", "post"), ("post", "release"), ("release", "done")):
        home = Path(shutil.copytree(home, folder / following / "home", symlinks=True))
        run = STEPS[step]
        run(settings_of(home))
        if step == "post":
            build_all(settings_of(home))
        homes[following] = home
    return homes


@pytest.mark.parametrize(("step", "point"), POINTS)
def test_a_rerun_after_a_kill_gives_the_undisturbed_result(
    step: str, point: str, steps: dict[str, Path], tmp_path: Path
) -> None:
    settings = settings_of(Path(shutil.copytree(steps[step], tmp_path / "home", symlinks=True)))
    before = current_release(settings)
    run_and_kill(settings.home, step, point)
    assert current_release(settings) == before, "readers never see half a release"
    STEPS[step](settings)
    if step == "post":
        build_all(settings)
    order = list(steps)
    undisturbed = settings_of(steps[order[order.index(step) + 1]])
    assert marts(settings) == marts(undisturbed)
    if step == "release":
        assert released(settings) == released(undisturbed)
        assert not [p for p in settings.releases.iterdir() if p.name.endswith(".tmp")]


def test_posting_again_after_success_changes_nothing(
    steps: dict[str, Path], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(steps["release"], tmp_path / "home", symlinks=True))
    settings = settings_of(home)
    files = {p.name: p.read_bytes() for p in settings.postings.glob(f"{MONTH}.*")}
    assert files
    before = marts(settings)
    with pytest.raises(Exception, match="posted"):
        draft(settings, MONTH)
    assert {p.name: p.read_bytes() for p in settings.postings.glob(f"{MONTH}.*")} == files
    build_all(settings)
    assert marts(settings) == before
