"""One block of a delimited file to one batch: parse fast, and with care where that went wrong."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ingest.contracts import Contract, Drift
from ingest.formats.arrow_csv import Ragged, read_rows, split_cells
from ingest.formats.blocks import REPLACEMENT, Block
from ingest.formats.cells import CellCleaner
from ingest.formats.headers import Layout
from ingest.formats.lines import Lines, has_stray_carriage_return, is_closed
from ingest.formats.reading import Faults, Int64s, Mask, assemble
from ingest.reasons import StructuralFault


class Parsed(NamedTuple):
    """The records of a block and how many of its lines were blank."""

    batch: pa.RecordBatch
    blank_lines: int


class BlockParser:
    """Parses blocks of one file; safe to call from several threads at once."""

    def __init__(
        self, contract: Contract, layout: Layout, schema: pa.Schema, *, is_damaged: bool
    ) -> None:
        self._contract = contract
        self._layout = layout
        self._schema = schema
        self._is_damaged = is_damaged
        self._cleaner = CellCleaner(contract, nulls_empty=False)
        self._is_quoted = contract.dialect.quoting == "minimal"

    def parse(self, block: Block) -> Parsed:
        """Every line of the block as a record, sound or faulty, unless it is blank."""
        if not block.data:
            faults = np.full(1, StructuralFault.LINE_TOO_LONG, np.int16)
            columns = [pa.nulls(1, pa.string()) for _ in self._contract.file_columns]
            lines = np.array([block.first_line], np.int64)
            return Parsed(assemble(self._schema, lines, faults, columns), 0)
        if not self._shows_faults(block.data):
            table, ragged = self._read(block.data, self._usual_width(block.data))
            if not ragged and table.num_rows == block.lines:
                columns, faults = self._cells(table)
                lines = np.arange(block.first_line, block.first_line + block.lines)
                return Parsed(assemble(self._schema, lines, faults, columns), 0)
        return self._parse_with_care(block)

    def _shows_faults(self, data: bytes) -> bool:
        if b"\0" in data or has_stray_carriage_return(data):
            return True
        if self._is_damaged and REPLACEMENT in data:
            return True
        if not self._is_quoted or b'"' not in data:
            return False
        return self._ends_inside_quotes(data) or bool(Lines(data).odd_quotes().any())

    def _ends_inside_quotes(self, data: bytes) -> bool:
        """Only at the end do open quotes not show in the number of records."""
        last = data[data.rfind(b"\n", 0, -1) + 1 : -1].removesuffix(b"\r")
        return self._is_quoted and not is_closed(last, self._contract.dialect.delimiter)

    def _parse_with_care(self, block: Block) -> Parsed:
        lines = Lines(block.data)
        faults = lines.faults(self._contract.dialect.quoting, self._is_damaged)
        is_record = ~lines.blank()
        sound = is_record & (faults == StructuralFault.SOUND)
        data = lines.select(sound)
        width = self._usual_width(data)
        table, ragged = self._read(data, width)
        count = table.num_rows + len(ragged)
        if count != np.count_nonzero(sound) or self._ends_inside_quotes(data):
            unclosed = lines.open_quotes(sound, self._contract.dialect.delimiter)
            faults[unclosed] = StructuralFault.BROKEN_QUOTES
            sound &= ~unclosed
            table, ragged = self._read(lines.select(sound), width)
        places = np.flatnonzero(sound)
        if table.num_rows + len(ragged) != len(places):
            raise RuntimeError(f"{len(places)} lines gave {table.num_rows} + {len(ragged)} records")
        return self._settle(block, lines, table, ragged, places, faults, is_record)

    def _settle(
        self,
        block: Block,
        lines: Lines,
        table: pa.Table,
        ragged: list[Ragged],
        places: Int64s,
        faults: Faults,
        is_record: Mask,
    ) -> Parsed:
        """Put records of all widths back into line order; `places` are the lines of sound rows."""
        is_straight = np.ones(len(places), np.bool_)
        by_width: dict[int, list[int]] = defaultdict(list)
        for odd in ragged:
            place = int(places[odd.row])
            is_straight[odd.row] = False
            if odd.is_blank:
                is_record[place] = False
            elif self._is_allowed(odd.width):
                by_width[odd.width].append(place)
            elif odd.width < self._layout.named_width:
                faults[place] = StructuralFault.TOO_FEW_COLUMNS
            else:
                faults[place] = StructuralFault.TOO_MANY_COLUMNS
        groups = [(places[is_straight], table)]
        for width, selected in by_width.items():
            mask: Mask = np.zeros(len(lines), np.bool_)
            mask[selected] = True
            groups.append((np.flatnonzero(mask), self._read(lines.select(mask), width)[0]))
        rows: Int64s = np.zeros(len(lines), np.int64)
        parts, first_row = [], 0
        for group, cells in groups:
            columns, found = self._cells(cells)
            faults[group] = found
            rows[group] = np.arange(first_row, first_row + len(group))
            first_row += len(group)
            parts.append(columns)
        merged = [pa.concat_arrays(pieces) for pieces in zip(*parts, strict=True)]
        numbers = np.flatnonzero(is_record) + block.first_line
        batch = assemble(self._schema, numbers, faults[is_record], merged, rows[is_record])
        return Parsed(batch, len(lines) - len(numbers))

    def _usual_width(self, data: bytes) -> int:
        """How many cells the lines of this block probably have: as many as its first line."""
        first = data[: data.find(b"\n")].removesuffix(b"\r")
        width = len(split_cells(first, self._contract.dialect))
        return width if width > 1 and self._is_allowed(width) else self._layout.width

    def _is_allowed(self, width: int) -> bool:
        """Cells without a name may be left off, and one empty cell may follow the last name.

        Where the dialect has short rows, other cells at the end of a line may be left off as well.
        """
        named = self._layout.named_width
        least = 1 if self._contract.dialect.short_rows else named
        return least <= width <= max(self._layout.width, named + 1)

    def _read(self, data: bytes, width: int) -> tuple[pa.Table, list[Ragged]]:
        return read_rows(data, width, self._wanted(width), self._contract.dialect)

    def _wanted(self, width: int) -> list[int]:
        """Positions that are read: of the contract, and those that should hold nothing."""
        layout = self._layout
        wanted = {position for position in layout.positions if position is not None}
        wanted.update(self._surplus(width))
        if self._contract.drift == Drift.DISCARD_ROW:
            wanted.update(layout.unknown)
        return sorted(position for position in wanted if position < width)

    def _surplus(self, width: int) -> list[int]:
        beyond = range(self._layout.width, width)
        return [p for p in (*self._layout.nameless, *beyond) if p < width]

    def _cells(self, table: pa.Table) -> tuple[list[pa.Array], Faults]:
        """Cleaned cells by column of the contract, and the faults that a value can be."""
        faults: Faults = np.zeros(table.num_rows, np.int16)
        columns = []
        for column, position in zip(
            self._contract.file_columns, self._layout.positions, strict=True
        ):
            if position is None or str(position) not in table.column_names:
                columns.append(pa.nulls(table.num_rows, pa.string()))
            else:
                columns.append(self._cleaner.clean(_cells_of(table, position), column))
        expected = {str(position) for position in self._layout.positions}
        unknown = {str(position) for position in self._layout.unknown}
        for name in table.column_names:
            if name not in expected:
                fault = (
                    StructuralFault.UNKNOWN_COLUMN
                    if name in unknown
                    else StructuralFault.TOO_MANY_COLUMNS
                )
                filled = self._cleaner.has_value(_cells_of(table, int(name)))
                faults[filled.to_numpy(zero_copy_only=False)] = fault
        return columns, faults


def _cells_of(table: pa.Table, position: int) -> pa.Array:
    chunks = table.column(str(position)).chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)
