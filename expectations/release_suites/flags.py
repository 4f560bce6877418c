"""Flags: each is one fact about one person, by a rule that is known, and not before its time."""

from __future__ import annotations

from expectations.suites import Suite, between, never_null, no_rows, none_where, one_of, unique

STATUSES = ("live", "shadow", "experimental", "deprecated", "suppressed")
LOCATOR = ("delivery_id", "line_number")
MILLION = 1_000_000


def suites() -> list[Suite]:
    """The suite of flags."""
    return [
        Suite(
            name="release_flags",
            table="marts.fct_flags",
            locator=LOCATOR,
            expected=(
                never_null("flag_id"),
                unique("flag_id"),
                *map(
                    never_null,
                    (
                        "rule_id",
                        "rule_version",
                        "subject_key",
                        "status_code",
                        "severity_code",
                        "event_at",
                        "available_at",
                        "detected_at",
                        "delivery_id",
                    ),
                ),
                one_of("status_code", STATUSES),
                between("confidence_ppm", 0, MILLION),
                none_where(
                    "is not later than the delivery that tells of it",
                    "event_at > available_at",
                    LOCATOR,
                    "event_at",
                ),
                none_where(
                    "is not seen before it was available",
                    "available_at > detected_at",
                    LOCATOR,
                    "detected_at",
                ),
                none_where(
                    "is suppressed with a reason, and only then has one",
                    "(status_code = 'suppressed') <> (suppression_reason is not null)",
                    LOCATOR,
                    "suppression_reason",
                ),
                none_where(
                    "is of a rule that is known, and live only if the rule is",
                    """
                    rule_id not in (select rule_id from intermediate.int_rulebook__rules)
                    or status_code = 'live' and rule_id not in (
                        select rule_id from intermediate.int_rulebook__rules
                        where status_code = 'live'
                    )
                    """,
                    LOCATOR,
                    "rule_id",
                ),
                no_rows(
                    "has every flag that a rule raised",
                    """
                    with released as (
                        select * from {batch}
                    )
                    select raised.delivery_id, raised.line_number
                    from intermediate.int_alerts__flags as raised
                    left join released on raised.flag_id = released.flag_id
                    where raised.exit_reason is null and released.flag_id is null
                    """,
                ),
            ),
        )
    ]
