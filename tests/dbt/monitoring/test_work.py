"""From raw rows to work: a chain is planted in three people; one is a victim, one says that it was
them, for one operations silenced the rules before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from tests.dbt.compiled_models import DATABASE, compile_models, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.test_order import facts, feed_of
from tests.dbt.monitoring.worlds import Row, local, person
from tests.dbt.seeds import load_seeds

VICTIM, OWNER, SILENCED = "S0000001", "S0000002", "S0000003"
PEOPLE = (VICTIM, OWNER, SILENCED)
SLICES = (("44", "1950s"), ("31", "1980s"), ("31", "1980s"))
AS_OF = local(52, 9)
SELECTED = (
    "+fct_incidents +fct_clocks +fct_service_extensions +fct_subject_scores "
    "+rpt_suppression_audit +rpt_rule_scorecard +rpt_rule_slices +rpt_flag_clocks "
    "+rpt_rule_overlap +rpt_blind_spots"
)

Query = Callable[[str], list[tuple[Any, ...]]]


def chains() -> list[Row]:
    """The days and the chain of test_order, for three people."""
    rows = facts()
    rows += [
        {
            name: value.replace(VICTIM, SILENCED).replace("A0000001", "A0000003")
            if isinstance(value, str)
            else value
            for name, value in row.items()
        }
        for row in rows
        if row["subject_key"] == VICTIM
    ]
    return [
        row | {"_delivery_id": f"{feed_of(row)}-1", "_received_at": local(50, 6)} for row in rows
    ]


def register() -> dict[str, list[Row]]:
    """People, what they subscribe to, and the order that silences one of them."""
    at = {"_received_at": local(1, 0), "recorded_at": local(0, 0)}
    return {
        "raw.people": [
            at | {"subject_key": s, "region_code": code, "age_group_code": decade}
            for s, (code, decade) in zip(PEOPLE, SLICES, strict=True)
        ],
        "raw.authorisations": [person(subject) for subject in PEOPLE],
        "raw.subscriptions": [
            at
            | {
                "subscription_id": "B1",
                "subject_key": VICTIM,
                "started_at": local(0, 0),
                "service_until_at": local(90, 0),
            }
        ],
        "raw.alert_suppressions": [
            at
            | {
                "suppression_id": "O1",
                "subject_key": SILENCED,
                "rule_pattern": "IM-BK",
                "reason_code": "travelling",
                "author_id": "ops1",
                "created_at": local(0, 0),
                "expires_at": local(100, 0),
            }
        ],
        "raw.support_tickets": [
            {
                "_received_at": AS_OF,
                "ticket_id": "K1",
                "subject_key": VICTIM,
                "opened_at": local(50, 9),
                "recorded_at": local(50, 9),
            }
        ],
    }


def answers(alerts: list[tuple[Any, ...]]) -> dict[str, list[Row]]:
    """What operations and the owner make of the alerts."""
    victims, owners = (
        [alert for alert in alerts if alert[3] == subject] for subject in (VICTIM, OWNER)
    )
    told = {"case_id": "C1", "subject_key": VICTIM, "_received_at": AS_OF}
    return {
        "raw.cases": [
            told
            | {
                "alert_id": victims[0][0],
                "status_code": "open",
                "outcome_code": "confirmed_misuse",
                "opened_at": local(50, 10),
                "confirmed_at": local(50, 12),
                "recorded_at": local(50, 12),
            }
        ],
        "raw.case_steps": [
            told | {"step_id": code, "step_code": code, "happened_at": at, "recorded_at": at}
            for code, at in (
                ("notified", local(50, 11)),
                ("freeze_requested", local(50, 13)),
                ("objection_accepted", local(51, 9)),
            )
        ],
        "raw.alert_feedback": [
            {
                "_received_at": AS_OF,
                "feedback_id": f"F{number}",
                "subject_key": OWNER,
                "rule_id": alert[1],
                "dedup_key": alert[2],
                "outcome_code": "was_me",
                "noted_at": local(51, 9),
            }
            for number, alert in enumerate(owners)
        ],
    }


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    """A warehouse in memory, built before the answers and after them."""
    models = compile_models(tmp_path_factory.mktemp("compiled"), SELECTED)
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema {schema}")
        load_seeds(made)
        rows = register()
        for row in chains():
            rows.setdefault(f"raw.{feed_of(row)}", []).append(row)
        insert_rows(made, rows)
        run_models(made, models)
        alerts = made.execute(
            "select alert_id, rule_id, dedup_key, subject_key from marts.fct_alerts "
            "where status_code = 'live' and rule_id like 'IM-BK-%' order by alert_id"
        ).fetchall()
        insert_rows(made, answers(alerts))
        made.execute(
            "insert into exports.delivered_alerts select alert_id, 'ops', "
            f"timestamp '{local(50, 8)}', 'r1' from marts.fct_alerts where status_code = 'live'"
        )
        run_models(made, models)
        yield lambda sql: made.execute(sql).fetchall()


def test_the_victims_chain_is_an_open_incident(query: Query) -> None:
    [incident] = query(
        "select stages_seen, missing_stages, status_code, band_code, channels, amount_at_risk_fen, "
        "case_id, response_code, minutes_between_stages "
        f"from marts.fct_incidents where subject_key = '{VICTIM}'"
    )
    assert incident[0] == "S3;S5;S6"
    assert json.loads(incident[1]) == dict.fromkeys(("S1", "S2", "S4"), "not_consented")
    assert incident[2:4] == ("open", "warning")
    assert "payment" in incident[4].split(";")
    assert incident[5] > 8000_00
    assert incident[6:8] == ("C1", "objection_accepted")
    assert list(json.loads(incident[8])) == ["S3-S5", "S5-S6"]


def test_who_says_that_it_was_them_has_no_score_and_a_closed_incident(query: Query) -> None:
    assert query("select distinct subject_key from marts.fct_subject_scores") == [(VICTIM,)]
    assert query(
        "select status_code, close_reason_code, closed_at, score "
        f"from marts.fct_incidents where subject_key = '{OWNER}'"
    ) == [("closed", "outcome", local(51, 9), 0)]
    [(score, top_terms)] = query("select score, top_terms from marts.fct_subject_scores")
    assert 50 <= score < 75
    assert len(json.loads(top_terms)) == 5


def test_what_operations_silenced_is_written_and_counted(query: Query) -> None:
    flags = query(
        "select count(*) from marts.fct_flags "
        f"where subject_key = '{SILENCED}' and suppression_id = 'O1'"
    )[0][0]
    assert flags > 7
    assert query(
        "select sum(flag_count), max(author_id), sum(harm_flag_count) "
        "from marts.rpt_suppression_audit where suppression_id = 'O1'"
    ) == [(flags, "ops1", 0)]
    assert not query(f"select * from marts.fct_incidents where subject_key = '{SILENCED}'")


def test_clocks_run_from_the_victims_case(query: Query) -> None:
    clocks = query(
        "select clock_code, status_code, case_id from marts.fct_clocks "
        f"where subject_key = '{VICTIM}' order by clock_code"
    )
    assert clocks == [
        ("freeze", "running", "C1"),
        ("notify", "met", "C1"),
        ("objection_20d", "running", "C1"),
        ("support_24h", "overdue", None),
    ]


def test_confirmed_misuse_grants_the_extension(query: Query) -> None:
    until = (local(90, 0) + timedelta(hours=8)).date()
    assert query(
        "select subscription_id, case_id, extended_from_date, extended_until_date, is_given "
        "from marts.fct_service_extensions"
    ) == [("B1", "C1", until, until + timedelta(days=30), False)]


def test_scorecards_agree_with_the_flags(query: Query) -> None:
    assert query("select sum(flag_count), max(people_count) from marts.rpt_rule_scorecard") == [
        (query("select count(*) from marts.fct_flags")[0][0], len(PEOPLE))
    ]
    assert query(
        "select tp_count, fp_count from marts.rpt_rule_scorecard where rule_id = 'IM-BK-013'"
    ) == [(0, 2)]
    assert query(
        "select slice_code, subject_count, fp_count from marts.rpt_rule_slices "
        "where rule_id = 'IM-BK-013' and slice_type = 'age_group' order by slice_code"
    ) == [("1950s", 1, 0), ("1980s", 2, 2)]


def test_four_clocks_are_measured(query: Query) -> None:
    rows = query(
        "select flag_count, delivered_flag_count, available_to_detected_p50_seconds, "
        "detected_to_delivered_p50_seconds "
        "from marts.rpt_flag_clocks where feed = 'bank_statements'"
    )
    [(flags, delivered, load, handed)] = rows
    assert 0 < delivered < flags
    assert load == 300
    assert handed == 2 * 3600 - 300
