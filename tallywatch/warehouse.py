"""The one DuckDB file: opening it for writing, and the state in it that nothing can recompute."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import duckdb

from tallywatch.errors import WarehouseBusyError
from tallywatch.settings import Settings

RETRY_SECONDS = 0.2

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
        "declared_records": "BIGINT",
        "reason_code": "VARCHAR",
        "found": "VARCHAR",
        "expected": "VARCHAR",
        "remedy": "VARCHAR",
        "contract_version": "VARCHAR NOT NULL",
    }
)
"""One row per delivery, entered in the transaction that loads it."""

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

STATE_TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ledger.batches": LEDGER_BATCHES,
        "ledger.rejected_rows": LEDGER_REJECTED_ROWS,
        "postings.commission_postings": COMMISSION_POSTINGS,
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
        yield connection
    finally:
        connection.close()


def ensure_state_tables(settings: Settings) -> None:
    """Make what is missing of the state tables, which dbt reads as sources."""
    with open_warehouse(settings):
        return


def create_table(table: str, columns: Mapping[str, str]) -> str:
    """DDL that makes a table when it is missing."""
    body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return f"create table if not exists {table} ({body})"


def _connect(settings: Settings, deadline: float) -> duckdb.DuckDBPyConnection:
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.home / "tmp"),
        "preserve_insertion_order": False,
    }
    while True:
        try:
            return duckdb.connect(str(settings.warehouse), config=options)
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusyError(
                    "the warehouse is open in another process",
                    "one writer at a time",
                    "wait for the running load, build or release, then try again",
                ) from None
            time.sleep(RETRY_SECONDS)
