"""Workbooks: every sheet that has the header, cells as text; calamine reads XLSX and XLS."""

from __future__ import annotations

import io
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import accumulate, islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from ingest.contracts import Contract, Drift
from ingest.formats.cells import PADDING, CellCleaner
from ingest.formats.headers import Layout, find_header, header_missing, refuse_unknown_columns
from ingest.formats.outside import declared_count
from ingest.formats.reading import OUTSIDE_BYTES, Tally, assemble, batch_schema
from ingest.formats.sheet_rows import Counter, SheetRows
from ingest.formats.sheet_values import LOST_NUMBER, exact_digits, value_text
from ingest.formats.source import Source, locked_workbook, truncated
from ingest.formats.tallies import sum_of
from ingest.reasons import StructuralFault

HEADER_SEARCH_ROWS = 1_000
DUMP_HEADER = re.compile(r"(?:Column|列)\d+")
UNREADABLE = "a workbook that cannot be read to its end"
Row = Sequence[str]


@dataclass(frozen=True)
class Worksheet:
    """A sheet as its reader gives it: rows from the first of the sheet, from `first_column` on."""

    position: int
    name: str
    first_column: int
    rows: list[Row]

    def with_digits(self, written: Mapping[tuple[int, int], str]) -> Worksheet:
        """The same with those long numbers whose digits the file holds."""
        rows = [list(row) for row in self.rows]
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row, start=self.first_column):
                if cell == LOST_NUMBER and (text := written.get((number, column))):
                    row[column - self.first_column] = exact_digits(text) or cell
        return replace(self, rows=list(rows))


@dataclass(frozen=True)
class Sheet:
    """A sheet whose header fits.

    `end_row` is its first footer row, `offset` is added to its row numbers.
    """

    rows: list[Row]
    layout: Layout
    header_row: int
    end_row: int
    counted: SheetRows
    offset: int = 0

    @property
    def is_dump(self) -> bool:
        """Is the sheet headed Column1, Column2 and so on, above the header that fits?"""
        return all(DUMP_HEADER.fullmatch(cell) for cell in self.rows[0])


