"""Alerts: every one has its flags, every flag has its alert, and the extract holds no stranger."""

from __future__ import annotations

from expectations.suites import Suite, between, never_null, no_rows, none_where, one_of, unique

STATUSES = ("live", "shadow", "experimental", "suppressed")
LOCATOR = ("delivery_id", "line_number")


def suites() -> list[Suite]:
    """The suites of alerts and of their extract."""
    return [_alerts(), _extract()]


def _alerts() -> Suite:
    return Suite(
        name="release_alerts",
        table="marts.fct_alerts",
        locator=LOCATOR,
        expected=(
            never_null("alert_id"),
            unique("alert_id"),
            *map(never_null, ("rule_id", "subject_key", "status_code", "episode_started_at")),
            one_of("status_code", STATUSES),
            between("flag_count", 1),
            none_where(
                "does not end before it starts",
                "episode_ended_at is null or episode_ended_at < episode_started_at",
                LOCATOR,
                "episode_ended_at",
            ),
            no_rows(
                "leaves no flag without an alert",
                """
                with alerts as (
                    select * from {batch}
                )
                select f.delivery_id, f.line_number
                from marts.fct_flags as f
                left join alerts as a
                    on f.rule_id = a.rule_id
                    and f.subject_key = a.subject_key
                    and f.dedup_key is not distinct from a.dedup_key
                    and f.event_at between a.episode_started_at and a.episode_ended_at
                where a.alert_id is null and f.status_code <> 'deprecated'
                """,
            ),
            no_rows(
                "counts the flags that lie in its episode",
                """
                with alerts as (
                    select * from {batch}
                ),
                counted as (
                    select a.alert_id, count(f.flag_id) as found_count
                    from alerts as a
                    left join marts.fct_flags as f
                        on f.status_code <> 'deprecated'
                        and f.rule_id = a.rule_id
                        and f.subject_key = a.subject_key
                        and f.dedup_key is not distinct from a.dedup_key
                        and f.event_at between a.episode_started_at and a.episode_ended_at
                    group by a.alert_id
                )
                select a.delivery_id, a.line_number
                from alerts as a
                inner join counted as c on a.alert_id = c.alert_id
                where c.found_count is distinct from a.flag_count
                """,
                "flag_count",
            ),
        ),
    )


def _extract() -> Suite:
    return Suite(
        name="release_alert_extract",
        table="marts.xtr_alerts",
        locator=LOCATOR,
        expected=(
            never_null("alert_id"),
            unique("alert_id"),
            no_rows(
                "is a live alert of this release",
                """
                with extract as (
                    select * from {batch}
                )
                select x.delivery_id, x.line_number
                from extract as x
                left join marts.fct_alerts as a on x.alert_id = a.alert_id
                where a.status_code is distinct from 'live'
                """,
                "alert_id",
            ),
        ),
    )
