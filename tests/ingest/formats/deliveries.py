"""Contracts and readings for the tests of the formats."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ingest.contracts import Column, Contract, Dialect, Drift, Retention
from ingest.formats import Tally, open_delivery
from ingest.reasons import StructuralFault

Cells = tuple[str | None, ...]


def column(name: str, **about: Any) -> Column:
    """A text column whose header is its name unless told otherwise."""
    about.setdefault("headers", (name,))
    return Column(name=name, logical_type="string", description="", classification="", **about)


def contract(*columns: Column | str, **about: Any) -> Contract:
    """A contract with these columns; `delimited` and `freeze` unless told otherwise."""
    settings: dict[str, Any] = {
        "formats": ("delimited",),
        "dialect": Dialect(),
        "drift": Drift.FREEZE,
    } | about
    return Contract(
        feed="things",
        version="1.0.0",
        title="",
        domain="",
        purpose="",
        usage="",
        grain="",
        owner="",
        columns=tuple(column(c) if isinstance(c, str) else c for c in columns),
        consent_scope=None,
        business_date_column="",
        schedule="",
        freshness_days=1,
        retention=Retention(1),
        **settings,
    )


@dataclass(frozen=True)
class Content:
    """All that a reading gave: sound rows by line, faults by line, the tally."""

    rows: dict[int, Cells]
    faults: dict[int, StructuralFault]
    tally: Tally
    batch_count: int


def read(
    delivery: bytes | io.BufferedIOBase, expected: Contract, batch_rows: int = 1000
) -> Content:
    """Read a delivery to its end; holds what must be true of every reading."""
    stream = io.BytesIO(delivery) if isinstance(delivery, bytes) else delivery
    reading = open_delivery(stream, expected, batch_rows=batch_rows)
    batches = list(reading.batches())
    table = pa.Table.from_batches(batches, reading.schema)
    table.validate(full=True)
    assert not stream.closed
    assert all(0 < batch.num_rows <= batch_rows for batch in batches)
    assert table.num_rows == reading.tally.physical_records
    assert table.column_names == [
        "_line_number",
        "_fault",
        *(c.name for c in expected.file_columns),
    ]
    lines = table.column("_line_number").to_pylist()
    assert lines == sorted(set(lines))
    found = table.column("_fault").to_pylist()
    rows = [tuple(row.values()) for row in table.drop(["_line_number", "_fault"]).to_pylist()]
    faulty = [row for row, fault in zip(rows, found, strict=True) if fault]
    assert all(cell is None for row in faulty for cell in row)
    return Content(
        rows={n: row for n, row, fault in zip(lines, rows, found, strict=True) if not fault},
        faults={n: StructuralFault(f) for n, f in zip(lines, found, strict=True) if f},
        tally=reading.tally,
        batch_count=len(batches),
    )
