"""Consent over time: grants that begin, end, change what they cover, and are withdrawn."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from ingest.consent import (
    consent_fault_sql,
    grant_files,
    grant_in_force_sql,
    read_grants,
    taken_at_sql,
)
from ingest.pipeline import ingest_feed
from tallywatch.settings import Settings
from tests.ingest.deliveries import GRANT, grant

RECEIVED = datetime(2026, 11, 1, 4)


def fault(settings: Settings, exported: str | None, scope: str = "wallet_bills") -> str | None:
    """What is wrong with a row of that scope, exported at a Shanghai time, under the one grant."""
    ingest_feed(settings, "authorisations")
    moment = None if exported is None else f"timestamp '{exported}' - interval 8 hour"
    taken = taken_at_sql(moment, f"timestamp '{RECEIVED}'")
    with duckdb.connect() as connection:
        read_grants(connection, grant_files(settings.lake))
        row = connection.execute(
            f"select {consent_fault_sql(scope, taken)} from (select 1) "
            f"left join grants as g on {grant_in_force_sql(repr(GRANT), taken)}"
        ).fetchone()
    assert row is not None
    return row[0]


def test_without_any_grant_consent_is_missing(settings: Settings) -> None:
    assert fault(settings, None) == "missing"


@pytest.mark.parametrize(
    ("exported", "expected"),
    [
        ("2026-03-01 00:00:00", None),
        ("2026-06-01 00:00:00", "missing"),
        ("2026-07-01 00:00:00", "missing"),
        (None, "missing"),
    ],
)
def test_a_narrowed_grant_covers_what_was_taken_before(
    settings: Settings, exported: str | None, expected: str | None
) -> None:
    grant(settings)
    grant(settings, scope_code="sms_messages", recorded_at="2026-06-01 00:00:00", revoked_at=None)
    assert fault(settings, exported) == expected


def test_versions_may_come_in_any_order(settings: Settings) -> None:
    grant(settings, scope_code="sms_messages", recorded_at="2026-06-01 00:00:00", revoked_at=None)
    ingest_feed(settings, "authorisations")
    grant(settings)
    assert fault(settings, "2026-03-01 00:00:00") is None
    assert fault(settings, "2026-07-01 00:00:00") == "missing"


@pytest.mark.parametrize(
    ("exported", "expected"),
    [
        ("2026-04-30 23:59:59", None),
        ("2026-05-01 00:00:00", "revoked"),
        (None, "revoked"),
        # Exported before the grant, handed over after its withdrawal.
        ("2025-12-01 00:00:00", "revoked"),
    ],
)
def test_what_was_taken_before_the_withdrawal_stays_allowed(
    settings: Settings, exported: str | None, expected: str | None
) -> None:
    grant(settings)
    grant(settings, recorded_at="2026-05-02 00:00:00", revoked_at="2026-05-01 00:00:00")
    assert fault(settings, exported) == expected


def test_an_export_made_before_the_grant_is_taken_when_it_is_handed_over(
    settings: Settings,
) -> None:
    grant(settings)
    assert fault(settings, "2025-12-01 00:00:00") is None


def test_a_grant_that_begins_after_the_delivery_does_not_cover_it(settings: Settings) -> None:
    grant(settings, granted_at="2026-11-02 00:00:00")
    assert fault(settings, "2026-10-01 00:00:00") == "missing"


def test_a_date_in_the_future_borrows_no_later_grant(settings: Settings) -> None:
    """What is here was taken already, whatever the row says: the later grant is not in force."""
    grant(settings, granted_at="2026-11-02 00:00:00")
    assert fault(settings, "2026-11-03 00:00:00") == "missing"
