"""Three people with the same planted chain: one is a victim, one says that it was them, for one
operations silenced the rules before."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.dbt.compiled_models import DATABASE, Model, run_models
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


def work_built(models: list[Model]) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory, built before the answers and again after them."""
    made = duckdb.connect()
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
    return made