class SheetReading(ABC):
    """A workbook: every sheet in which the header is found, one after the other.

    A line number is the sheet's row number; in a further sheet rows are counted on from the last
    row of the one before. A workbook is held in memory whole. Of merged cells only the first holds
    the value: it is not repeated, for an amount that spans two rows is one amount. A sheet that a
    query tool dumped beside the original (its columns are headed Column1, Column2 and so on) is
    passed over when another sheet has as many records.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._sheets = self._read_sheets(source)
        for sheet in self._sheets:
            refuse_unknown_columns(sheet.layout.unknown_headers, contract)

    @abstractmethod
    def _counting(self, source: Source) -> AbstractContextManager[Counter]:
        """How rows are counted in the bytes of the workbook; refuses what is damaged."""

    def _worksheets(self, source: Source) -> list[Worksheet]:
        return worksheets(source)

    def _written(self, source: Source, name: str) -> Mapping[tuple[int, int], str]:
        """Long numbers of a sheet as the file writes them, by row and column, from 1."""
        return {}

    @property
    def tally(self) -> Tally:
        """Records are the filled rows that the file's own structure has between header and end."""
        return sum_of([self._tally(sheet) for sheet in self._sheets])

    def outside(self) -> tuple[str, str]:
        """See Reading; cells are joined by commas."""
        head = [row for sheet in self._sheets for row in sheet.rows[: sheet.header_row - 1]]
        tail = [row for sheet in self._sheets for row in sheet.rows[sheet.end_row - 1 :]]
        return joined(head)[:OUTSIDE_BYTES], joined(tail)[-OUTSIDE_BYTES:]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        for sheet in self._sheets:
            records = self._records(sheet)
            while chunk := list(islice(records, self._batch_rows)):
                yield self._parse(sheet, chunk)

    def _records(self, sheet: Sheet) -> Iterator[tuple[int, Row]]:
        body = sheet.rows[sheet.header_row : sheet.end_row - 1]
        for row_number, row in enumerate(body, start=sheet.header_row + 1):
            if row_number in sheet.counted.with_error or any(map(str.strip, row)):
                yield row_number, row

    def _parse(self, sheet: Sheet, records: list[tuple[int, Row]]) -> pa.RecordBatch:
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
        for position in {position for position in layout.positions if position is not None}:
            lost = pc.equal(cells[position], LOST_NUMBER).to_numpy(zero_copy_only=False)
            faults[lost & (faults == 0)] = StructuralFault.LOST_DIGITS
        columns = [
            pa.nulls(size, pa.string())
            if position is None
            else self._cleaner.clean(cells[position], column)
            for column, position in zip(self._contract.file_columns, layout.positions, strict=True)
        ]
        lines = np.array([number + sheet.offset for number, _ in records], np.int64)
        return assemble(self.schema, lines, faults, columns)

    def _tally(self, sheet: Sheet) -> Tally:
        body = range(sheet.header_row + 1, sheet.end_row)
        records = sum(1 for row in sheet.counted.filled if row in body)
        lines = max(len(sheet.rows), sheet.end_row - 1)
        outside = joined(sheet.rows[: sheet.header_row - 1] + sheet.rows[sheet.end_row - 1 :])
        return Tally(
            encoding=None,
            lines=lines,
            physical_records=records,
            blank_lines=len(body) - records,
            preamble_lines=sheet.header_row - 1,
            footer_lines=lines - sheet.end_row + 1,
            header_line=sheet.header_row + sheet.offset,
            declared_records=declared_count(outside, self._contract.dialect.declared_records),
            unknown_headers=sheet.layout.unknown_headers,
        )

    def _read_sheets(self, source: Source) -> list[Sheet]:
        found: list[Sheet] = []
        candidates: list[Row] = []
        with self._counting(source) as count:
            for sheet in self._worksheets(source):
                header = find_header(sheet.rows[:HEADER_SEARCH_ROWS], self._contract)
                candidates += sheet.rows[:HEADER_SEARCH_ROWS]
                if header:
                    if any(LOST_NUMBER in row for row in sheet.rows):
                        sheet = sheet.with_digits(self._written(source, sheet.name))
                    counted = count(sheet.position, sheet.name)
                    found.append(self._sheet(sheet.rows, header, counted))
        if not found:
            raise header_missing(candidates, self._contract)
        return _numbered(_without_dumps(found))

    def _sheet(self, rows: list[Row], header: tuple[int, Layout], counted: SheetRows) -> Sheet:
        index, layout = header
        # Rows that the reader of the workbook missed at its end are to be missed by somebody.
        end = max(len(rows), *counted.filled, 0) + 1
        if self._contract.dialect.footer:
            footer = re.compile(self._contract.dialect.footer)
            later = range(index + 1, len(rows))
            end = next((i + 1 for i in later if footer.search(",".join(rows[i]))), end)
        return Sheet(rows, layout, index + 1, end, counted)


def bytes_of(source: Source) -> io.BytesIO:
    """All of a workbook in memory: its readers move about in it."""
    source.seek(0)
    return io.BytesIO(source.read())


def worksheets(source: Source) -> list[Worksheet]:
    """Every worksheet, hidden ones too; a workbook is parsed once."""
    return source.once("worksheets", lambda: list(_worksheets(source)))


def _worksheets(source: Source) -> Iterator[Worksheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(bytes_of(source))
        for position, about in enumerate(workbook.sheets_metadata):
            if about.typ == SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_name(about.name)
                first_column = sheet.start[1] + 1 if sheet.start else 1
                rows: list[Row] = [[*map(value_text, row)] for row in sheet.iter_rows()]
                yield Worksheet(position, about.name, first_column, rows)
    except PasswordError as error:
        raise locked_workbook(source.passwords) from error
    except CalamineError as error:
        raise truncated(UNREADABLE) from error
    except BaseException as error:
        # The reader is of Rust: where damage makes it panic, that is no Exception, and no defect.
        if type(error).__name__ != "PanicException":
            raise
        raise truncated(UNREADABLE) from error


def _without_dumps(sheets: list[Sheet]) -> list[Sheet]:
    sizes = {sheet.end_row - sheet.header_row for sheet in sheets if not sheet.is_dump}
    return [s for s in sheets if not s.is_dump or s.end_row - s.header_row not in sizes]


def _numbered(sheets: list[Sheet]) -> list[Sheet]:
    offsets = accumulate((len(sheet.rows) for sheet in sheets), initial=0)
    return [replace(sheet, offset=offset) for sheet, offset in zip(sheets, offsets, strict=False)]


def joined(rows: list[Row]) -> str:
    """Rows as text, their cells parted by commas."""
    return "\n".join(",".join(row).rstrip("," + PADDING) for row in rows)
