"""Take one delivery of a feed in, and look at what became of its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ingest.batch import BatchReport, lake_path
from ingest.landing import delivered, land
from ingest.pipeline import contract_of, ingest_feed
from ingest.screen import screen
from tallywatch.settings import Settings
from tests.ingest.deliveries import GRANT, RECEIVED, grant, put

Row = dict[str, Any]

ATTRIBUTES = {"authorisation_id": GRANT, "partner_id": "P0007"}
"""What comes with a delivery beside its file."""


def allow(settings: Settings, scope: str) -> None:
    """Grant the scope to the first person, from long ago until long after."""
    grant(
        settings,
        scope_code=scope,
        granted_at="2015-01-01 00:00:00",
        expires_at="2099-01-01 00:00:00",
    )
    ingest_feed(settings, "authorisations")


def take(
    settings: Settings, feed: str, content: bytes, received: datetime = RECEIVED
) -> BatchReport:
    """Land and screen one delivery; what needs a grant with it comes under the first one."""
    return take_file(settings, feed, put(settings, feed, content, received=received))


def take_file(settings: Settings, feed: str, path: Path) -> BatchReport:
    """The same for a file that is there."""
    contract = contract_of(feed)
    attributes = tuple((c.name, ATTRIBUTES[c.name]) for c in contract.delivery_columns)
    return screen(settings, contract, land(settings, delivered(contract, path, attributes)))


def rows_of(settings: Settings, report: BatchReport) -> list[Row]:
    """The accepted rows, in the order of their lines."""
    rows = pq.read_table(lake_path(settings, report.feed, report.delivery_id)).to_pylist()
    return sorted(rows, key=lambda row: row["_line_number"])


def taken(settings: Settings, feed: str, content: bytes) -> list[Row]:
    """The rows of a delivery of which none may be quarantined."""
    report = take(settings, feed, content)
    assert not report.is_refused, (report.found, report.expected)
    assert (report.rejected_records, report.reasons) == (0, {})
    assert report.accepted_records == report.physical_records
    return rows_of(settings, report)


def json_lines(records: Iterable[Row]) -> bytes:
    """One object a line."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def everything_kept(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Every file under the home as it lies there, and what is in the compressed ones."""
    for path in settings.home.rglob("*"):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".parquet":
            yield path.name, str(pq.read_table(path).to_pylist()).encode()
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        for (table,) in tables:
            yield table, str(connection.execute(f"from {table}").fetchall()).encode()
