"""The rules on messages, look-ups, logins and leaks do not depend on how their facts arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled_models import DATABASE, Model, compile_models, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.message_world import message_world
from tests.dbt.monitoring.worlds import FIRST_DAY, Row
from tests.dbt.seeds import load_seeds

RULES = (
    "rule_im_ot_018__unknown_platform_code",
    "rule_im_ot_019__code_flood",
    "rule_im_ot_020__code_then_event",
    "rule_im_tl_021__more_registrations",
    "rule_im_ex_026__leaked_identifier",
    "rule_im_pl_027__unfamiliar_device",
)
WHAT = "flag_id, severity_code, base_score, evidence, exit_reason, suppression_reason"
FLAGS = " union all ".join(f"select {WHAT} from intermediate.{rule}" for rule in RULES)
WORLD = message_world()
ARRIVING = {
    table: WORLD[f"raw.{table}"]
    for table in (
        *("sms_messages", "platform_events", "registered_lines"),
        *("leak_watch_hits", "breach_exposures"),
    )
}
FACTS = [(table, row) for table, rows in ARRIVING.items() for row in rows]
Facts = list[tuple[str, Row]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """The rules and what they are made of."""
    return compile_models(tmp_path_factory.mktemp("compiled"), " ".join(f"+{r}" for r in RULES))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with the seeds, people and declarations."""
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema if not exists {schema}")
        load_seeds(made)
        insert_rows(
            made, {t: rows for t, rows in WORLD.items() if t.removeprefix("raw.") not in ARRIVING}
        )
        yield made


@st.composite
def deliveries(draw: st.DrawFn) -> Facts:
    """The facts, each in one to three of a dozen deliveries, loaded in any order."""
    numbers = st.sets(st.integers(1, 12), min_size=1, max_size=3)
    chosen = draw(st.lists(numbers, min_size=len(FACTS), max_size=len(FACTS)))
    received = draw(st.lists(st.integers(0, 100), min_size=13, max_size=13))
    after_all = FIRST_DAY + timedelta(days=60)
    told = [
        (
            table,
            row
            | {
                "_delivery_id": f"{table}-{number:02d}",
                "_received_at": after_all + timedelta(hours=received[number]),
            },
        )
        for (table, row), numbers in zip(FACTS, chosen, strict=True)
        for number in sorted(numbers)
    ]
    return draw(st.permutations(told))


def flags(
    connection: duckdb.DuckDBPyConnection, models: list[Model], facts: Facts
) -> list[tuple[object, ...]]:
    """What the rules say when `facts` have arrived."""
    for table in ARRIVING:
        connection.execute(f"delete from raw.{table}")
        connection.execute("delete from ledger.batches where feed = ?", [table])
    by_table: dict[str, list[Row]] = {}
    for table, row in facts:
        by_table.setdefault(f"raw.{table}", []).append(row)
    insert_rows(connection, by_table)
    run_models(connection, models)
    return connection.execute(f"{FLAGS} order by all").fetchall()


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(facts=deliveries())
def test_flags_do_not_depend_on_how_facts_arrive(
    connection: duckdb.DuckDBPyConnection, models: list[Model], facts: Facts
) -> None:
    expected = flags(connection, models, FACTS)
    assert len(expected) > 20
    assert flags(connection, models, facts) == expected
