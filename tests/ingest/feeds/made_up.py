"""Writing made-up deliveries in the formats that feeds come in."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from ingest.identifiers import ID_NUMBER_CHECKS, ID_NUMBER_WEIGHTS

Rows = Sequence[Mapping[str, str]]

START = datetime(2026, 10, 1, 9, 30)
"""When the first made-up record happened, Shanghai time."""


def id_number(number: int) -> str:
    """An id number of nobody, with a check character that holds."""
    digits = f"11010119900101{number:03d}"
    total = sum(int(d) * w for d, w in zip(digits, ID_NUMBER_WEIGHTS, strict=True))
    return digits + ID_NUMBER_CHECKS[total % 11]


def delimited(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A header line and a line per record."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(rows: Rows) -> bytes:
    """An XLSX workbook of texts."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            for position, cell in enumerate(cells):
                sheet.write_string(line, position, cell)
    return content.getvalue()


def parquet(rows: Rows) -> bytes:
    """A Parquet file of texts."""
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), content)
    return content.getvalue()
