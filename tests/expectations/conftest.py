"""A real DuckDB warehouse with a few good rows of everything that the gates look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expectations.gates import check_raw, check_release
from expectations.report import GateReport
from ingest.contracts import Column, Contract, Dialect, Drift, Retention
from ingest.warehouse import prepare
from tallywatch.settings import REPOSITORY, Settings
from tallywatch.warehouse import open_warehouse

MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
RELEASE_ROWS = Path(__file__).with_name("release_rows.sql")
NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
TOKEN = "ph_" + "0123456789abcdef" * 2


def _column(name: str, logical_type: str = "string", **extras: Any) -> Column:
    return Column(name, logical_type, "A column.", "internal", **extras)


CONTRACT = Contract(
    feed="bills",
    version="1.0.0",
    title="Bills",
    domain="test",
    purpose="To be checked.",
    usage="",
    grain="One row per bill.",
    owner="testers",
    formats=("delimited",),
    dialect=Dialect(),
    columns=(
        _column("bill_id", required=True, key_position=1, pattern="B[0-9]{3}"),
        _column("occurred_at", "timestamp", required=True, not_after="received_at"),
        _column("direction_code", enum=("out", "in")),
        _column("amount_fen", "integer", minimum=0, maximum=1000),
        _column("phone", identifier="phone", holder="subject_key"),
        _column("remark", scrub=True),
    ),
    drift=Drift.FREEZE,
    consent_scope="wallet_bills",
    business_date_column="occurred_at",
    schedule="0 * * * *",
    freshness_days=2,
    retention=Retention(2),
)

BATCH = {
    "delivery_id": "d1",
    "feed": "bills",
    "status_code": "loaded",
    "file_sha256": "f" * 64,
    "file_bytes": 10,
    "received_at": datetime(2026, 9, 1, 8),
    "landed_at": datetime(2026, 9, 1, 9),
    "loaded_at": datetime(2026, 9, 1, 10),
    "physical_records": 4,
    "accepted_records": 3,
    "rejected_records": 1,
    "contract_version": "1.0.0",
}

REJECTED = {"feed": "bills", "delivery_id": "d1", "line_number": 4, "reason_code": "bad_amount"}


def _bill(line: int) -> dict[str, Any]:
    return {
        "bill_id": f"B00{line}",
        "occurred_at": datetime(2026, 8, 31, 8),
        "direction_code": "out",
        "amount_fen": 100 * line,
        "phone_token": TOKEN,
        "remark": "for [phone], thanks",
        "subject_key": "S0000001",
        "_feed": "bills",
        "_delivery_id": "d1",
        "_file_sha256": "f" * 64,
        "_line_number": line,
        "_received_at": datetime(2026, 9, 1, 8),
        "_business_date": datetime(2026, 8, 31).date(),
    }


@dataclass(frozen=True)
class Warehouse:
    """A warehouse on disk and the gate that it is for."""

    settings: Settings
    check: Callable[[], GateReport]

    def change(self, *statements: str) -> None:
        """Run SQL in the warehouse and close it again."""
        with open_warehouse(self.settings) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def raw_warehouse(settings: Settings) -> Warehouse:
    """Three bills of one delivery, of which one record was rejected."""
    with open_warehouse(settings) as connection:
        prepare(connection, [CONTRACT])
        _insert(connection, "ledger.batches", BATCH)
        _insert(connection, "ledger.rejected_rows", REJECTED)
        for line in (1, 2, 3):
            _insert(connection, "raw.bills", _bill(line))
    return Warehouse(settings, lambda: check_raw(settings, {CONTRACT.feed: CONTRACT}, NOW))


@pytest.fixture
def release_warehouse(settings: Settings) -> Warehouse:
    """Every mart, empty and with the column types of its contract, and a few rows of each story:
    two flags in one live alert, and two months of one partner's commission."""
    with open_warehouse(settings) as connection:
        prepare(connection, [])
        connection.execute("create schema marts; create schema intermediate")
        for path in sorted(MARTS.glob("*/*.yml")):
            for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
                columns = ", ".join(f"{c['name']} {c['data_type']}" for c in model["columns"])
                connection.execute(f"create table marts.{model['name']} ({columns})")
        connection.execute(RELEASE_ROWS.read_text(encoding="utf-8"))
    return Warehouse(settings, lambda: check_release(settings))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values())
    )
