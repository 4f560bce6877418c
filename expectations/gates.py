"""The two doors: `check_raw` before the models are built, `check_release` before people read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from expectations.duckdb_source import open_source
from expectations.raw_suites import feed_suite, ledger_suite
from expectations.release_suites import SCHEMA, release_suites
from expectations.report import Check, Gate, GateReport, latest_report, save_report
from expectations.runner import run_suite
from expectations.suites import Suite
from ingest.contracts import Contract, read_contracts
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import read_warehouse

__all__ = ["Check", "GateReport", "check_raw", "check_release", "latest_report"]


@dataclass(frozen=True)
class Plan:
    """The suites to run, and the feeds that need none yet."""

    suites: list[Suite]
    never_delivered: tuple[str, ...] = ()


def check_raw(
    settings: Settings,
    contracts: dict[str, Contract] | None = None,
    now: datetime | None = None,
) -> GateReport:
    """Hold raw and the ledger against the contracts (default: all of `ingest/feeds`).

    Feeds of which nothing was ever loaded are not checked but listed in the report: their raw
    tables are empty. `now` (aware, default: the clock) is what freshness is held against. The
    report is stored.

    Raises:
        TerminalError: there is no warehouse, or GX is not the version that the shim knows.
        WarehouseBusyError: another process writes the warehouse.
    """
    moment = now or utc_now()
    chosen = read_contracts() if contracts is None else contracts

    def plan(connection: duckdb.DuckDBPyConnection) -> Plan:
        silent = never_delivered(connection, chosen)
        suites = [feed_suite(c, moment) for feed, c in chosen.items() if feed not in silent]
        return Plan([ledger_suite(), *suites], silent)

    return _run(settings, "raw", plan)


def never_delivered(connection: duckdb.DuckDBPyConnection, feeds: Iterable[str]) -> tuple[str, ...]:
    """Feeds that the ledger knows no loaded delivery of, and raw no row."""
    loaded = {
        feed
        for (feed,) in connection.execute(
            "select distinct feed from ledger.batches where status_code = 'loaded'"
        ).fetchall()
    }
    tables = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw'"
        ).fetchall()
    }
    return tuple(
        feed
        for feed in feeds
        if feed not in loaded
        and not (
            feed in tables and connection.execute(f"select 1 from raw.{feed} limit 1").fetchone()
        )
    )


def check_release(settings: Settings) -> GateReport:
    """Hold the marts, as they lie in the warehouse, against the suites of the release.

    The report is stored.

    Raises:
        TerminalError: there is no warehouse, nothing is built in it, or GX is not the version
            that the shim knows.
        WarehouseBusyError: another process writes the warehouse.
    """
    return _run(settings, "release", _release_plan)


def _release_plan(connection: duckdb.DuckDBPyConnection) -> Plan:
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = ? order by table_name, ordinal_position",
        [SCHEMA],
    ).fetchall()
    if not rows:
        raise TerminalError(
            f"no tables in schema {SCHEMA}", "the marts that a release is made of", "build first"
        )
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    return Plan(release_suites(tables))


def _run(
    settings: Settings,
    gate: Gate,
    plan_of: Callable[[duckdb.DuckDBPyConnection], Plan],
) -> GateReport:
    started, run_at = time.perf_counter(), utc_now()
    with read_warehouse(settings) as connection:
        plan = plan_of(connection)
        loaded = connection.execute("select max(loaded_at) from ledger.batches").fetchone()
    with open_source(settings) as source:
        checks = tuple(check for suite in plan.suites for check in run_suite(source, suite))
    report = GateReport(
        gate=gate,
        run_at=run_at,
        passed=all(c.passed or c.severity == "warning" for c in checks),
        seconds=round(time.perf_counter() - started, 2),
        last_loaded_at=loaded[0] if loaded else None,
        checks=checks,
        never_delivered=plan.never_delivered,
    )
    save_report(settings, report)
    return report
