"""The truth beside a population says of each planted event where it lies, and of all it is true."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from simulate.population.cast import KINDS

MONEY = ("bank_statements", "alipay_bills", "wechat_bills")


@pytest.fixture
def truth(small_world: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for kind in ("truth", "raw"):
        for place in sorted((small_world / kind).iterdir()):
            connection.execute(
                f"create view {place.name if kind == 'raw' else 'truth_' + place.name} as "
                f"select * from read_parquet('{place}/*.parquet')"
            )
    return connection


@pytest.mark.parametrize("feed", MONEY)
def test_a_planted_movement_is_the_row_that_the_truth_names(
    truth: duckdb.DuckDBPyConnection, feed: str
) -> None:
    landed, found = truth.execute(
        f"""
        select count(*), count(*) filter (
            rows.subject_key = events.subject_key and rows.occurred_at = events.event_at
            and abs(rows.amount_fen) = events.amount_fen
            and rows.counterparty_token = events.thing_key
            and rows._received_at = events.received_at
        )
        from truth_events as events
        left join {feed} as rows
            on events.delivery_id = rows._delivery_id and events.line_number = rows._line_number
        where events.feed = '{feed}' and events.received_at is not null
        """
    ).fetchone()
    assert landed == found
    assert landed > 0


@pytest.mark.parametrize(
    "feed",
    [
        *(*MONEY, "credit_reports", "sms_messages", "platform_events", "registered_lines"),
        *("social_insurance_payments", "housing_fund_payments", "leak_watch_hits"),
        *("report_queries", "payments", "people"),
    ],
)
def test_every_event_that_arrived_has_its_row(truth: duckdb.DuckDBPyConnection, feed: str) -> None:
    landed, found = truth.execute(
        f"""
        select count(*), count(*) filter (rows._received_at = events.received_at)
        from truth_events as events
        left join {feed} as rows
            on events.delivery_id = rows._delivery_id and events.line_number = rows._line_number
        where events.feed = '{feed}' and events.received_at is not null
        """
    ).fetchone()
    assert landed == found
    assert landed > 0


def test_the_seven_stages_are_there_and_feeds_are_missing(
    truth: duckdb.DuckDBPyConnection,
) -> None:
    stages = truth.execute(
        "select distinct stage_code from truth_events where received_at is not null"
    ).fetchall()
    assert {f"S{number}" for number in range(1, 8)} <= {stage for (stage,) in stages}
    missing, seen = truth.execute(
        "select count(*) filter (feeds_missing <> ''), count(*) filter (seen_count > 0) "
        "from truth_incidents"
    ).fetchone()
    assert missing > 0
    assert seen > 0


@pytest.mark.parametrize(
    ("feed", "thing_type", "column"),
    [
        ("platform_events", "device", "device_token"),
        ("social_insurance_payments", "employer", "employer_token"),
        ("sms_messages", "platform", "coalesce(lower(institution_code), signature_name)"),
    ],
)
def test_things_are_named_as_the_rows_name_them(
    truth: duckdb.DuckDBPyConnection, feed: str, thing_type: str, column: str
) -> None:
    named, differing = truth.execute(
        f"""
        select count(*), count(*) filter ({column} <> events.thing_key)
        from truth_events as events
        inner join {feed} as rows
            on events.delivery_id = rows._delivery_id and events.line_number = rows._line_number
        where events.feed = '{feed}' and events.thing_type = '{thing_type}'
        """
    ).fetchone()
    assert named > 0
    assert differing == 0


def test_what_was_never_granted_never_arrives(truth: duckdb.DuckDBPyConnection) -> None:
    missing, leaked = truth.execute(
        """
        select count(*), count(rows.subject_key)
        from truth_events as events
        left join bank_statements as rows
            on events.subject_key = rows.subject_key and events.event_at = rows.occurred_at
            and events.thing_key = rows.counterparty_token
        where events.feed = 'bank_statements' and events.received_at is null
        """
    ).fetchone()
    assert missing > 0
    assert leaked == 0


def test_incidents_add_up_their_events(truth: duckdb.DuckDBPyConnection) -> None:
    differing = truth.execute(
        """
        with counted as (
            select chain_id, count(*) as events, count(received_at) as seen,
                min(event_at) as first_at, max(event_at) as last_at
            from truth_events
            where stage_code <> 'none' group by chain_id
        )
        select count(*) from truth_incidents as incidents
        full join counted on incidents.chain_id = counted.chain_id
        where events is distinct from event_count or seen is distinct from seen_count
            or first_at is distinct from first_event_at or last_at is distinct from last_event_at
        """
    ).fetchone()
    assert differing == (0,)


def test_nobody_is_in_two_chains_and_kinds_are_known(truth: duckdb.DuckDBPyConnection) -> None:
    kinds = truth.execute("select distinct chain_kind from truth_incidents").fetchall()
    assert {kind for (kind,) in kinds} == set(KINDS)
    assert truth.execute(
        "select count(*) - count(distinct subject_key) from truth_incidents"
    ).fetchone() == (0,)


def test_misuse_is_rare_by_default_and_honest_lookalikes_are_not(
    truth: duckdb.DuckDBPyConnection,
) -> None:
    decoys, people = truth.execute(
        "select count(distinct subject_key), (select count(*) from truth_people) from truth_decoys"
    ).fetchone()
    assert decoys > 0.3 * people


def test_what_the_truth_calls_declared_was_declared(truth: duckdb.DuckDBPyConnection) -> None:
    told, found = truth.execute(
        """
        select count(*), count(*) filter (exists (
            select 1 from declarations
            where declarations.subject_key = decoys.subject_key
                and declarations.thing_type = 'job_change'
        ))
        from truth_decoys as decoys
        where decoy_kind = 'job_change' and is_declared and feed = 'credit_reports'
            and from_at < (select max(_received_at) - interval 5 day from declarations)
        """
    ).fetchone()
    assert told == found > 0
    assert truth.execute(
        "select count(*) from truth_decoys where is_declared and decoy_kind = 'lawsuit'"
    ).fetchone() == (0,)
