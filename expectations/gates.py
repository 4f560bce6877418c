"""The two doors: `check_raw` before the models are built, `check_release` before people read."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import duckdb

from expectations.duckdb_source import open_reader, open_source
from expectations.raw_suites import feed_suite, ledger_suite
from expectations.release_suites import SCHEMA, release_suites
from expectations.report import Check, Gate, GateReport, latest_report, save_report
from expectations.runner import run_suite
from expectations.suites import Suite
from ingest.contracts import Contract, read_contracts
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

__all__ = ["Check", "GateReport", "check_raw", "check_release", "latest_report"]


def check_raw(
    settings: Settings,
    contracts: dict[str, Contract] | None = None,
    now: datetime | None = None,
) -> GateReport:
    """Hold raw and the ledger against the contracts (default: all of `ingest/feeds`).

    `now` (aware, default: the clock) is what freshness is held against. The report is stored.

    Raises:
        TerminalError: there is no warehouse, or GX is not the version that the shim knows.
        WarehouseBusyError: another process writes the warehouse.
    """
    moment = now or utc_now()
    chosen = read_contracts() if contracts is None else contracts
    return _run(
        settings,
        "raw",
        lambda _: [ledger_suite(), *(feed_suite(c, moment) for c in chosen.values())],
    )


def check_release(settings: Settings) -> GateReport:
    """Hold the marts, as they lie in the warehouse, against the suites of the release.

    The report is stored.

    Raises:
        TerminalError: there is no warehouse, nothing is built in it, or GX is not the version
            that the shim knows.
        WarehouseBusyError: another process writes the warehouse.
    """
    return _run(settings, "release", _release_suites)


def _release_suites(connection: duckdb.DuckDBPyConnection) -> list[Suite]:
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
    return release_suites(tables)


def _run(
    settings: Settings,
    gate: Gate,
    suites_of: Callable[[duckdb.DuckDBPyConnection], list[Suite]],
) -> GateReport:
    started, run_at = time.perf_counter(), utc_now()
    with open_reader(settings.warehouse) as connection:
        suites = suites_of(connection)
        loaded = connection.execute("select max(loaded_at) from ledger.batches").fetchone()
    with open_source(settings.warehouse) as source:
        checks = tuple(check for suite in suites for check in run_suite(source, suite))
    report = GateReport(
        gate=gate,
        run_at=run_at,
        passed=all(c.passed or c.severity == "warning" for c in checks),
        seconds=round(time.perf_counter() - started, 2),
        last_loaded_at=loaded[0] if loaded else None,
        checks=checks,
    )
    save_report(settings, report)
    return report
