"""An extract as a workbook for people: rows first, and a sheet that says what they are."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from publish.labels import words
from publish.statement_sheet import Styles, set_up_print

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

ROWS_OF_A_SHEET = 1_000_000
LONGEST_CELL = 32_000
NARROWEST, WIDEST, SAMPLED = 9, 46, 200
CUT = " …(cut)"


def to_workbook(
    table: pa.Table, headings: Mapping[str, str], title: str, about: Sequence[tuple[str, str]]
) -> bytes:
    """The workbook's bytes: frozen headings with a filter, widths that fit, then the sheet 说明.

    Args:
        table: the rows as people read them.
        headings: Chinese and machine name by column.
        title: name of the first sheet; a second million of rows goes into a second sheet.
        about: lines of the sheet 说明.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as workbook:
        styles = Styles(workbook)
        for number, start in enumerate(range(0, max(table.num_rows, 1), ROWS_OF_A_SHEET), 1):
            name = title if number == 1 else f"{title} {number}"
            part = table.slice(start, ROWS_OF_A_SHEET)
            _rows_sheet(workbook, styles, part, headings, name)
        _about_sheet(workbook, styles, title, about)
    return stream.getvalue()


def _rows_sheet(
    workbook: Workbook, styles: Styles, table: pa.Table, headings: Mapping[str, str], name: str
) -> None:
    sheet = workbook.add_worksheet(name[:31])
    sheet.set_row(0, 32)
    for position, column in enumerate(table.column_names):
        chinese, _, english = headings.get(column, column).rpartition(" ")
        heading = f"{chinese}\n{english}" if chinese else english
        sheet.write_string(0, position, heading, styles["heading"])
        cells = [_cell(value) for value in table.column(column).to_pylist()]
        if column.endswith("_code"):
            cells = [words(cell) for cell in cells]
        sheet.set_column(position, position, _width(heading, cells))
        style = "money" if column.endswith("_fen") else "text"
        sheet.write_column(1, position, cells, styles[style])
    if table.num_columns:
        sheet.autofilter(0, 0, max(table.num_rows, 1), table.num_columns - 1)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    set_up_print(sheet, name, "")


def _about_sheet(
    workbook: Workbook, styles: Styles, title: str, about: Sequence[tuple[str, str]]
) -> None:
    sheet = workbook.add_worksheet("说明 About")
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, title, styles["section"])
    for row, (label, text) in enumerate(about, 2):
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles["note"])


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (int, float, str)) or value is None:
        long = isinstance(value, str) and len(value) > LONGEST_CELL
        return f"{value[:LONGEST_CELL]}{CUT}" if long else ("" if value is None else value)
    return str(value)


def _width(heading: str, cells: Sequence[Any]) -> int:
    texts = [*heading.split("\n"), *(str(cell) for cell in cells[:SAMPLED])]
    return min(WIDEST, max(NARROWEST, *(_columns(text) for text in texts)) + 3)


def _columns(text: str) -> int:
    """Widths of characters: a Chinese one is two wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
