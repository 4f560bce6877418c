"""WeChat Pay's personal bill as a workbook, with the data in its only or its second sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from simulate.bills import Export, Summary
from simulate.wechat_export import COLUMNS, preamble, sheet_count

AMOUNT_COLUMN = COLUMNS.index("金额(元)")
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def write_workbook(
    path: Path, export: Export, summary: Summary, cells: dict[str, list[str]]
) -> None:
    """Write an XLSX export."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    book.set_properties({"created": CREATED})
    lead_lines = preamble(export, summary, has_zone_note=True)
    rows = list(zip(*(cells[name] for name in COLUMNS), strict=True))
    if sheet_count(export.layout) == 2:
        dump = book.add_worksheet("微信支付账单")
        for column in range(len(COLUMNS)):
            dump.write_string(0, column, f"Column{column + 1}")
        _fill(dump, 1, lead_lines, rows)
    sheet = book.add_worksheet("Sheet1")
    if export.layout == "xlsx_merged":
        for number, line in enumerate(lead_lines):
            sheet.merge_range(number, 0, number, len(COLUMNS) - 1, line)
    _fill(sheet, 0, [] if export.layout == "xlsx_merged" else lead_lines, rows, len(lead_lines))
    if export.layout != "xlsx_text":
        money = book.add_format({"num_format": "\\¥#,##0.00"})
        for number, text in enumerate(cells["金额(元)"], start=len(lead_lines) + 1):
            sheet.write_number(number, AMOUNT_COLUMN, float(text[1:]), money)
    book.close()


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet,
    top: int,
    lead_lines: list[str],
    rows: list[tuple[str, ...]],
    lead_height: int | None = None,
) -> None:
    for number, line in enumerate(lead_lines):
        if line:
            sheet.write_string(top + number, 0, line)
    first = top + (len(lead_lines) if lead_height is None else lead_height)
    for number, row in enumerate([COLUMNS, *rows]):
        for column, text in enumerate(row):
            guarded = number > 0 and COLUMNS[column] in {"交易单号", "商户单号"}
            sheet.write_string(first + number, column, text + "\t" if guarded else text)
