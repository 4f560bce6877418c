"""Raw rows of generated credit reports, as the screen would leave them; tokens are plain texts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.contract_columns import Column
from ingest.contracts import read_contracts
from simulate.credit_reports import write_report

FEED = "credit_reports"
RECEIVED = datetime(2026, 9, 1)
Row = dict[str, Any]


def report_rows(reports: Iterable[tuple[str, int, str, int]]) -> list[Row]:
    """Rows of `reports`: subject_key, number of the person, kind and snapshot of each."""
    columns = [column for column in read_contracts()[FEED].columns if column.source == "file"]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for delivery, (subject, person, kind, snapshot) in enumerate(reports, start=1):
            lineage = {
                "subject_key": subject,
                "authorisation_id": "A0000001",
                "_delivery_id": f"{FEED}-{delivery}",
                "_received_at": RECEIVED + timedelta(minutes=delivery),
            }
            written = write_report(Path(folder), person, kind, snapshot=snapshot)
            for number, item in enumerate(written.items, start=1):
                printed = {column.raw_name: _value(column, item) for column in columns}
                rows.append(printed | lineage | {"_line_number": number})
    return rows


def _value(column: Column, item: dict[str, str]) -> Any:
    text = next((item[name] for name in column.headers if name in item), item.get(column.name))
    if text is None:
        return None
    if column.logical_type == "timestamp":
        return datetime.fromisoformat(text) - timedelta(hours=8)
    if column.logical_type == "date":
        return date.fromisoformat(text)
    if column.logical_type == "boolean":
        return text == "true"
    if column.parse == "percent":
        return round(float(text.rstrip("%")) * 10_000)
    if column.logical_type == "integer":
        return int(text) * (100 if column.parse == "yuan" else 1)
    return text
