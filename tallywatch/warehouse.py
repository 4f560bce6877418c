"""The one DuckDB file: opening it for writing, and the state in it that nothing can recompute."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import duckdb

from tallywatch.database import open_database
from tallywatch.errors import TerminalError, WarehouseBusyError
from tallywatch.settings import Settings

WAREHOUSE = "warehouse"
RETRY_SECONDS = 0.2
HELD_MESSAGES = ("Could not set lock on file", "is already attached", "different configuration")

LEDGER_BATCHES: Mapping[str, str] = MappingProxyType(
    {
        "delivery_id": "VARCHAR PRIMARY KEY",
        "feed": "VARCHAR NOT NULL",
        "status_code": "VARCHAR NOT NULL",
        "file_name_token": "VARCHAR",
        "file_sha256": "VARCHAR NOT NULL",
        "file_bytes": "BIGINT NOT NULL",
        "received_at": "TIMESTAMP NOT NULL",
        "landed_at": "TIMESTAMP NOT NULL",
        "loaded_at": "TIMESTAMP NOT NULL",
        "encoding": "VARCHAR",
        "physical_records": "BIGINT NOT NULL",
        "accepted_records": "BIGINT NOT NULL",
        "rejected_records": "BIGINT NOT NULL",
        "erased_records": "BIGINT DEFAULT 0",
        "erased_rejected_records": "BIGINT DEFAULT 0",
        "declared_records": "BIGINT",
        "declared_differences": "VARCHAR",
        "reason_code": "VARCHAR",
        "found": "VARCHAR",
        "expected": "VARCHAR",
        "remedy": "VARCHAR",
        "contract_version": "VARCHAR NOT NULL",
        "unknown_columns": "VARCHAR",
        "replay_count": "BIGINT DEFAULT 0",
        "replayed_at": "TIMESTAMP",
    }
)
"""One row per delivery, entered in the transaction that loads it.

