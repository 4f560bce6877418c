"""Arrow's CSV parser, told to read text only and to hand back the rows that do not fit."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pc_csv

from ingest.contracts import Dialect
from ingest.formats.source import UTF8_MARK


@dataclass(frozen=True)
class Ragged:
    """A row whose number of cells is not the one expected; `row` counts from 0."""

    row: int
    width: int
    is_blank: bool


def split_cells(line: bytes, dialect: Dialect) -> list[str]:
    """The cells of one line; none where they cannot be told apart."""
    text = line.decode()
    if dialect.quoting == "none":
        return text.split(dialect.delimiter)
    try:
        return next(csv.reader([text], delimiter=dialect.delimiter), [])
    except csv.Error:
        return []


def read_rows(
    data: bytes, width: int, wanted: Sequence[int], dialect: Dialect
) -> tuple[pa.Table, list[Ragged]]:
    """Parse lines into text columns named by their position; empty cells become null.

    Args:
        data: whole lines in UTF-8, none of them blank, none with a CR but before its LF.
        width: cells per line.
        wanted: positions of the columns to read.
        dialect: delimiter and quoting.

    Returns:
        The rows with `width` cells, and the others. A line whose quotes stay open takes the next
        line with it, so fewer rows than lines mean open quotes, save at the very end of `data`.
    """
    names = [str(position) for position in range(width)]
    columns = [names[position] for position in wanted]
    if not data:
        return pa.table({name: pa.array([], pa.string()) for name in columns}), []
    if data.startswith(UTF8_MARK):
        # Arrow drops a mark at the start of what it parses; here it is part of a cell.
        data = UTF8_MARK + data
    ragged: list[Ragged] = []

    def set_aside(row: pc_csv.InvalidRow) -> str:
        is_blank = row.actual_columns == 1 and not row.text.strip()
        ragged.append(Ragged(row.number - 1, row.actual_columns, is_blank))
        return "skip"

    is_quoted = dialect.quoting == "minimal"
    table = pc_csv.read_csv(
        pa.BufferReader(data),
        # Only a single thread knows the numbers of invalid rows, only a single block has them all.
        read_options=pc_csv.ReadOptions(
            use_threads=False, block_size=len(data) + 1, column_names=names
        ),
        parse_options=pc_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if is_quoted else False,
            double_quote=is_quoted,
            invalid_row_handler=set_aside,
        ),
        convert_options=pc_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=columns,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            check_utf8=False,
        ),
    )
    return table, ragged
