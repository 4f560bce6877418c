"""Scores: what the terms add up to, with no rule above its cap, of alerts that still count."""

from __future__ import annotations

from expectations.suites import Suite, between, never_null, no_rows, one_of, unique

BANDS = ("watch", "notice", "warning", "urgent")
KEY = ("subject_key", "band_code")
TERM = ("alert_id", "rule_id")


def suites() -> list[Suite]:
    """The suites of scores and of their terms."""
    return [_scores(), _terms()]


def _scores() -> Suite:
    return Suite(
        name="release_scores",
        table="marts.fct_subject_scores",
        locator=KEY,
        expected=(
            never_null("subject_key"),
            unique("subject_key"),
            *map(never_null, ("score", "band_code", "top_terms")),
            between("score", 0, 100),
            one_of("band_code", BANDS),
            between("term_count", 1),
            no_rows(
                "is the sum of its terms",
                """
                with scores as (
                    select * from {batch}
                ),
                summed as (
                    select
                        subject_key,
                        sum(capped_contribution_ppm) as contribution_ppm,
                        count(*) as term_count
                    from marts.fct_score_terms
                    group by subject_key
                )
                select coalesce(s.subject_key, t.subject_key) as subject_key, s.band_code
                from scores as s
                full join summed as t on s.subject_key = t.subject_key
                where
                    s.contribution_ppm is distinct from t.contribution_ppm
                    or s.term_count is distinct from t.term_count
                """,
                "contribution_ppm",
            ),
        ),
    )


def _terms() -> Suite:
    return Suite(
        name="release_score_terms",
        table="marts.fct_score_terms",
        locator=TERM,
        expected=(
            never_null("alert_id"),
            unique("alert_id"),
            between("capped_contribution_ppm", 0),
            between("precision_ppm", 0, 1_000_000),
            no_rows(
                "adds no more for one rule than twice its largest contribution",
                """
                with terms as (
                    select * from {batch}
                )
                select min(alert_id) as alert_id, rule_id
                from terms
                group by subject_key, rule_id
                having sum(capped_contribution_ppm) > 2 * max(contribution_ppm)
                """,
                "capped_contribution_ppm",
            ),
            no_rows(
                "is of a live alert of the same person",
                """
                with terms as (
                    select * from {batch}
                )
                select t.alert_id, t.rule_id
                from terms as t
                left join marts.fct_alerts as a on t.alert_id = a.alert_id
                where
                    a.status_code is distinct from 'live'
                    or a.subject_key is distinct from t.subject_key
                """,
                "alert_id",
            ),
        ),
    )
