"""Incidents: each has grounds, an alert of its own that is live, and a time that runs forward."""

from __future__ import annotations

from expectations.suites import Suite, between, never_null, no_rows, none_where, one_of, unique

REASONS = ("critical_flag", "score_two_feeds", "three_stages", "probe_then_act")
BANDS = ("watch", "notice", "warning", "urgent")
KEY = ("incident_id", "opening_alert_id")
LINK = ("incident_id", "alert_id")


def suites() -> list[Suite]:
    """The suites of incidents and of the alerts that they are told from."""
    return [_incidents(), _links()]


def _incidents() -> Suite:
    return Suite(
        name="release_incidents",
        table="marts.fct_incidents",
        locator=KEY,
        expected=(
            never_null("incident_id"),
            unique("incident_id"),
            *map(never_null, ("subject_key", "opened_at", "status_code", "score", "stages_seen")),
            one_of("open_reason_code", REASONS),
            one_of("status_code", ("open", "closed")),
            one_of("band_code", BANDS),
            between("score", 0, 100),
            between("confidence_ppm", 0, 1_000_000),
            between("alert_count", 1),
            between("amount_at_risk_fen", 0),
            none_where(
                "is closed with a time and a reason, and only then has them",
                """
                (status_code = 'closed') <> (closed_at is not null)
                or (status_code = 'closed') <> (close_reason_code is not null)
                """,
                KEY,
                "closed_at",
            ),
            none_where(
                "opens at or after its first event and closes no earlier than that",
                "opened_at < first_event_at or closed_at < first_event_at",
                KEY,
                "opened_at",
            ),
            no_rows(
                "is the only open one of its person and institution",
                """
                with incidents as (
                    select * from {batch} where status_code = 'open'
                )
                select a.incident_id, a.opening_alert_id
                from incidents as a
                inner join incidents as b
                    on a.subject_key = b.subject_key
                    and a.institution_group is not distinct from b.institution_group
                    and a.incident_id < b.incident_id
                """,
                "institution_group",
            ),
            no_rows(
                "has an alert of its own",
                """
                with incidents as (
                    select * from {batch}
                )
                select i.incident_id, i.opening_alert_id
                from incidents as i
                left join marts.fct_incident_alerts as l
                    on i.incident_id = l.incident_id and l.link_code = 'own'
                where l.alert_id is null
                """,
            ),
        ),
    )


def _links() -> Suite:
    return Suite(
        name="release_incident_alerts",
        table="marts.fct_incident_alerts",
        locator=LINK,
        expected=(
            *map(never_null, ("incident_id", "alert_id", "stage_code", "event_at")),
            one_of("link_code", ("own", "context")),
            no_rows(
                "ties a live alert to an incident of the same person",
                """
                with links as (
                    select * from {batch}
                )
                select l.incident_id, l.alert_id
                from links as l
                left join marts.fct_alerts as a on l.alert_id = a.alert_id
                left join marts.fct_incidents as i on l.incident_id = i.incident_id
                where
                    a.status_code is distinct from 'live'
                    or i.subject_key is distinct from a.subject_key
                """,
                "alert_id",
            ),
            no_rows(
                "makes an alert the own of one incident at most",
                """
                with links as (
                    select * from {batch} where link_code = 'own'
                )
                select min(incident_id) as incident_id, alert_id
                from links
                group by alert_id
                having count(*) > 1
                """,
                "alert_id",
            ),
        ),
    )
