"""The same facts give the same alerts, however they are cut into deliveries and in what order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled_models import DATABASE, Model, compile_models, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.worlds import (
    FIRST_DAY,
    Row,
    bank_line,
    local,
    payment,
    person,
    usual_days,
)
from tests.dbt.seeds import load_seeds

SUBJECTS = ("S0000001", "S0000002")


def feed_of(row: Row) -> str:
    """The feed of a fact."""
    return row.get("_feed", "alipay_bills")


ALERTS = """
    select alert_id, episode_ended_at, flag_count, base_score, evidence, rule_id
    from marts.fct_alerts
    where rule_id like 'IM-BK-%'
    order by alert_id
"""


RULES = {f"IM-BK-{number:03d}" for number in range(11, 18)}


def facts() -> list[Row]:
    """Usual days of two people; in both, episodes of one and of several flags, of every rule."""
    rows = []
    for subject in SUBJECTS:
        rows += usual_days(subject, days=50)
        rows += [
            payment(subject, f"{subject}-out-{n}", local(40 + n // 2, 10 + n), 600 + n, "shop")
            for n in range(4)
        ]
        rows += [
            payment(subject, f"{subject}-night-{n}", local(38, 22, 15 * n), 99, f"bar{n}")
            for n in range(3)
        ]
        rows.append(payment(subject, f"{subject}-large", local(48, 9), 8000, "stranger"))
        rows += [
            bank_line(subject, local(-200, 9), -20, "shop"),
            bank_line(subject, local(46, 10), -5, "tester"),
            bank_line(subject, local(46, 12), -2500, "drainer"),
            bank_line(subject, local(47, 10), 6000, "unknown payer"),
            bank_line(subject, local(47, 10, 40), -5500, "mule"),
            bank_line(subject, local(48, 9), -8000, "x", transaction_type_name="快捷支付"),
            located(subject, "home", local(20, 10), "320100", 32_060_300, 118_796_900),
            located(subject, "away", local(20, 11), "230100", 45_803_800, 126_535_000),
        ]
    return rows


def located(
    subject: str, event_id: str, at: datetime, city: str, latitude: int, longitude: int
) -> Row:
    """A login in a place."""
    return {
        "_feed": "platform_events",
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "platform_code": "bank_a",
        "event_id": f"{subject}-{event_id}",
        "platform_class": "bank",
        "event_code": "login",
        "account_token": "account",
        "city_code": city,
        "latitude_microdegrees": latitude,
        "longitude_microdegrees": longitude,
        "occurred_at": at,
    }


FACTS = facts()
FEEDS = sorted({feed_of(row) for row in FACTS})


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """Everything that alerts are made of."""
    return compile_models(tmp_path_factory.mktemp("compiled"), "+fct_alerts")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with the thresholds and two people, and no bills yet."""
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema {schema}")
        load_seeds(made)
        insert_rows(made, {"raw.authorisations": [person(subject) for subject in SUBJECTS]})
        yield made


@st.composite
def deliveries(draw: st.DrawFn) -> list[Row]:
    """The facts, each in one to three of a dozen deliveries, loaded in any order."""
    chosen = draw(
        st.lists(
            st.sets(st.integers(1, 12), min_size=1, max_size=3),
            min_size=len(FACTS),
            max_size=len(FACTS),
        )
    )
    after_all = FIRST_DAY + timedelta(days=60)
    received = draw(st.lists(st.integers(0, 100), min_size=13, max_size=13))
    rows = [
        row
        | {
            "_delivery_id": f"{feed_of(row)}-{number:02d}",
            "_received_at": after_all + timedelta(hours=received[number]),
        }
        for row, numbers in zip(FACTS, chosen, strict=True)
        for number in sorted(numbers)
    ]
    return draw(st.permutations(rows))


def alerts(
    connection: duckdb.DuckDBPyConnection, models: list[Model], rows: list[Row]
) -> list[tuple[object, ...]]:
    for feed in FEEDS:
        connection.execute(f"delete from raw.{feed}")
        connection.execute("delete from ledger.batches where feed = ?", [feed])
    insert_rows(
        connection, {f"raw.{feed}": [row for row in rows if feed_of(row) == feed] for feed in FEEDS}
    )
    run_models(connection, models)
    return connection.execute(ALERTS).fetchall()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=deliveries())
def test_alerts_do_not_depend_on_how_facts_arrive(
    connection: duckdb.DuckDBPyConnection, models: list[Model], rows: list[Row]
) -> None:
    expected = alerts(connection, models, FACTS)
    assert {row[2] for row in expected} >= {1, 2}
    assert {row[5] for row in expected} == RULES
    assert alerts(connection, models, rows) == expected
