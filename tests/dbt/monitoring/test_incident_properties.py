"""Incidents by the models are those that a plain reading of the rules gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from random import Random

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled_models import DATABASE, Model, compile_models, run_models
from tests.dbt.fixture_warehouse import prepare_tables
from tests.dbt.monitoring.plain_incidents import (
    AS_OF,
    FEEDS,
    HALF_LIVES,
    START,
    WEIGHT,
    Alert,
    Case,
    expected,
)
from tests.dbt.seeds import load_seeds

MOMENTS = (0, 1, 7, 45, 52, 60, 105)
SELECTED = (
    "int_rulebook__thresholds int_incidents__alerts int_incidents__scores int_incidents__grounds "
    "int_incidents__openings"
)


moments = st.builds(
    lambda day, second: START + timedelta(days=day, seconds=second),
    st.sampled_from(MOMENTS),
    st.sampled_from((0, 0, 1)),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Alert], list[Case]]:
    """Some alerts of two people and what became of them; many fall on the limits."""
    alerts = []
    for number in range(draw(st.integers(1, 9))):
        first = draw(moments)
        last = first + timedelta(days=draw(st.sampled_from((0, 0, 3))))
        rule = draw(st.sampled_from(sorted(FEEDS)))
        cleared = draw(moments) if draw(st.integers(0, 4)) == 0 else None
        alerts.append(
            Alert(
                alert_id=f"a{number}",
                subject_key=draw(st.sampled_from(("S1", "S1", "S2"))),
                rule_id=rule,
                feed=FEEDS[rule],
                stage_code=f"S{draw(st.integers(1, 7))}",
                base_score=draw(st.sampled_from((15, 15, 60))),
                institution_group=draw(st.sampled_from(("A", "A", "B", None))),
                first_event_at=first,
                last_event_at=last,
                critical_at=first if draw(st.integers(0, 11)) == 0 else None,
                cleared_at=cleared if cleared and cleared >= first else None,
            )
        )
    cases = [
        Case(alert.alert_id, draw(moments)) for alert in alerts if draw(st.integers(0, 5)) == 0
    ]
    return alerts, cases


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """The models from live alerts to openings."""
    return compile_models(tmp_path_factory.mktemp("compiled"), SELECTED)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with the thresholds."""
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema {schema}")
        load_seeds(made)
        made.execute(
            "create table intermediate.int_service__as_of as "
            f"select timestamp '{AS_OF}' as as_of_at"
        )
        made.execute(
            "create table intermediate.int_scores__rule_precision as "
            "select 'R9' as rule_id, 1::bigint as month_number, 1::bigint as weight_ppm"
        )
        rows = ", ".join(f"('{rule}', {days}::bigint)" for rule, days in HALF_LIVES.items())
        made.execute(
            "create table intermediate.int_scores__half_lives as "
            f"from (values {rows}) as h (rule_id, half_life_days)"
        )
        yield made


def built(
    connection: duckdb.DuckDBPyConnection,
    models: list[Model],
    alerts: list[Alert],
    cases: list[Case],
) -> list[tuple[object, ...]]:
    moment = pa.timestamp("us")
    names = {"first_event_at", "last_event_at", "critical_at", "cleared_at"}
    schema = pa.schema(
        [
            (name, moment if name in names else pa.int64() if name == "base_score" else pa.string())
            for name in Alert.__dataclass_fields__
        ]
        + [("confidence_ppm", pa.int64()), ("detected_at", moment)]
    )
    given_alerts = pa.Table.from_pylist(
        [
            asdict(a)
            | {"confidence_ppm": round(WEIGHT * 1_000_000), "detected_at": a.first_event_at}
            for a in alerts
        ],
        schema,
    )
    given_cases = pa.Table.from_pylist(
        [asdict(c) for c in cases], pa.schema([("alert_id", pa.string()), ("closed_at", moment)])
    )
    connection.register("given_alerts", given_alerts)
    connection.register("given_cases", given_cases)
    connection.execute(
        "create or replace table intermediate.int_scores__live_alerts as from given_alerts"
    )
    connection.execute("create or replace table staging.stg_cases as from given_cases")
    run_models(connection, models)
    return connection.execute(
        """
        select o.incident_id, string_agg(a.alert_id, ';' order by a.alert_id) as alert_ids,
            o.opened_at, o.open_reason_code, o.closed_at, o.close_reason_code
        from intermediate.int_incidents__openings as o
        inner join intermediate.int_incidents__alerts as a on o.incident_id = a.story_id
        group by all
        order by all
        """
    ).fetchall()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories(), order=st.randoms())
def test_incidents_are_those_of_a_plain_reading_in_any_order(
    connection: duckdb.DuckDBPyConnection,
    models: list[Model],
    history: tuple[list[Alert], list[Case]],
    order: Random,
) -> None:
    alerts, cases = history
    found = built(connection, models, alerts, cases)
    assert {row[1:] for row in found} == expected(alerts, cases)
    shuffled, shuffled_cases = list(alerts), list(cases)
    order.shuffle(shuffled)
    order.shuffle(shuffled_cases)
    assert built(connection, models, shuffled, shuffled_cases) == found
