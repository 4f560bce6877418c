"""Cleaning of cells, column by column."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contracts import Column, Contract

PADDING = " \t\u00a0\u3000\ufeff"
"""Space, TAB, no-break space, ideographic space, byte order mark."""

_GUARD = r'(?s)^="(.*)"$'


class CellCleaner:
    """Turns the cells of a file, as parsed, into the texts that the screen judges.

    With `nulls_empty` false the parser itself has made nulls of empty cells.
    """

    def __init__(self, contract: Contract, *, nulls_empty: bool = True) -> None:
        self._nulls_empty = nulls_empty
        self._is_padded = contract.dialect.padded
        self._null_texts = {
            column.name: _null_texts(contract, column) for column in contract.file_columns
        }

    def clean(self, cells: pa.Array, column: Column) -> pa.Array:
        """Strip padding and guards where the dialect has them; empty and null texts to null."""
        null_texts = self._null_texts[column.name]
        if self._is_padded:
            cells = strip_padding(cells)
        elif len(null_texts) == 1 and not self._nulls_empty:
            return cells
        if len(null_texts) == 1:
            # A text is sooner measured than looked up.
            is_null = pc.equal(pc.binary_length(cells), 0)
        else:
            is_null = pc.is_in(cells, value_set=null_texts)
        if not is_null.true_count:
            return cells
        return pc.if_else(is_null, pa.scalar(None, pa.string()), cells)

    def has_value(self, cells: pa.Array) -> pa.Array:
        """Booleans: is there anything in the cell of a column that the contract does not know?"""
        trimmed = pc.utf8_trim(cells, characters=PADDING)
        return pc.fill_null(pc.not_equal(trimmed, ""), False)


def strip_padding(cells: pa.Array) -> pa.Array:
    """Strip padding around cells, spreadsheet guards such as ="007", and a leading back-quote."""
    cells = pc.utf8_trim(cells, characters=PADDING)
    if pc.any(pc.starts_with(cells, '="')).as_py():
        cells = pc.utf8_trim(pc.replace_substring_regex(cells, _GUARD, r"\1"), characters=PADDING)
    if pc.any(pc.starts_with(cells, "`")).as_py():
        cells = pc.replace_substring_regex(cells, "^`", "")
    return cells


def _null_texts(contract: Contract, column: Column) -> pa.Array:
    codes = column.codes or ()
    return pa.array(["", *(text for text in contract.null_texts if text not in codes)])
