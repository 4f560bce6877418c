"""The replay: what a rule would have said at the end of each day, with what was known by then."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from tallywatch.build import PROJECT
from tallywatch.compiled_models import DATABASE, Model, compile_models, make_schemas
from tallywatch.database import attach, open_database
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import busy_when_locked

CHINA = timedelta(hours=8)
RULES = PROJECT / "models" / "intermediate" / "rules"
SENTINEL = "1999-12-31 23:59:59"
"""Stands for the end of the day in the compiled SQL, which is compiled once for all days."""
LIVE_FLAGS = "marts.fct_flags"
FEEDBACK = "raw.alert_feedback"
Progress = Callable[[date], None]


@dataclass(frozen=True)
class Replay:
    """What to replay. Days are Shanghai's, both ends included; `thresholds` replace those of the
    seed for every period."""

    rule_id: str
    first_day: date
    last_day: date
    thresholds: Mapping[str, int]

    @property
    def days(self) -> list[date]:
        """Every day of the replay."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=n) for n in range(count)]


@contextmanager
def replayed(
    settings: Settings, replay: Replay, on_day: Progress = lambda day: None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Run the replay; gives a connection with its results, in a scratch file that goes afterwards.

    Tables: `replayed` (a row per flag or exit that was seen on any day: the rule's columns,
    `first_seen_day`, `is_news` (not already there on the eve of the first day) and `stands` (still
    there on the last)), `live_flags` (the live version's, of the same days) and `answers`.
    The warehouse is held open, for reading, only while what the rule reads is copied.

    Raises:
        TerminalError: no such rule, threshold or warehouse; or the days are the wrong way round.
        WarehouseBusyError: another process writes the warehouse.
    """
    model = rule_model(replay.rule_id)
    if replay.last_day < replay.first_day:
        raise TerminalError(
            f"days from {replay.first_day} to {replay.last_day}",
            "a first day that is not after the last",
            "exchange them",
        )
    models = compile_models(settings.home / "dbt" / "compiled", f"+{model}", {"as_of": SENTINEL})
    (settings.home / "spill").mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="backtest-", dir=settings.home / "spill"))
    try:
        with _scratch(settings, folder) as connection:
            _copy_sources(connection, settings, models)
            _override(connection, replay)
            _run(connection, models, replay, on_day)
            yield connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rule_model(rule_id: str) -> str:
    """Name of the rule's model.

    Raises:
        TerminalError: there is no such rule.
    """
    stem = f"rule_{rule_id.lower().replace('-', '_')}__"
    found = sorted(path.stem for path in RULES.glob("*.sql"))
    for name in found:
        if name.startswith(stem):
            return name
    known = sorted({name.split("__")[0][5:].upper().replace("_", "-") for name in found})
    raise TerminalError(
        f"rule {rule_id[:40]!r}", f"one of {', '.join(known)}", "correct the id, as in IM-BK-011"
    )


def end_of(day: date) -> datetime:
    """The last second of a day in Shanghai, in UTC."""
    return datetime.combine(day, time(23, 59, 59)) - CHINA


def _scratch(settings: Settings, folder: Path) -> duckdb.DuckDBPyConnection:
    options: dict[str, str | bool | int] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": False,
    }
    return open_database(settings, folder / "scratch.duckdb", alias=DATABASE, options=options)


def _copy_sources(
    connection: duckdb.DuckDBPyConnection, settings: Settings, models: list[Model]
) -> None:
    if not settings.warehouse.exists():
        raise TerminalError(
            f"no warehouse at {settings.warehouse}",
            "deliveries that were taken in",
            "run `tallywatch ingest`, or set TALLYWATCH_HOME",
        )
    with busy_when_locked(settings):
        attach(connection, settings, settings.warehouse, alias="present", read_only=True)
    make_schemas(connection)
    present = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'present'"
        ).fetchall()
    }
    wanted = {source for model in models for source in model.sources} | {FEEDBACK}
    for relation in sorted(wanted):
        connection.execute(f"create schema if not exists {relation.partition('.')[0]}")
        connection.execute(f"create table {relation} as from present.{relation}")
    live = f"from present.{LIVE_FLAGS}" if LIVE_FLAGS in present else None
    connection.execute(
        f"create table live_flags as {live}"
        if live
        else "create table live_flags (rule_id varchar, flag_id varchar, subject_key varchar, "
        "dedup_key varchar, event_at timestamp, available_at timestamp, status_code varchar)"
    )
    connection.execute("detach present")


def _override(connection: duckdb.DuckDBPyConnection, replay: Replay) -> None:
    rows = connection.execute(
        "select distinct threshold_name from seeds.rule_thresholds where rule_id = ? order by all",
        [replay.rule_id],
    ).fetchall()
    names = [name for (name,) in rows]
    unknown = sorted(set(replay.thresholds) - set(names))
    if unknown:
        raise TerminalError(
            f"threshold {', '.join(unknown)} for {replay.rule_id}",
            f"one of {', '.join(names)}" if names else "a rule that has thresholds",
            "name it as dbt_project/seeds/rule_thresholds.csv does",
        )
    for name, value in replay.thresholds.items():
        connection.execute(
            "update seeds.rule_thresholds set threshold_value = ? "
            "where rule_id = ? and threshold_name = ?",
            [value, replay.rule_id, name],
        )


def _run(
    connection: duckdb.DuckDBPyConnection, models: list[Model], replay: Replay, on_day: Progress
) -> None:
    rule = models[-1].relation
    eve = replay.first_day - timedelta(days=1)
    _as_known(connection, models, eve)
    connection.execute(
        f"create table replayed as select *, cast(null as date) as first_seen_day from {rule}"
    )
    for day in replay.days:
        _as_known(connection, models, day)
        connection.execute(
            f"""
            insert into replayed by name
            select *, ? as first_seen_day from {rule}
            where (flag_id, exit_reason is null) not in (
                select (flag_id, exit_reason is null) from replayed
            )
            """,
            [day],
        )
        on_day(day)
    connection.execute(
        f"""
        create or replace table replayed as
        select
            *,
            first_seen_day is not null as is_news,
            (flag_id, exit_reason is null) in (select (flag_id, exit_reason is null) from {rule})
                as stands
        from replayed
        """
    )
    span = [end_of(eve), end_of(replay.last_day)]
    connection.execute(
        "create or replace table live_flags as select * from live_flags "
        f"where rule_id = '{replay.rule_id}' and available_at > ? and available_at <= ?",
        span,
    )
    connection.execute(
        f"create table answers as select * from {FEEDBACK} where rule_id = ?", [replay.rule_id]
    )


def _as_known(connection: duckdb.DuckDBPyConnection, models: list[Model], day: date) -> None:
    """The models as of the end of a day; staging stays a view, as in the warehouse."""
    as_of = f"{end_of(day):%Y-%m-%d %H:%M:%S}"
    for model in models:
        kind = "view" if model.relation.startswith("staging.") else "table"
        sql = model.sql.replace(SENTINEL, as_of)
        connection.execute(f"create or replace {kind} {model.relation} as {sql}")
