"""Rules on messages, look-ups, logins and leaks fire where something is planted, and only there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from ingest.derivations.institutions import INSTITUTIONS, PLATFORM_CLASSES
from tests.dbt.compiled_models import DATABASE, compile_models, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.message_world import (
    CHAINED,
    CODE,
    CODED,
    CUSTOMER,
    ENTERED,
    FLOODED,
    JOINING,
    LEAKED,
    LINED,
    NEW,
    RECYCLED,
    SECOND_SIM,
    SHOPS,
    TRAVELLING,
    message_world,
    received,
)
from tests.dbt.monitoring.worlds import local
from tests.dbt.seeds import load_seeds

RULES = ("IM-OT-018", "IM-OT-019", "IM-OT-020", "IM-TL-021", "IM-EX-026", "IM-PL-027")
FILMS, LUNCHES, GYMS = SHOPS
SEA, HILLS = "北海消费金融", "远山小贷"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The invented people, and every model up to the alerts over them."""
    models = compile_models(tmp_path_factory.mktemp("compiled"), "+fct_flags +fct_alerts")
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema if not exists {schema}")
        load_seeds(made)
        insert_rows(made, message_world())
        run_models(made, models)
        yield made


def flags(world: duckdb.DuckDBPyConnection, status: str, columns: str) -> list[tuple[Any, ...]]:
    return world.execute(
        f"select {columns} from marts.fct_flags "
        f"where rule_id in {RULES} and status_code = ? order by all",
        [status],
    ).fetchall()


def test_each_rule_fires_where_it_is_planted_and_nowhere_else(
    world: duckdb.DuckDBPyConnection,
) -> None:
    columns = "rule_id, subject_key, dedup_key, severity_code, event_at"
    assert flags(world, "live", columns) == [
        ("IM-EX-026", LEAKED, "blueshop", "high", local(20, 9)),
        ("IM-OT-018", CODED, SEA, "medium", local(40, 10)),
        ("IM-OT-018", FLOODED, FILMS, "low", local(40, 21)),
        ("IM-OT-018", FLOODED, FILMS, "low", local(40, 21, 30)),
        ("IM-OT-018", FLOODED, GYMS, "low", local(40, 21, 20)),
        ("IM-OT-018", FLOODED, LUNCHES, "low", local(40, 21, 10)),
        ("IM-OT-018", FLOODED, LUNCHES, "low", local(40, 21, 40)),
        ("IM-OT-018", CHAINED, HILLS, "medium", local(40, 10)),
        ("IM-OT-018", CHAINED, HILLS, "medium", local(41, 9)),
        ("IM-OT-019", FLOODED, "one_time_codes", "high", local(40, 21, 40)),
        ("IM-OT-020", CHAINED, HILLS, "critical", local(41, 9)),
        ("IM-PL-027", ENTERED, "dv-thief", "high", local(40, 3)),
        ("IM-TL-021", LINED, "phone_lines:2", "high", local(45, 9)),
    ]


def test_decoys_are_written_and_silenced(world: duckdb.DuckDBPyConnection) -> None:
    columns = "rule_id, subject_key, suppression_reason, count(*)"
    found = world.execute(
        f"select {columns} from marts.fct_flags "
        f"where rule_id in {RULES} and status_code = 'suppressed' group by all order by all"
    ).fetchall()
    assert found == [
        ("IM-OT-018", RECYCLED, "new_number", 9),
        ("IM-OT-018", JOINING, "known_institution", 1),
        ("IM-OT-019", RECYCLED, "new_number", 5),
        ("IM-PL-027", JOINING, "known_platform", 1),
        ("IM-PL-027", TRAVELLING, "known_place", 1),
        ("IM-TL-021", SECOND_SIM, "declared_plan", 1),
    ]


def test_a_customer_hears_nothing(world: duckdb.DuckDBPyConnection) -> None:
    assert world.execute(
        f"select count(*) from intermediate.int_alerts__flags "
        f"where rule_id in {RULES} and subject_key = '{CUSTOMER}'"
    ).fetchall() == [(0,)]


def test_what_cannot_be_judged_says_so(world: duckdb.DuckDBPyConnection) -> None:
    exits = world.execute(
        f"select distinct rule_id, subject_key, exit_reason from intermediate.int_alerts__flags "
        f"where rule_id in {RULES} and exit_reason is not null order by all"
    ).fetchall()
    assert exits == [
        ("IM-OT-018", NEW, "insufficient_history"),
        *(("IM-PL-027", who, "insufficient_history") for who in (ENTERED, JOINING, TRAVELLING)),
        ("IM-TL-021", SECOND_SIM, "no_prior_snapshot"),
    ]


def test_clocks_run_forward(world: duckdb.DuckDBPyConnection) -> None:
    assert (
        world.execute(
            f"select rule_id from intermediate.int_alerts__flags where rule_id in {RULES} "
            "and not coalesce(event_at <= available_at and available_at <= detected_at, false)"
        ).fetchall()
        == []
    )
    clocks = world.execute(
        "select available_at, detected_at from marts.fct_flags "
        f"where rule_id = 'IM-OT-018' and subject_key = '{CODED}'"
    ).fetchone()
    at = received(local(40, 10))
    assert clocks == (at, at + timedelta(minutes=5))


def test_digits_of_codes_are_nowhere(world: duckdb.DuckDBPyConnection) -> None:
    """In no text of any table, and the evidence of a code has only what is named here."""
    texts = world.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where data_type = 'VARCHAR' "
        "and table_schema in ('raw', 'staging', 'intermediate', 'marts')"
    ).fetchall()
    assert ("marts.fct_flags", "evidence") in texts
    for table, column in texts:
        found = world.execute(
            f"select count(*) from {table} where contains({column}, '{CODE}')"
        ).fetchone()
        assert found == (0,), (table, column)
    for (evidence,) in (
        flags(world, "live", "evidence")[:0]
        + world.execute(
            "select evidence from marts.fct_flags where rule_id = 'IM-OT-018'"
        ).fetchall()
    ):
        assert set(json.loads(evidence)) == {
            *("message_class", "platform", "platform_class", "sender_code", "app_id"),
            "template_hash",
        }


def test_a_breach_is_told_once(world: duckdb.DuckDBPyConnection) -> None:
    alerts = world.execute(
        "select subject_key, dedup_key, flag_count from marts.fct_alerts "
        "where rule_id = 'IM-EX-026'"
    ).fetchall()
    assert alerts == [(LEAKED, "blueshop", 1)]


def test_every_platform_that_the_door_knows_has_its_names_and_weight(
    world: duckdb.DuckDBPyConnection,
) -> None:
    named = world.execute(
        "select platform_key from seeds.platform_names where name_number = 1"
    ).fetchall()
    assert sorted(key for (key,) in named) == sorted(i.code.lower() for i in INSTITUTIONS)
    weighed = world.execute("select distinct platform_class from seeds.platform_classes").fetchall()
    assert {name for (name,) in weighed} == set(PLATFORM_CLASSES)
