"""What a population's rows are: equal for equal plans, and such as the raw tables take."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import duckdb
import pytest

from ingest.contracts import read_contracts
from simulate.population import Plan, make_population
from tallywatch.errors import TerminalError
from tallywatch.populating import load_population
from tallywatch.settings import Keys, Settings
from tallywatch.warehouse import read_warehouse
from tests.simulate.population.conftest import SMALL


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(folder: Path, table: str, query: str) -> list[tuple]:
    source = f"read_parquet('{folder}/{table}/*.parquet')"
    return duckdb.sql(query.format(table=source)).fetchall()


def feeds_of(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "raw").iterdir())


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_population(tmp_path / name, Plan(people=300, days=40, seed=9))
    make_population(tmp_path / "other", Plan(people=300, days=40, seed=10))
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one") != digests(tmp_path / "other")


def test_a_feed_is_the_same_whichever_others_are_written(tmp_path: Path) -> None:
    make_population(tmp_path / "all", Plan(people=300, days=40, seed=9))
    some = Plan(people=300, days=40, seed=9, feeds=frozenset({"bank_statements"}))
    make_population(tmp_path / "some", some)
    assert feeds_of(tmp_path / "some") == ["bank_statements"]
    part = "raw/bank_statements/part-00000.parquet"
    assert digests(tmp_path / "some")[part] == digests(tmp_path / "all")[part]


def test_the_summary_counts_what_is_there(small_world: Path) -> None:
    summary = json.loads((small_world / "world.json").read_text("utf-8"))
    assert summary["plan"]["seed"] == SMALL.seed
    for feed, count in summary["rows"].items():
        assert rows(small_world, f"raw/{feed}", "select count(*) from {table}") == [(count,)]
    for name, count in summary["truth"].items():
        assert rows(small_world, f"truth/{name}", "select count(*) from {table}") == [(count,)]
    entered = rows(small_world, "ledger/batches", "select sum(accepted_records) from {table}")
    assert entered == [(sum(summary["rows"].values()),)]


def test_the_raw_tables_take_the_rows(small_world: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32))
    loaded = load_population(settings, small_world)
    contracts = read_contracts()
    with read_warehouse(settings) as connection:
        for feed in feeds_of(small_world):
            assert loaded[feed] > 0
            assert faults(connection, contracts[feed]) == []
        orphans = connection.execute(
            "select count(*) from raw.bank_statements where _delivery_id not in "
            "(select delivery_id from ledger.batches)"
        ).fetchone()
    assert orphans == (0,)
    with pytest.raises(TerminalError, match="empty warehouse"):
        load_population(settings, small_world)


def faults(connection: duckdb.DuckDBPyConnection, contract: object) -> list[str]:
    """Columns whose values the door would not have let in."""
    found = []
    for column in contract.columns:
        name = column.raw_name
        conditions = []
        if column.required:
            conditions.append(f"{name} is null")
        if column.enum:
            words = ", ".join(f"'{word}'" for word in column.enum)
            conditions.append(f"{name} not in ({words})")
        if column.pattern and not column.identifier:
            conditions.append(f"not regexp_full_match({name}, '{column.pattern}')")
        if column.minimum is not None:
            conditions.append(f"{name} < {column.minimum}")
        if column.not_after:
            conditions.append(f"{name} > _received_at")
        if column.identifier:
            conditions.append(f"not regexp_full_match({name}, '[a-z]{{2}}_[0-9a-f]{{32}}')")
        for condition in conditions:
            query = f"select count(*) from raw.{contract.feed} where {condition}"
            if connection.execute(query).fetchone() != (0,):
                found.append(f"{name}: {condition}")
    return found


def test_deliveries_hold_their_lines_once(small_world: Path) -> None:
    for feed in feeds_of(small_world):
        assert (
            rows(
                small_world,
                f"raw/{feed}",
                "select _delivery_id from {table} group by _delivery_id "
                "having count(*) <> max(_line_number) or count(*) <> count(distinct _line_number)",
            )
            == []
        )


def test_some_deliveries_are_late_and_some_rows_come_twice(small_world: Path) -> None:
    late = rows(
        small_world,
        "ledger/batches",
        "select count(*) from (select received_at, "
        "max(received_at) over (partition by feed order by delivery_id) m from {table}) "
        "where received_at < m",
    )
    again = rows(
        small_world,
        "raw/wechat_bills",
        "select count(*) - count(distinct trade_id) from {table}",
    )
    assert late[0][0] > 0
    assert again[0][0] > 0


def test_twenty_thousand_people_take_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    made = make_population(tmp_path / "world", Plan(people=20_000, days=90, seed=2))
    seconds = time.process_time() - began
    assert sum(made.rows.values()) > 1_500_000
    assert seconds < 90