Of the accepted and the rejected records, `erased_…` are gone again: for a person's sake, or because
their time was over. What is there and what is gone make what came."""

LEDGER_REJECTED_ROWS: Mapping[str, str] = MappingProxyType(
    {
        "feed": "VARCHAR",
        "delivery_id": "VARCHAR",
        "file_sha256": "VARCHAR",
        "line_number": "BIGINT",
        "column_name": "VARCHAR",
        "reason_code": "VARCHAR",
    }
)
"""One row per fault of a rejected row."""

COMMISSION_POSTINGS: Mapping[str, str] = MappingProxyType(
    {
        "posting_id": "VARCHAR",
        "posting_month": "VARCHAR",
        "origin_month": "VARCHAR",
        "line_key": "VARCHAR",
        "agreement_id": "VARCHAR",
        "partner_id": "VARCHAR",
        "direction_code": "VARCHAR",
        "product_code": "VARCHAR",
        "deal_type": "VARCHAR",
        "deal_id": "VARCHAR",
        "tier_number": "BIGINT",
        "posting_type": "VARCHAR",
        "reason_code": "VARCHAR",
        "base_fen": "BIGINT",
        "rate_ppm": "BIGINT",
        "net_fen": "BIGINT",
        "tax_fen": "BIGINT",
        "gross_fen": "BIGINT",
        "tax_rate_ppm": "BIGINT",
        "rule_version": "VARCHAR",
        "terms_valid_from": "DATE",
        "terms_known_from": "TIMESTAMP",
        "source_delivery_id": "VARCHAR",
        "source_line_number": "BIGINT",
        "cut_off_at": "TIMESTAMP",
    }
)
"""One row per posting; the copy of the write-once chain that dbt reads."""

DELIVERED_ALERTS: Mapping[str, str] = MappingProxyType(
    {
        "alert_id": "VARCHAR",
        "consumer_name": "VARCHAR",
        "delivered_at": "TIMESTAMP",
        "release_id": "VARCHAR",
    }
)
"""One row per alert and consumer: when an extract first handed it over. The copy of the export
records that dbt reads."""

BUILD_DELIVERIES: Mapping[str, str] = MappingProxyType(
    {
        "mark_code": "VARCHAR",
        "fingerprint": "VARCHAR",
        "delivery_id": "VARCHAR",
        "replay_count": "BIGINT",
        "erased_records": "BIGINT",
    }
)
"""One row per delivery that the last whole build had (`taken`), or that the running one has seen
(`seen`); see tallywatch/build_marks.py. No state: without it the next build starts anew."""

STATE_TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ledger.batches": LEDGER_BATCHES,
        "ledger.rejected_rows": LEDGER_REJECTED_ROWS,
        "postings.commission_postings": COMMISSION_POSTINGS,
        "exports.delivered_alerts": DELIVERED_ALERTS,
        "builds.deliveries": BUILD_DELIVERIES,
    }
)


@contextmanager
def open_warehouse(
    settings: Settings, *, wait_seconds: float | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, its state tables made; nobody else can open it meanwhile.

    Raises:
        WarehouseBusyError: another process still held it after `wait_seconds`, by default those of
            the settings.
    """
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    patience = settings.wait_seconds if wait_seconds is None else wait_seconds
    connection = _connect(settings, time.monotonic() + patience)
    try:
        for table, columns in STATE_TABLES.items():
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(create_table(table, columns))
        _add_new_columns(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def read_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse to read; other readers may have it open too, a writer may not.

    Raises:
        TerminalError: there is no warehouse yet.
        WarehouseBusyError: a process has it open for writing.
    """
    if not settings.warehouse.exists():
        raise TerminalError(
            f"no warehouse at {settings.warehouse}",
            "a warehouse with loaded deliveries",
            "run `tallywatch ingest` first",
        )
    with busy_when_locked(settings):
        connection = open_database(settings, settings.warehouse, alias=WAREHOUSE, read_only=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def busy_when_locked(settings: Settings) -> Iterator[None]:
    """Turn the engine's word that the file is held into the error that is retried."""
    try:
        yield
    except Exception as error:
        if is_held(error):
            raise WarehouseBusyError(
                f"{settings.warehouse.name} is being written",
                "no writer while it is read",
                "try again later; in Airflow run the task in the pool `warehouse`",
            ) from None
        raise


def is_held(error: Exception) -> bool:
    """Whether the engine says that somebody else, in this process or another, has the file open."""
    return any(message in str(error) for message in HELD_MESSAGES)


def ensure_state_tables(settings: Settings) -> None:
    """Make what is missing of the state tables, which dbt reads as sources, and bring that of
    delivered alerts up to the export records."""
    with open_warehouse(settings) as connection:
        _fill_delivered_alerts(connection, settings)


def forget_builds(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the next build start anew: rows that the last one stands on were taken away."""
    connection.execute("delete from builds.deliveries")


def _fill_delivered_alerts(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    connection.execute("delete from exports.delivered_alerts")
    files = sorted(str(path) for path in settings.exports.glob("[0-9]*.parquet"))
    if files:
        connection.execute(
            """
            insert into exports.delivered_alerts by name
            select
                alert_id,
                consumer_name,
                min(delivered_at) as delivered_at,
                arg_min(release_id, delivered_at) as release_id
            from read_parquet(?)
            group by alert_id, consumer_name
            """,
            [files],
        )


def _add_new_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Give tables of an earlier version the nullable columns that were added since."""
    known = set(
        connection.execute(
            "select table_schema || '.' || table_name, column_name from information_schema.columns"
        ).fetchall()
    )
    for table, columns in STATE_TABLES.items():
        for name, kind in columns.items():
            if (table, name) not in known:
                connection.execute(f"alter table {table} add column {name} {kind}")


def create_table(table: str, columns: Mapping[str, str]) -> str:
    """DDL that makes a table when it is missing."""
    body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"create table if not exists {table} ({body})"


def _connect(settings: Settings, deadline: float) -> duckdb.DuckDBPyConnection:
    options: dict[str, str | bool | int] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.home / "tmp"),
        "preserve_insertion_order": False,
    }
    while True:
        try:
            return open_database(settings, settings.warehouse, alias=WAREHOUSE, options=options)
        except duckdb.Error as error:
            if not is_held(error):
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusyError(
                    "the warehouse is open in another process",
                    "one writer at a time",
                    "wait for the running load, build or release, then try again",
                ) from None
            time.sleep(RETRY_SECONDS)
