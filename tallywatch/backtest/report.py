"""What a replay shows: how much it flags, how that compares, and who makes the noise."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tallywatch.backtest.replay import Progress as OnDay
from tallywatch.backtest.replay import Replay, replayed
from tallywatch.settings import Settings

NOISIEST = 5
FOLDER = "backtests"


@dataclass(frozen=True)
class Key:
    """Something that many flags are about: a token, a group, a code."""

    dedup_key: str
    flag_count: int
    subject_count: int


@dataclass(frozen=True)
class Day:
    """Flags that were news on one day."""

    day: date
    flag_count: int
    subject_count: int


@dataclass(frozen=True)
class Overlap:
    """The replay against the live version: by person, thing and event."""

    both_count: int
    only_replay_count: int
    only_live_count: int


@dataclass(frozen=True)
class Precision:
    """Flags that somebody answered. `precision_ppm` is None without an answer that decides."""

    confirmed_count: int
    recognised_count: int
    unreachable_count: int
    unanswered_count: int

    @property
    def precision_ppm(self) -> int | None:
        """Confirmed among those decided, in parts per million."""
        decided = self.confirmed_count + self.recognised_count
        return round(self.confirmed_count * 1_000_000 / decided) if decided else None


@dataclass(frozen=True)
class Backtest:
    """A replay's report. Counts are of flags that were news in its days; `withdrawn_count` of those
    that later facts undid within them."""

    rule_id: str
    rule_version: str | None
    first_day: date
    last_day: date
    thresholds: dict[str, int]
    flag_count: int
    suppressed_count: int
    withdrawn_count: int
    subject_count: int
    watched_count: int
    exits: dict[str, int]
    days: list[Day]
    overlap: Overlap
    precision: Precision
    noisiest: list[Key]

    @property
    def flags_per_1000_people(self) -> float:
        """Flags that nothing silenced, per thousand people known to the service."""
        return self.flag_count * 1000 / self.watched_count if self.watched_count else 0.0


def backtest(settings: Settings, replay: Replay, on_day: OnDay = lambda day: None) -> Backtest:
    """Replay a rule and report on it; see `replayed` for what is raised."""
    with replayed(settings, replay, on_day) as connection:
        return _report(connection, replay)


def write_report(settings: Settings, report: Backtest) -> Path:
    """Write the report as JSON to `out/backtests/`; equal replays have the same name."""
    folder = settings.out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    changed = "".join(f"_{name}={value}" for name, value in sorted(report.thresholds.items()))
    path = folder / f"{report.rule_id}_{report.first_day}_{report.last_day}{changed}.json"
    document = asdict(report) | {
        "flags_per_1000_people": round(report.flags_per_1000_people, 3),
        "precision_ppm": report.precision.precision_ppm,
    }
    path.write_text(json.dumps(document, indent=2, default=str, ensure_ascii=False) + "\n", "utf-8")
    return path


def _report(connection: duckdb.DuckDBPyConnection, replay: Replay) -> Backtest:
    connection.execute(
        """
        create temp table news as
        select * from replayed
        where is_news and exit_reason is null and suppression_reason is null
        """
    )
    counts = _row(
        connection,
        """
        select
            count(*) filter (exit_reason is null and suppression_reason is null),
            count(*) filter (exit_reason is null and suppression_reason is not null),
            count(*) filter (exit_reason is null and not stands),
            count(distinct subject_key) filter (exit_reason is null and suppression_reason is null),
            max(rule_version)
        from replayed
        where is_news
        """,
    )
    return Backtest(
        rule_id=replay.rule_id,
        rule_version=counts[4],
        first_day=replay.first_day,
        last_day=replay.last_day,
        thresholds=dict(replay.thresholds),
        flag_count=counts[0],
        suppressed_count=counts[1],
        withdrawn_count=counts[2],
        subject_count=counts[3],
        watched_count=_watched(connection),
        exits=dict(
            connection.execute(
                "select exit_reason, count(*) from replayed "
                "where is_news and exit_reason is not null group by all order by all"
            ).fetchall()
        ),
        days=[
            Day(*row)
            for row in connection.execute(
                "select first_seen_day, count(*), count(distinct subject_key) from news "
                "group by all order by all"
            ).fetchall()
        ],
        overlap=_overlap(connection),
        precision=_precision(connection),
        noisiest=[
            Key(*row)
            for row in connection.execute(
                "select dedup_key, count(*), count(distinct subject_key) from news "
                "group by all order by 2 desc, 1 limit ?",
                [NOISIEST],
            ).fetchall()
        ],
    )


def _watched(connection: duckdb.DuckDBPyConnection) -> int:
    """People whose data the rule could read: those of whom any of its sources has a row."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_columns() "
        "where schema_name = 'raw' and column_name = 'subject_key' "
        "and table_name <> 'alert_feedback' order by all"
    ).fetchall()
    parts = " union ".join(f"select subject_key from {s}.{t}" for s, t in tables)
    return int(_row(connection, f"select count(*) from ({parts})")[0]) if parts else 0


def _overlap(connection: duckdb.DuckDBPyConnection) -> Overlap:
    row = _row(
        connection,
        """
        with
        ours as (select distinct subject_key, dedup_key, event_at from news),
        theirs as (
            select distinct subject_key, dedup_key, event_at from live_flags
            where status_code <> 'suppressed'
        )
        select
            (select count(*) from (from ours intersect from theirs)),
            (select count(*) from (from ours except from theirs)),
            (select count(*) from (from theirs except from ours))
        """,
    )
    return Overlap(*row)


def _precision(connection: duckdb.DuckDBPyConnection) -> Precision:
    """By the last answer about the same thing of the same person since the event."""
    row = _row(
        connection,
        """
        with
        answered as (
            select news.flag_id, max_by(answers.outcome_code, answers.noted_at) as outcome_code
            from news
            left join answers
                on news.subject_key = answers.subject_key
                and news.dedup_key = answers.dedup_key
                and news.event_at <= answers.noted_at
            group by news.flag_id
        )
        select
            count(*) filter (outcome_code = 'confirmed_misuse'),
            count(*) filter (outcome_code in ('was_me', 'family_authorised', 'institution_error')),
            count(*) filter (outcome_code = 'unreachable'),
            count(*) filter (outcome_code is null)
        from answered
        """,
    )
    return Precision(*row)


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row
