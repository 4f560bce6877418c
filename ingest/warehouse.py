"""Raw tables, and loading a delivery exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.batch import BatchReport, lake_path, rejected_path
from ingest.cast_sql import quoted
from ingest.contracts import Contract
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import LEDGER_BATCHES, create_table

MOST_AT_ONCE = 100
FEW_RECORDS = 100_000
"""So many deliveries, with so many records in all, are loaded in one transaction."""


def prepare(connection: duckdb.DuckDBPyConnection, contracts: Iterable[Contract]) -> None:
    """Make what is missing of the raw tables.

    Raises:
        TerminalError: a raw table has other columns than its contract now says.
    """
    connection.execute("create schema if not exists raw")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'raw'"
    ).fetchall():
        found[table][column] = kind
    for contract in contracts:
        if contract.feed not in found:
            connection.execute(create_table(f"raw.{contract.feed}", _stored(contract)))
        else:
            _refuse_other_columns(contract, found[contract.feed])


def _stored(contract: Contract) -> dict[str, str]:
    """The columns of the raw table, name to DDL.

    Tokens are random: to pack them saves half of their room, and takes a quarter of a load.
    """
    return {
        name: f"{kind} using compression uncompressed" if name in contract.token_columns else kind
        for name, kind in contract.raw_columns.items()
    }


def load(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    report: BatchReport,
) -> bool:
    """Load one screened delivery and enter it in the ledger, in one transaction.

    Returns false, and does nothing, when the ledger has the delivery already. A replay takes the
    place of what was loaded before.
    """
    known = "select coalesce(replay_count, 0) from ledger.batches where delivery_id = ?"
    with _transaction(connection):
        entered = connection.execute(known, [report.delivery_id]).fetchone()
        if entered and entered[0] >= report.replay_count:
            return False
        if entered:
            _remove(connection, report)
        _insert(connection, settings, contract, [report])
    return True


def load_new(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    reports: Sequence[BatchReport],
) -> list[BatchReport]:
    """Load deliveries that the ledger does not have; returns the reports of those loaded.

    Small ones share a transaction, which costs more than their rows do. A group in which one cannot
    be loaded is loaded one by one, so that those before it are there.
    """
    loaded: list[BatchReport] = []
    for group in _groups(reports):
        try:
            with _transaction(connection):
                _insert(connection, settings, contract, group)
            loaded += group
        except (TerminalError, duckdb.Error):
            loaded += [r for r in group if load(connection, settings, contract, r)]
    return loaded


def _groups(reports: Sequence[BatchReport]) -> Iterator[list[BatchReport]]:
    """The reports, in order, by transaction."""
    group: list[BatchReport] = []
    records = 0
    for report in reports:
        if group and (
            len(group) == MOST_AT_ONCE or records + report.physical_records > FEW_RECORDS
        ):
            yield group
            group, records = [], 0
        group.append(report)
        records += report.physical_records
    if group:
        yield group


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _remove(connection: duckdb.DuckDBPyConnection, report: BatchReport) -> None:
    places = (f"raw.{report.feed} where _delivery_id", "ledger.rejected_rows where delivery_id")
    for place in (*places, "ledger.batches where delivery_id"):
        connection.execute(f"delete from {place} = ?", [report.delivery_id])


def _insert(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    reports: Sequence[BatchReport],
) -> None:
    _insert_rows(connection, settings, contract, [r for r in reports if not r.is_refused])
    _insert_batches(connection, reports)


def _insert_rows(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contract: Contract,
    reports: Sequence[BatchReport],
) -> None:
    if not reports:
        return
    columns = ", ".join(contract.raw_columns)
    selected = ", ".join(_selected(contract, reports))
    accepted = [str(lake_path(settings, r.feed, r.delivery_id)) for r in reports]
    count = connection.execute(
        f"insert into raw.{contract.feed} ({columns}) select {selected} from read_parquet(?)",
        [accepted],
    ).fetchone()
    expected = {
        file: report.accepted_records - report.erased_records
        for file, report in zip(accepted, reports, strict=True)
    }
    if count is None or count[0] != sum(expected.values()) or len(reports) > 1:
        _refuse_other_counts(connection, expected)
    rejected = [
        str(rejected_path(settings, r.feed, r.delivery_id)) for r in reports if r.rejected_records
    ]
    if rejected:
        connection.execute(
            "insert into ledger.rejected_rows select * from read_parquet(?)", [rejected]
        )


def _selected(contract: Contract, reports: Sequence[BatchReport]) -> Iterator[str]:
    """What is read of the lake for each column of raw.

    Of one delivery alone it is known what stands in every row: a constant costs less than to read
    it as often as there are rows.
    """
    constants: dict[str, str] = {}
    if len(reports) == 1:
        [report] = reports
        constants = {
            "_feed": report.feed,
            "_delivery_id": report.delivery_id,
            "_file_sha256": report.file_sha256,
        }
    for name in contract.raw_columns:
        yield quoted(constants[name]) if name in constants else name


def _refuse_other_counts(connection: duckdb.DuckDBPyConnection, expected: dict[str, int]) -> None:
    """Hold the rows of each file, as its footer counts them, against the delivery's report."""
    query = "select file_name, num_rows from parquet_file_metadata(?)"
    found = dict(connection.execute(query, [list(expected)]).fetchall())
    for file, rows in expected.items():
        if found.get(file) != rows:
            raise TerminalError(
                f"{found.get(file)} rows of {Path(file).stem} in the lake",
                f"{rows} as its report says",
                "screen the delivery again: remove its report from lake/_batches and re-run",
            )


def _insert_batches(connection: duckdb.DuckDBPyConnection, reports: Sequence[BatchReport]) -> None:
    rows = [_batch_row(report) for report in reports]
    marks = ", ".join("?" for _ in rows[0])
    values = ", ".join([f"({marks})"] * len(rows))
    connection.execute(
        f"insert into ledger.batches ({', '.join(rows[0])}) values {values}",
        [value for row in rows for value in row.values()],
    )


def _batch_row(report: BatchReport) -> dict[str, object]:
    row = {
        name: getattr(report, name, None)
        for name in LEDGER_BATCHES
        if name not in {"loaded_at", "status_code"}
    }
    row["loaded_at"] = utc_now()
    row["status_code"] = "refused" if report.is_refused else "loaded"
    return row | {key: _naive(value) for key, value in row.items() if isinstance(value, datetime)}


def _refuse_other_columns(contract: Contract, found: dict[str, str]) -> None:
    expected = dict(contract.raw_columns)
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
