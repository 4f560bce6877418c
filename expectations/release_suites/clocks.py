"""Clocks and extensions: every limit follows its start, and nothing is granted twice."""

from __future__ import annotations

from expectations.suites import Suite, between, never_null, no_rows, none_where, one_of, unique

CLOCKS = ("notify", "support_24h", "freeze", "objection_20d", "complaint_30d")
STATUSES = ("running", "due_soon", "overdue", "met", "missed")
KEY = ("clock_id", "source_id")
GRANT = ("subscription_id", "case_id")


def suites() -> list[Suite]:
    """The suites of clocks and of free extensions."""
    return [_clocks(), _extensions()]


def _clocks() -> Suite:
    return Suite(
        name="release_clocks",
        table="marts.fct_clocks",
        locator=KEY,
        expected=(
            never_null("clock_id"),
            unique("clock_id"),
            *map(never_null, ("started_at", "due_at", "status_code")),
            one_of("clock_code", CLOCKS),
            one_of("status_code", STATUSES),
            none_where("is due after it starts", "due_at <= started_at", KEY, "due_at"),
            none_where(
                "has stopped in time, or late, or not at all",
                """
                (stopped_at is null) <> (status_code in ('running', 'due_soon', 'overdue'))
                or status_code = 'met' and stopped_at > due_at
                or status_code = 'missed' and stopped_at <= due_at
                """,
                KEY,
                "status_code",
            ),
        ),
    )


def _extensions() -> Suite:
    return Suite(
        name="release_extensions",
        table="marts.fct_service_extensions",
        locator=GRANT,
        expected=(
            *map(never_null, ("subject_key", "subscription_id", "case_id", "confirmed_at")),
            between("extension_days", 1),
            none_where(
                "lasts as long as it says",
                "extended_until_date - extended_from_date <> extension_days",
                GRANT,
                "extended_until_date",
            ),
            no_rows(
                "is granted once for a case and a subscription",
                """
                with extensions as (
                    select * from {batch}
                )
                select subscription_id, case_id
                from extensions
                group by subscription_id, case_id
                having count(*) > 1
                """,
                "case_id",
            ),
        ),
    )
