"""CSV that spreadsheets open without harm: UTF-8 with BOM, no cell that runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

BOM = b"\xef\xbb\xbf"
_RUNS_AS_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_IS_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def defuse(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put an apostrophe before every text that a spreadsheet would run as a formula.

    Texts beginning with = + - @ TAB CR LF or a full-width twin get it; signed numbers do not, and
    columns that are not text come back untouched. `--` and `-5+cmd` are not numbers.
    """
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    dangerous = pc.and_(
        pc.match_substring_regex(column, _RUNS_AS_FORMULA),
        pc.invert(pc.match_substring_regex(column, _IS_NUMBER)),
    )
    guarded = pc.binary_join_element_wise(pa.scalar("'", column.type), column, "")
    return pc.if_else(dangerous, guarded, column)


def to_csv(table: pa.Table, headings: Mapping[str, str] | None = None) -> bytes:
    """A table as CSV bytes: BOM, one header line, CRLF nowhere, nulls empty, texts defused.

    `headings` renames columns for people; a column without an entry keeps its name.
    """
    names = [(headings or {}).get(name, name) for name in table.column_names]
    safe = pa.table([defuse(column) for column in table.columns], names=names)
    stream = io.BytesIO()
    stream.write(BOM)
    csv.write_csv(safe, stream, csv.WriteOptions(quoting_style="needed"))
    return stream.getvalue()
