"""A warehouse as ingest leaves it, filled with invented rows given as dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest import warehouse
from ingest.contracts import read_contracts
from tallywatch.warehouse import STATE_TABLES, create_table

Row = Mapping[str, Any]


def make_warehouse(path: Path, rows: Mapping[str, Iterable[Row]]) -> Path:
    """Create `path` with every raw, ledger and postings table, and insert `rows` by table name."""
    with duckdb.connect(str(path)) as connection:
        prepare_tables(connection)
        insert_rows(connection, rows)
    return path


def prepare_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every raw, ledger and postings table."""
    warehouse.prepare(connection, read_contracts().values())
    for table, columns in STATE_TABLES.items():
        connection.execute(f"create schema if not exists {table.partition('.')[0]}")
        connection.execute(create_table(table, columns))


def insert_rows(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Iterable[Row]]) -> None:
    """Insert `rows` by table name.

    Lineage that a raw row leaves out is filled in, and every delivery of a raw row that no given
    ledger row describes gets one, loaded five minutes after it was received.
    """
    complete: dict[str, list[Row]] = {}
    for table, given in rows.items():
        is_raw = table.startswith("raw.")
        complete[table] = [
            _with_lineage(table, number, row) if is_raw else row
            for number, row in enumerate(given, 1)
        ]
        _insert(connection, table, complete[table])
    _insert(connection, "ledger.batches", _missing_batches(complete))


def _with_lineage(table: str, number: int, row: Row) -> Row:
    feed = table.removeprefix("raw.")
    delivery_id = row.get("_delivery_id", f"{feed}-1")
    received_at = row.get("_received_at", datetime(2026, 9, 1))
    return {
        "_feed": feed,
        "_delivery_id": delivery_id,
        "_file_sha256": f"sha-{delivery_id}",
        "_line_number": number,
        "_received_at": received_at,
        "_business_date": (row.get("occurred_at", received_at) + timedelta(hours=8)).date(),
        **row,
    }


def _missing_batches(rows: Mapping[str, list[Row]]) -> list[Row]:
    known = {row["delivery_id"] for row in rows.get("ledger.batches", [])}
    batches: dict[str, dict[str, Any]] = {}
    for table, given in rows.items():
        for row in given if table.startswith("raw.") else []:
            if row["_delivery_id"] in known:
                continue
            batch = batches.setdefault(
                row["_delivery_id"],
                {
                    "delivery_id": row["_delivery_id"],
                    "feed": row["_feed"],
                    "file_name_token": f"name-{row['_delivery_id']}",
                    "file_sha256": row["_file_sha256"],
                    "file_bytes": 1,
                    "contract_version": "1.0.0",
                    "received_at": row["_received_at"],
                    "landed_at": row["_received_at"],
                    "loaded_at": row["_received_at"] + timedelta(minutes=5),
                    "status_code": "loaded",
                    "physical_records": 0,
                    "accepted_records": 0,
                    "rejected_records": 0,
                },
            )
            batch["physical_records"] += 1
            batch["accepted_records"] += 1
    return list(batches.values())


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    names = sorted({name for row in rows for name in row})
    given = pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])
    connection.register("given", given)
    connection.execute(f"insert into {table} by name select * from given")
    connection.unregister("given")
