"""The door out, where flags become work: faults in scores, incidents and clocks block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.expectations.conftest import Warehouse

TERM = "update marts.fct_score_terms set {}"
INCIDENT = "update marts.fct_incidents set {}"
LINK = "update marts.fct_incident_alerts set {}"
CLOCK = "update marts.fct_clocks set {}"
GRANT = "update marts.fct_service_extensions set {}"


@pytest.mark.parametrize(
    ("change", "table", "column", "says", "where"),
    [
        (
            TERM.format("capped_contribution_ppm = capped_contribution_ppm + 1"),
            "fct_subject_scores",
            "contribution_ppm",
            "is the sum of its terms",
            "S0000001:watch",
        ),
        (
            "delete from marts.fct_score_terms",
            "fct_subject_scores",
            "contribution_ppm",
            "is the sum of its terms",
            "S0000001:watch",
        ),
        (
            TERM.format("contribution_ppm = 6749999"),
            "fct_score_terms",
            "capped_contribution_ppm",
            "adds no more for one rule",
            "alert1:IM-BK-011",
        ),
        (
            TERM.format("subject_key = 'S0000002'"),
            "fct_score_terms",
            "alert_id",
            "is of a live alert of the same person",
            "alert1:IM-BK-011",
        ),
        (
            INCIDENT.format("close_reason_code = 'quiet'"),
            "fct_incidents",
            "closed_at",
            "is closed with a time",
            "incident1:alert1",
        ),
        (
            INCIDENT.format("opened_at = first_event_at - interval 1 second"),
            "fct_incidents",
            "opened_at",
            "opens at or after",
            "incident1:alert1",
        ),
        (
            "insert into marts.fct_incidents by name "
            "select * replace ('incident2' as incident_id) from marts.fct_incidents",
            "fct_incidents",
            "institution_group",
            "is the only open one",
            "incident1:alert1",
        ),
        (
            LINK.format("link_code = 'context'"),
            "fct_incidents",
            None,
            "has an alert of its own",
            "incident1:alert1",
        ),
        (
            "insert into marts.fct_incident_alerts by name "
            "select * replace ('incident2' as incident_id) from marts.fct_incident_alerts",
            "fct_incident_alerts",
            "alert_id",
            "makes an alert the own of one",
            "incident1:alert1",
        ),
        (
            "update marts.fct_alerts set status_code = 'suppressed'",
            "fct_incident_alerts",
            "alert_id",
            "ties a live alert",
            "incident1:alert1",
        ),
        (
            CLOCK.format("stopped_at = due_at + interval 1 second"),
            "fct_clocks",
            "status_code",
            "has stopped in time",
            "clock1:incident1",
        ),
        (
            CLOCK.format("status_code = 'overdue'"),
            "fct_clocks",
            "status_code",
            "has stopped in time",
            "clock1:incident1",
        ),
        (
            GRANT.format("extended_until_date = date '2026-10-30'"),
            "fct_service_extensions",
            "extended_until_date",
            "lasts as long",
            "sub1:case1",
        ),
        (
            "insert into marts.fct_service_extensions select * from marts.fct_service_extensions",
            "fct_service_extensions",
            "case_id",
            "is granted once",
            "sub1:case1",
        ),
    ],
)
def test_a_fault_in_the_work_blocks(
    release_warehouse: Warehouse,
    change: str,
    table: str,
    column: str | None,
    says: str,
    where: str,
) -> None:
    release_warehouse.change(change)
    report = release_warehouse.check()
    assert not report.passed
    found = {(c.table, c.column): c for c in report.failures if c.expectation.startswith(says)}
    assert where in found[f"marts.{table}", column].where
