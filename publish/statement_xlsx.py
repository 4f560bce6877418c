"""A statement as a workbook: 结算单 (balances), 明细 (lines) and 调整 (adjustments)."""

from __future__ import annotations

import io

from publish.statement_line_sheet import add_line_sheets
from publish.statement_model import Statement
from publish.statement_sheet import Styles
from publish.statement_summary_sheet import SummarySheet


def to_xlsx(statement: Statement) -> bytes:
    """The workbook's bytes; equal statements give equal bytes.

    Totals are formulas whose stored values are computed here from integer fen, so that a reader
    which does not compute shows the same as one that does. No text becomes a formula or a link.
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
        workbook.set_properties(
            {
                "title": f"{statement.number} {statement.partner_name}",
                "subject": f"合作伙伴分成结算单 {statement.month}",
                "created": statement.cut_off_at.replace(tzinfo=None),
            }
        )
        styles = Styles(workbook)
        summary = workbook.add_worksheet("结算单 Statement")
        lines, adjustments = add_line_sheets(workbook, styles, statement)
        SummarySheet(summary, styles, statement, lines, adjustments).write()
    return stream.getvalue()
