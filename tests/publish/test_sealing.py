"""Databases at rest: a service that gets a key, changes it, and gives it up again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.contracts import read_contracts
from ingest.warehouse import prepare
from publish.extracts import write_extract
from publish.files import sha256_of
from publish.release import connect, current_release, make_release
from publish.sealing import seal_databases
from tallywatch.build import build
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse

FIRST, SECOND = b"1" * 32, b"2" * 32


def databases(settings: Settings) -> list[Path]:
    return [settings.warehouse, *settings.releases.glob("2*/tallywatch.duckdb")]


def is_sealed(path: Path) -> bool:
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.CatalogException as error:
        return "without a key" in str(error)
    return False


def alerts(settings: Settings) -> int:
    with connect(settings) as con:
        return con.execute("select count(*) from xtr_alerts").fetchone()[0]


def test_a_service_gets_a_key_changes_it_and_gives_it_up(released: Settings) -> None:
    plain_count = alerts(released)
    assert plain_count > 0
    assert not any(is_sealed(path) for path in databases(released))

    steps = [released.under(FIRST), released.under(SECOND), released.under(None)]
    previous = None
    for step in steps:
        moved = replace(step, keys=replace(step.keys, previous_database=previous))
        assert sorted(seal_databases(moved)) == sorted(databases(moved))
        assert [is_sealed(path) for path in databases(step)] == [step.keys.database is not None] * 2
        assert alerts(step) == plain_count
        assert seal_databases(moved) == []
        previous = step.keys.database


def test_the_manifest_stays_true(released: Settings) -> None:
    sealed = released.under(FIRST)
    seal_databases(sealed)
    release = current_release(sealed)
    digest = sha256_of(release.path / release.manifest["database"]["file"])
    assert release.manifest["database"]["sha256"] == digest


def test_a_file_under_a_key_nobody_has_is_said_so(released: Settings) -> None:
    seal_databases(released.under(FIRST))
    with pytest.raises(TerminalError, match="TALLYWATCH_DATABASE_KEY_PREVIOUS"):
        seal_databases(released.under(SECOND))


def test_releases_of_a_sealed_warehouse_are_sealed(built: Settings) -> None:
    sealed = built.under(FIRST)
    seal_databases(sealed)
    make_release(sealed)
    assert all(is_sealed(path) for path in databases(sealed))
    assert write_extract(sealed, "alerts_open").row_count == alerts(sealed)


def test_dbt_builds_in_a_sealed_warehouse_and_tells_nobody_the_key(settings: Settings) -> None:
    sealed = settings.under(FIRST)
    with open_warehouse(sealed) as warehouse:
        prepare(warehouse, read_contracts().values())
    report = build(sealed, select="+fct_alerts")
    assert report.succeeded, report.failures
    assert is_sealed(sealed.warehouse)
    told = [
        path
        for path in (sealed.home / "dbt").rglob("*")
        if path.is_file() and b"MTExMTEx" in path.read_bytes()
    ]
    assert told == []
