"""The sheets 明细 and 调整 of a statement: one row per posting, with totals that foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from publish.labels import words
from publish.statement_model import Account, Amounts, Statement
from publish.statement_sheet import Styles, set_up_print, yuan

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEADING_ROW = 2
FIRST_ROW = 3
SHORT_KEY = 12
BEIJING = timedelta(hours=8)


@dataclass(frozen=True)
class Column:
    """A printed column: heading in two languages, width in characters, style, source, value."""

    chinese: str
    english: str
    width: float
    style: str
    source: str
    value: Callable[[Any], Any] = lambda cell: cell


DIRECTION = Column("方向", "Direction", 15, "text", "direction_code", words)
PRODUCT = Column("产品", "Product", 18, "text", "product_code")
DEAL_TYPE = Column("计佣方式", "Basis", 16, "text", "deal_type", words)
SCOPE = Column("成交号/档位", "Deal or tier", 18, "text", "scope")
ORIGIN = Column("归属月", "Month", 10, "centre", "origin_month")
REASON = Column("调整原因", "Reason", 28, "text", "reason_code", words)
BASE = Column("计佣基数", "Base", 14, "money", "base_fen", yuan)
RATE = Column("费率", "Rate", 8, "rate", "rate_ppm", lambda ppm: ppm / 1_000_000)
NET = Column("不含税", "Net", 13.5, "money", "net_fen", yuan)
TAX_RATE = Column("税率", "VAT %", 7.5, "rate", "tax_rate_ppm", lambda ppm: ppm / 1_000_000)
TAX = Column("税额", "VAT", 12, "money", "tax_fen", yuan)
GROSS = Column("含税", "Gross", 13.5, "money", "gross_fen", yuan)
AGREEMENT = Column("协议", "Agreement", 9.5, "trace", "agreement_id")
TERMS_FROM = Column("条款生效", "Terms from", 10.5, "trace", "terms_valid_from", str)
TERMS_KNOWN = Column(
    "条款获知", "Terms known", 15, "trace", "terms_known_from",
    lambda at: (at + BEIJING).strftime("%Y-%m-%d %H:%M"),
)  # fmt: skip
VERSION = Column("规则版本", "Rule ver.", 8, "trace", "rule_version", str)
LINE_KEY = Column("行标识", "Line key", 13, "trace", "line_key", lambda key: key[:SHORT_KEY])
DELIVERY = Column("来源交付", "Delivery", 28, "trace", "source_delivery_id")
LINE = Column("行号", "Line", 7, "trace", "source_line_number")

_MONEY = (BASE, RATE, NET, TAX_RATE, TAX, GROSS)
_TRACE = (LINE_KEY, AGREEMENT, TERMS_FROM, TERMS_KNOWN, VERSION, DELIVERY, LINE)
LINE_COLUMNS = (DIRECTION, PRODUCT, DEAL_TYPE, SCOPE, ORIGIN, *_MONEY, *_TRACE)
ADJUSTMENT_COLUMNS = (DIRECTION, REASON, ORIGIN, PRODUCT, SCOPE, *_MONEY, *_TRACE)
TOTALLED = {"net_fen": NET, "tax_fen": TAX, "gross_fen": GROSS}


@dataclass(frozen=True)
class LineSheet:
    """Where a sheet's rows lie, for formulas elsewhere; rows count from 0, `last` inclusive."""

    name: str
    columns: tuple[Column, ...]
    last_row: int
    total_rows: dict[str, int]

    @property
    def has_rows(self) -> bool:
        """Whether there is any posting in it."""
        return self.last_row >= FIRST_ROW

    def cells(self, column: Column) -> str:
        """The absolute range of a column's postings, with the sheet's name."""
        from xlsxwriter.utility import xl_range_abs

        position = self.columns.index(column)
        return f"'{self.name}'!{xl_range_abs(FIRST_ROW, position, self.last_row, position)}"

    def total(self, direction_code: str, column: Column) -> str:
        """The absolute reference of a direction's total."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        row = self.total_rows[direction_code]
        position = self.columns.index(column)
        return f"'{self.name}'!{xl_rowcol_to_cell(row, position, True, True)}"


def write_line_sheet(
    sheet: Worksheet,
    styles: Styles,
    statement: Statement,
    posting_type: str,
    title: str,
) -> LineSheet:
    """Fill one sheet with the postings of `posting_type` and a total per direction.

    On paper a row ends with its key; where it comes from stands to the right, on the screen.
    """
    columns = LINE_COLUMNS if posting_type == "earned" else ADJUSTMENT_COLUMNS
    rows = statement.postings.filter(pc.field("posting_type") == posting_type)
    subtitle = f"{statement.partner_name} ({statement.partner_id})   {statement.month}"
    sheet.merge_range(0, 0, 0, columns.index(LINE_KEY), title, styles["title"])
    sheet.merge_range(1, 0, 1, columns.index(LINE_KEY), subtitle, styles["subtitle"])
    sheet.set_row(0, 26)
    sheet.set_row(HEADING_ROW, 30)
    for position, column in enumerate(columns):
        heading = f"{column.chinese}\n{column.english}"
        sheet.set_column(position, position, column.width)
        sheet.write_string(HEADING_ROW, position, heading, styles["heading"])
        _write_column(sheet, styles, rows, position, column)
    last_row = FIRST_ROW + rows.num_rows - 1
    if rows.num_rows:
        sheet.autofilter(HEADING_ROW, 0, last_row, len(columns) - 1)
    else:
        sheet.write_string(FIRST_ROW, 0, "本期无 None in this period", styles["note"])
    place = LineSheet(
        sheet.get_name(),
        columns,
        last_row,
        {
            account.direction_code: max(last_row, FIRST_ROW) + 1 + index
            for index, account in enumerate(statement.accounts)
        },
    )
    for account in statement.accounts:
        sums = account.earned if posting_type == "earned" else account.adjusted
        _write_total(sheet, styles, place, account, sums)
    sheet.freeze_panes(FIRST_ROW, 1)
    sheet.repeat_rows(0, HEADING_ROW)
    set_up_print(sheet, f"{statement.number} {statement.partner_name}", title)
    sheet.print_area(0, 0, max(place.total_rows.values()), columns.index(LINE_KEY))
    return place


def _write_column(
    sheet: Worksheet, styles: Styles, rows: pa.Table, position: int, column: Column
) -> None:
    cells = rows.column(column.source).to_pylist()
    shown = ["" if cell is None else column.value(cell) for cell in cells]
    sheet.write_column(FIRST_ROW, position, shown, styles[column.style])


def _write_total(
    sheet: Worksheet, styles: Styles, place: LineSheet, account: Account, sums: Amounts
) -> None:
    row = place.total_rows[account.direction_code]
    sheet.set_row(row, 18)
    for position in range(len(place.columns)):
        sheet.write_blank(row, position, None, styles["total_text"])
    label = words(account.direction_code)
    sheet.write_string(row, 0, label, styles["total_text"])
    sheet.write_string(row, 1, "合计 Total", styles["total_text"])
    for name, column in TOTALLED.items():
        position = place.columns.index(column)
        value = yuan(getattr(sums, name))
        if not place.has_rows:
            sheet.write_number(row, position, value, styles["total_money"])
            continue
        formula = f'=ROUND(SUMIFS({place.cells(column)},{place.cells(DIRECTION)},"{label}"),2)'
        sheet.write_formula(row, position, formula, styles["total_money"], value)


def add_line_sheets(
    workbook: Workbook, styles: Styles, statement: Statement
) -> tuple[LineSheet, LineSheet]:
    """Add the sheets of lines and of adjustments, in this order."""
    lines = workbook.add_worksheet("明细 Lines")
    adjustments = workbook.add_worksheet("调整 Adjustments")
    return (
        write_line_sheet(lines, styles, statement, "earned", "本期分成明细 Lines earned"),
        write_line_sheet(
            adjustments,
            styles,
            statement,
            "adjustment",
            "以前月份调整 Adjustments of earlier months",
        ),
    )
