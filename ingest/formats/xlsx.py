"""XLSX workbooks, read with calamine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from xml.parsers import expat

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from ingest.contracts import Contract, Drift
from ingest.formats.cells import PADDING, CellCleaner
from ingest.formats.headers import Layout, find_header, header_missing, refuse_unknown_columns
from ingest.formats.reading import Tally, assemble, batch_schema
from ingest.formats.source import Source, truncated
from ingest.formats.xlsx_rows import SheetRows, sheet_rows
from ingest.formats.xlsx_values import value_text
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

HEADER_SEARCH_ROWS = 1_000
MAX_UNPACKED_BYTES = 1 << 30
Row = Sequence[str]


@dataclass(frozen=True)
class _Sheet:
    """A sheet whose header fits.

    `end_row` is its first footer row, `offset` is added to its row numbers.
    """

    rows: list[Row]
    layout: Layout
    header_row: int
    end_row: int
    offset: int
    counted: SheetRows


class XlsxReading:
    """A workbook: every sheet in which the header is found, one after the other.

    A line number is the sheet's row number; in a further sheet rows are counted on from the last
    row of the one before. A workbook is held in memory whole.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._sheets = _read_sheets(source, contract)
        for sheet in self._sheets:
            refuse_unknown_columns(sheet.layout.unknown_headers, contract)

    @property
    def tally(self) -> Tally:
        """Records are the filled rows that the XML has between header and footer."""
        tally = Tally(encoding=None, lines=0, physical_records=0)
        for sheet in self._sheets:
            tally = _sum(tally, self._tally(sheet))
        return tally

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        for sheet in self._sheets:
            records = self._records(sheet)
            while chunk := list(islice(records, self._batch_rows)):
                yield self._parse(sheet, chunk)

    def _records(self, sheet: _Sheet) -> Iterator[tuple[int, Row]]:
        for number, row in enumerate(sheet.rows[sheet.header_row : sheet.end_row - 1], start=1):
            row_number = sheet.header_row + number
            if row_number in sheet.counted.with_error or any(cell.strip() for cell in row):
                yield row_number, row

    def _parse(self, sheet: _Sheet, records: list[tuple[int, Row]]) -> pa.RecordBatch:
        layout, size = sheet.layout, len(records)
        cells = [
            pa.array(column, pa.string()) for column in zip(*(r for _, r in records), strict=True)
        ]
        faults = np.array(
            [
                StructuralFault.ERROR_VALUE if n in sheet.counted.with_error else 0
                for n, _ in records
            ],
            np.int16,
        )
        suspects = [(p, StructuralFault.TOO_MANY_COLUMNS) for p in layout.nameless]
        if self._contract.drift == Drift.DISCARD_ROW:
            suspects += [(p, StructuralFault.UNKNOWN_COLUMN) for p in layout.unknown]
        for position, fault in suspects:
            filled = self._cleaner.has_value(cells[position]).to_numpy(zero_copy_only=False)
            faults[filled & (faults == 0)] = fault
        columns = [
            pa.nulls(size, pa.string())
            if position is None
            else self._cleaner.clean(cells[position], column)
            for column, position in zip(self._contract.file_columns, layout.positions, strict=True)
        ]
        lines = np.array([number + sheet.offset for number, _ in records], np.int64)
        return assemble(self.schema, lines, faults, columns)

    def _tally(self, sheet: _Sheet) -> Tally:
        body = range(sheet.header_row + 1, sheet.end_row)
        records = sum(1 for row in sheet.counted.filled if row in body)
        outside = sheet.rows[: sheet.header_row - 1] + sheet.rows[sheet.end_row - 1 :]
        return Tally(
            encoding=None,
            lines=len(sheet.rows),
            physical_records=records,
            blank_lines=len(body) - records,
            preamble_lines=sheet.header_row - 1,
            footer_lines=len(sheet.rows) - sheet.end_row + 1,
            header_line=sheet.header_row + sheet.offset,
            declared_records=_declared(outside, self._contract.dialect.declared_records),
            unknown_headers=sheet.layout.unknown_headers,
        )


def _read_sheets(source: Source, contract: Contract) -> list[_Sheet]:
    source.seek(0)
    content = io.BytesIO(source.read())
    found: list[_Sheet] = []
    candidates: list[Row] = []
    try:
        with zipfile.ZipFile(content) as archive:
            _refuse_too_large(archive)
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(content.getvalue()))
            for about in workbook.sheets_metadata:
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(about.name)
                rows: list[Row] = [
                    [value_text(value) for value in row] for row in sheet.iter_rows()
                ]
                header = find_header(rows[:HEADER_SEARCH_ROWS], contract)
                candidates += rows[:HEADER_SEARCH_ROWS]
                if header:
                    counted = sheet_rows(archive, about.name)
                    offset = sum(len(earlier.rows) for earlier in found)
                    found.append(_sheet(rows, header, offset, counted, contract))
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, expat.ExpatError) as error:
        raise truncated("an XLSX workbook that cannot be read to its end") from error
    if not found:
        raise header_missing(candidates, contract)
    return found


def _sheet(
    rows: list[Row],
    header: tuple[int, Layout],
    offset: int,
    counted: SheetRows,
    contract: Contract,
) -> _Sheet:
    index, layout = header
    end = len(rows) + 1
    if contract.dialect.footer:
        footer = re.compile(contract.dialect.footer)
        later = range(index + 1, len(rows))
        end = next((i + 1 for i in later if footer.search(",".join(rows[i]))), end)
    return _Sheet(rows, layout, index + 1, end, offset, counted)


def _refuse_too_large(archive: zipfile.ZipFile) -> None:
    size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise DeliveryRefused(
            RefusalReason.TOO_LARGE,
            f"a workbook of {size} bytes unpacked",
            f"at most {MAX_UNPACKED_BYTES}",
            "deliver it as CSV or Parquet",
        )


def _declared(rows: list[Row], pattern: str | None) -> int | None:
    for row in rows if pattern else []:
        if match := re.search(pattern or "", ",".join(row).rstrip("," + PADDING)):
            return int(match.group(1))
    return None


def _sum(first: Tally, second: Tally) -> Tally:
    counts = ("lines", "physical_records", "blank_lines", "preamble_lines", "footer_lines")
    declared = [t.declared_records for t in (first, second) if t.declared_records is not None]
    return replace(
        first,
        **{name: getattr(first, name) + getattr(second, name) for name in counts},
        header_line=first.header_line or second.header_line,
        declared_records=sum(declared) if declared else None,
        unknown_headers=tuple(dict.fromkeys(first.unknown_headers + second.unknown_headers)),
    )
