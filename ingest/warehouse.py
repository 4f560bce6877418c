"""Raw tables, and loading a delivery exactly once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from ingest.batch import BatchReport, lake_path, rejected_path
from ingest.contracts import Contract
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import LEDGER_BATCHES, create_table


def prepare(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Make what is missing of the raw tables.

    Raises:
        TerminalError: a raw table has other columns than its contract now says.
    """
    connection.execute("create schema if not exists raw")
    for contract in contracts:
        connection.execute(create_table(f"raw.{contract.feed}", contract.raw_columns))
        _refuse_other_columns(connection, contract)


def load(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    report: BatchReport,
) -> bool:
    """Load one screened delivery and enter it in the ledger, in one transaction.

    Returns false, and does nothing, when the ledger has the delivery already.
    """
    known = "select 1 from ledger.batches where delivery_id = ?"
    connection.execute("begin")
    try:
        if connection.execute(known, [report.delivery_id]).fetchone():
            connection.execute("rollback")
            return False
        if not report.is_refused:
            _insert_rows(connection, settings, contract, report)
        _insert_batch(connection, report)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
    return True


def _insert_rows(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    report: BatchReport,
) -> None:
    columns = ", ".join(contract.raw_columns)
    accepted = str(lake_path(settings, report.feed, report.delivery_id))
    rejected = str(rejected_path(settings, report.feed, report.delivery_id))
    count = connection.execute(
        f"insert into raw.{contract.feed} ({columns}) select {columns} from read_parquet(?)",
        [accepted],
    ).fetchone()
    if count is None or count[0] != report.accepted_records:
        raise TerminalError(
            f"{count and count[0]} rows of {report.delivery_id} in the lake",
            f"{report.accepted_records} as its report says",
            "screen the delivery again: remove its report from lake/_batches and re-run",
        )
    if report.rejected_records:
        connection.execute(
            "insert into ledger.rejected_rows select * from read_parquet(?)", [rejected]
        )


def _insert_batch(connection: duckdb.DuckDBPyConnection, report: BatchReport) -> None:
    row = {
        name: getattr(report, name, None)
        for name in LEDGER_BATCHES
        if name not in {"loaded_at", "status_code"}
    }
    row["loaded_at"] = utc_now()
    row["status_code"] = "refused" if report.is_refused else "loaded"
    row |= {key: _naive(value) for key, value in row.items() if isinstance(value, datetime)}
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f"insert into ledger.batches ({names}) values ({marks})", list(row.values()))


def _refuse_other_columns(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'raw' and table_name = ?",
        [contract.feed],
    ).fetchall()
    found, expected = dict(rows), dict(contract.raw_columns)
    if found != expected:
        differing = sorted(
            name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)
        )
        raise TerminalError(
            f"raw.{contract.feed} differs from its contract in {', '.join(differing)}",
            f"the columns of contract version {contract.version}",
            "rebuild the warehouse from the lake with `tallywatch rebuild`",
        )


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
