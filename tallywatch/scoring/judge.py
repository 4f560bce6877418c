"""What a detector is worth on labelled facts: precision, recall, episodes, delay, ranking.

The arithmetic is one SQL per figure over two relations, so that it is the same for a file of card
payments and for the rules on the frozen world:

* `facts`: fact_key, subject_key, fact_at, is_misuse, type_code, episode_key (of misuse);
* `found`: detector, fact_key, strength (larger is more suspect), is_flagged: a detector may rank
  more than it flags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

ALERT_GAP_HOURS = 24
"""Flags of one person within this time of the one before are one alert: people are told once."""


@dataclass(frozen=True)
class Figures:
    """Of one detector. Shares are null where there is nothing to divide by; delays are in hours."""

    detector: str
    flags: int
    alerts: int
    precision: float | None
    first_alert_precision: float | None
    recall: float | None
    episode_recall: float | None
    median_delay_hours: float | None
    p90_delay_hours: float | None
    average_precision: float | None
    recall_by_type: dict[str, float] = field(default_factory=dict)
    episode_recall_by_type: dict[str, float] = field(default_factory=dict)


def judge(
    connection: duckdb.DuckDBPyConnection, facts: str, found: str, detectors: list[str]
) -> list[Figures]:
    """Figures of `detectors`, in their order; one that found nothing has zeros."""
    return [_figures(connection, facts, found, detector) for detector in detectors]


def _figures(
    connection: duckdb.DuckDBPyConnection, facts: str, found: str, detector: str
) -> Figures:
    connection.execute(
        f"""
        create or replace temp table judged as
        select facts.*, coalesce(found.is_flagged, false) as is_flagged, found.strength
        from {facts} as facts
        left join (
            select fact_key, max(strength) as strength, bool_or(is_flagged) as is_flagged
            from {found} where detector = $detector group by fact_key
        ) as found using (fact_key)
        """,
        {"detector": detector},
    )
    flags, true_flags, misuse = _one(
        connection,
        "select count(*) filter (where is_flagged), "
        "count(*) filter (where is_flagged and is_misuse), count(*) filter (where is_misuse) "
        "from judged",
    )
    alerts, true_alerts = _one(connection, _FIRST_OF_ALERT)
    episodes, seen, median, p90 = _one(connection, _EPISODES)
    return Figures(
        detector,
        flags,
        alerts,
        _share(true_flags, flags),
        _share(true_alerts, alerts),
        _share(true_flags, misuse),
        _share(seen, episodes),
        median,
        p90,
        average_precision(connection, "judged"),
        _by_type(connection, _ROWS_BY_TYPE),
        _by_type(connection, _EPISODES_BY_TYPE),
    )


_FIRST_OF_ALERT = f"""
    with flagged as (
        select *, lag(fact_at) over (
            partition by subject_key order by fact_at, fact_key) as before_at
        from judged where is_flagged
    )
    select count(*), count(*) filter (where is_misuse) from flagged
    where before_at is null or fact_at > before_at + interval {ALERT_GAP_HOURS} hour
"""
_OF_EPISODES = """
    select episode_key, any_value(type_code) as type_code, min(fact_at) as began_at,
        min(fact_at) filter (where is_flagged) as seen_at
    from judged where is_misuse group by episode_key
"""
_EPISODES = f"""
    select count(*), count(seen_at),
        median(date_diff('second', began_at, seen_at)) / 3600,
        quantile_cont(date_diff('second', began_at, seen_at), 0.9) / 3600
    from ({_OF_EPISODES})
"""
_ROWS_BY_TYPE = """
    select type_code, count(*) filter (where is_flagged) / count(*)
    from judged where is_misuse group by type_code order by type_code
"""
_EPISODES_BY_TYPE = f"""
    select type_code, count(seen_at) / count(*) from ({_OF_EPISODES})
    group by type_code order by type_code
"""


def average_precision(connection: duckdb.DuckDBPyConnection, ranked: str) -> float | None:
    """Area under precision over recall: sum of (R_n - R_n-1) P_n over the distinct strengths.

    What was not ranked comes last, together.
    """
    (value,) = _one(
        connection,
        f"""
        with by_strength as (
            select coalesce(strength, '-infinity'::double) as strength, count(*) as facts,
                count(*) filter (where is_misuse) as misuse
            from {ranked} group by 1
        ),
        summed as (
            select misuse, sum(misuse) over (order by strength desc) as found,
                sum(facts) over (order by strength desc) as flagged,
                sum(misuse) over () as everything
            from by_strength
        )
        select sum(misuse / nullif(everything, 0) * (found / flagged)) from summed
        """,
    )
    return None if value is None else float(value)


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return connection.execute(sql).fetchone() or ()


def _by_type(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, float]:
    return {str(name): share for name, share in connection.execute(sql).fetchall()}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
