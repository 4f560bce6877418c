"""Credit reports made by the simulator, read back; people and banks are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from ingest.contracts import read_contracts
from ingest.formats import open_delivery
from ingest.formats.credit_report.items import Cells, numbered
from ingest.formats.credit_report.pages import Line, read_lines
from ingest.formats.credit_report.reading import read_report
from ingest.formats.pdf_words import read_words

KINDS = ("brief1", "brief2", "detailed2")
NOT_PRINTED = frozenset({"kept_from_date"})
"""Cells that are worked out, not read."""


def lines_of(pdf: Path) -> list[Line]:
    """The lines of a report."""
    with pdf.open("rb") as stream:
        return read_lines(read_words(stream))


def items_of(lines: list[Line]) -> list[Cells] | None:
    """What is read; None where the second count finds another number of items."""
    report, counted = read_report(lines)
    items = [
        {name: text for name, text in cells.items() if name not in NOT_PRINTED}
        for cells in numbered(report.items, report.common)
    ]
    return items if len(items) == counted else None


def open_report(content: bytes, passwords: Sequence[str] = ()) -> int:
    """Read a report as the feed's delivery; returns its records.

    Raises:
        DeliveryRefused: it cannot be read.
    """
    contract = read_contracts()["credit_reports"]
    reading = open_delivery(io.BytesIO(content), contract, passwords=passwords)
    rows = sum(batch.num_rows for batch in reading.batches())
    assert rows == reading.tally.physical_records
    return rows
