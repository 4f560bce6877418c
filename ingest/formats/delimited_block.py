"""One block of a delimited file to one batch: parse fast, and with care where that went wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv

from ingest.contracts import Contract, Drift
from ingest.formats.cells import CellCleaner
from ingest.formats.headers import Layout
from ingest.formats.lines import Lines, has_stray_carriage_return
from ingest.formats.reading import Faults, Int64s, Mask, assemble
from ingest.formats.source import UTF8_MARK
from ingest.formats.text import REPLACEMENT, Block
from ingest.reasons import StructuralFault


class Parsed(NamedTuple):
    """The records of a block and how many of its lines were blank."""

    batch: pa.RecordBatch
    blank_lines: int


@dataclass(frozen=True)
class _Ragged:
    """A line whose cells do not agree with the header in number."""

    row: int
    width: int
    is_blank: bool


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
        quoted = contract.dialect.quoting == "minimal"
        self._quote: str | bool = '"' if quoted else False

    def parse(self, block: Block) -> Parsed:
        """Every line of the block as a record, sound or faulty, unless it is blank."""
        if not block.data:
            faults = np.full(1, StructuralFault.LINE_TOO_LONG, np.int16)
            columns = [pa.nulls(1, pa.string()) for _ in self._contract.file_columns]
            lines = np.array([block.first_line], np.int64)
            return Parsed(assemble(self._schema, lines, faults, columns), 0)
        if not self._shows_faults(block.data):
            table, ragged = self._read(block.data, self._layout.width)
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
        return bool(self._quote) and b'"' in data and bool(Lines(data).odd_quotes().any())

    def _parse_with_care(self, block: Block) -> Parsed:
        lines = Lines(block.data)
        faults = lines.faults(self._contract.dialect.quoting, self._is_damaged)
        is_record = ~lines.blank()
        sound = is_record & (faults == StructuralFault.SOUND)
        table, ragged = self._read(lines.select(sound), self._layout.width)
        if table.num_rows + len(ragged) != np.count_nonzero(sound):
            unclosed = lines.open_quotes(sound, self._contract.dialect.delimiter)
            faults[unclosed] = StructuralFault.BROKEN_QUOTES
            sound &= ~unclosed
            table, ragged = self._read(lines.select(sound), self._layout.width)
        places = np.flatnonzero(sound)
        if table.num_rows + len(ragged) != len(places):
            raise RuntimeError(f"{len(places)} lines gave {table.num_rows} + {len(ragged)} records")
        return self._settle(block, lines, table, ragged, places, faults, is_record)

    def _settle(
        self,
        block: Block,
        lines: Lines,
        table: pa.Table,
        ragged: list[_Ragged],
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
            elif odd.width < self._layout.width:
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

    def _is_allowed(self, width: int) -> bool:
        """Cells without a name may be left off, and one empty cell may follow the last name."""
        named = self._layout.named_width
        return named <= width <= max(self._layout.width, named + 1)

    def _read(self, data: bytes, width: int) -> tuple[pa.Table, list[_Ragged]]:
        names = [str(position) for position in range(width)]
        wanted = [names[position] for position in self._wanted(width)]
        if not data:
            return pa.table({name: pa.array([], pa.string()) for name in wanted}), []
        if data.startswith(UTF8_MARK):
            # Arrow drops a mark at the start of what it parses; here it is part of a cell.
            data = UTF8_MARK + data
        ragged: list[_Ragged] = []

        def set_aside(row: pc_csv.InvalidRow) -> str:
            is_blank = row.actual_columns == 1 and not row.text.strip()
            ragged.append(_Ragged(row.number - 1, row.actual_columns, is_blank))
            return "skip"

        table = pc_csv.read_csv(
            pa.BufferReader(data),
            read_options=pc_csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=names
            ),
            parse_options=pc_csv.ParseOptions(
                delimiter=self._contract.dialect.delimiter,
                quote_char=self._quote,
                double_quote=bool(self._quote),
                invalid_row_handler=set_aside,
            ),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,
            ),
        )
        return table, ragged

    def _wanted(self, width: int) -> list[int]:
        """Positions that are read: of the contract, and those that should hold nothing."""
        layout = self._layout
        wanted = {position for position in layout.positions if position is not None}
        wanted.update(self._surplus(width))
        if self._contract.drift == Drift.DISCARD_ROW:
            wanted.update(layout.unknown)
        return sorted(wanted)

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
            if position is None:
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
