"""The first sheet of a statement, 结算单: balances, adjustments by reason, VAT, signatures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from publish.amount_in_words import amount_in_words
from publish.labels import words
from publish.statement_line_sheet import (
    DIRECTION,
    GROSS,
    NET,
    ORIGIN,
    REASON,
    TAX,
    TAX_RATE,
    Column,
    LineSheet,
)
from publish.statement_model import CURRENCY, Account, Amounts, Statement
from publish.statement_sheet import Styles, set_up_print, yuan

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (21, 26, 17, 11, 17, 17, 17, 17)
BEIJING = timedelta(hours=8)
MONEY_COLUMNS = (NET, TAX, GROSS)
SECTIONS = {
    "payable": "应付合作伙伴 Payable: what we owe the partner",
    "receivable": "应收合作伙伴 Receivable: what the partner owes us",
}
BALANCES = (
    "项目 Item",
    "",
    "",
    "笔数\nCount",
    "不含税\nNet",
    "税额\nVAT",
    "含税\nGross",
    "余额\nBalance",
)
ADJUSTED = (
    "方向\nDirection",
    "调整原因\nReason",
    "归属月\nMonth",
    "笔数\nCount",
    "不含税\nNet",
    "税额\nVAT",
    "含税\nGross",
)
INVOICED = (
    "方向\nDirection",
    "税率\nVAT rate",
    "按合计计税\nVAT on total",
    "笔数\nCount",
    "不含税\nNet",
    "税额\nVAT",
    "含税\nGross",
    "尾差\nRounding",
)
NOTES = (
    "1. 金额单位为人民币元；逐笔四舍五入到分，合计等于各笔之和。 "
    "Amounts in yuan; every line is rounded to the fen, totals are sums of lines.",
    "2. 余额为累计已结算含税金额，未扣除已付款项；应付与应收分列，不相互抵销。 "
    "Balances are gross and before payments; payable and receivable are not offset.",
    "3. 开票请以不含税、税额、含税三列的合计为准；尾差为逐笔税额之和与按合计计税之差。 "
    "Invoices must match Net, VAT and Gross; Rounding is VAT by line less VAT on the total.",
)


class SummarySheet:
    """Writes the sheet from top to bottom; `_row` is the next free row."""

    def __init__(
        self,
        sheet: Worksheet,
        styles: Styles,
        statement: Statement,
        lines: LineSheet,
        adjustments: LineSheet,
    ) -> None:
        self._sheet = sheet
        self._styles = styles
        self._statement = statement
        self._lines = lines
        self._adjustments = adjustments
        self._row = 0

    def write(self) -> None:
        """Write everything."""
        statement = self._statement
        for position, width in enumerate(WIDTHS):
            self._sheet.set_column(position, position, width)
        self._heading()
        for account in statement.accounts:
            self._account(account)
        if statement.adjustment_groups:
            self._adjustment_groups()
        if statement.tax_groups:
            self._tax_groups()
        self._closing_lines()
        self._sheet.freeze_panes(3, 0)
        self._sheet.repeat_rows(0, 2)
        set_up_print(
            self._sheet, f"{statement.number} {statement.partner_name}", f"结算期 {statement.month}"
        )

    def _heading(self) -> None:
        statement = self._statement
        cut_off = (statement.cut_off_at + BEIJING).strftime("%Y-%m-%d %H:%M")
        self._merge("合作伙伴分成结算单", "title")
        self._sheet.set_row(0, 28)
        self._merge("Partner revenue-share statement", "subtitle")
        self._row += 1
        facts = (
            ("合作伙伴 Partner", f"{statement.partner_name} ({statement.partner_id})"),
            ("结算单号 Statement no.", statement.number),
            ("结算期 Period", " — ".join(statement.period)),
            ("币种 Currency", f"人民币元 {CURRENCY}"),
            ("数据截止 Cut-off", f"{cut_off} 北京时间 Beijing time"),
            ("内容指纹 Fingerprint", statement.fingerprint),
        )
        for index, (label, value) in enumerate(facts):
            row, column = self._row + index // 2, 0 if index % 2 == 0 else 4
            self._sheet.write_string(row, column, label, self._styles["label"])
            self._sheet.write_string(row, column + 1, value, self._styles["value"])
        self._row += 4

    def _account(self, account: Account) -> None:
        self._section(SECTIONS[account.direction_code])
        self._headings(BALANCES)
        code = account.direction_code
        opening = self._item("期初余额 Opening balance", None)
        self._money(opening, 7, account.opening_fen)
        earned = self._item("本期分成 Earned this period", account.earned)
        adjusted = self._item("以前月份调整 Adjustments of earlier months", account.adjusted)
        total = self._item("本期合计 Total of this period", account.total, "total_")
        for position, column in zip((4, 5, 6), MONEY_COLUMNS, strict=True):
            name = column.source
            for row, place, sums in (
                (earned, self._lines, account.earned),
                (adjusted, self._adjustments, account.adjusted),
            ):
                self._money(row, position, getattr(sums, name), f"={place.total(code, column)}")
            parts = f"{self._cell(earned, position)}+{self._cell(adjusted, position)}"
            value = getattr(account.total, name)
            self._money(total, position, value, f"=ROUND({parts},2)", "total_money")
        self._sheet.write_formula(
            total,
            3,
            f"={self._cell(earned, 3)}+{self._cell(adjusted, 3)}",
            self._styles["total_count"],
            account.total.posting_count,
        )
        closing = self._item("期末余额 Closing balance", None, "total_")
        sums = f"{self._cell(opening, 7)}+{self._cell(total, 6)}"
        self._money(closing, 7, account.closing_fen, f"=ROUND({sums},2)", "total_money")
        self._sheet.write_string(self._row, 0, "期末余额大写 In words", self._styles["text"])
        self._sheet.merge_range(
            self._row, 1, self._row, 7, amount_in_words(account.closing_fen), self._styles["words"]
        )
        self._row += 2

    def _adjustment_groups(self) -> None:
        self._section("调整汇总 Adjustments by reason and month", len(ADJUSTED))
        self._headings(ADJUSTED)
        place = self._adjustments
        for group in self._statement.adjustment_groups:
            keys = (words(group.direction_code), words(group.reason_code), group.origin_month)
            for position, key in enumerate(keys):
                self._sheet.write_string(self._row, position, key, self._styles["text"])
            matches = "*".join(
                f"({place.cells(column)}={self._cell(self._row, position)})"
                for position, column in enumerate((DIRECTION, REASON, ORIGIN))
            )
            self._grouped(group.amounts, lambda column, m=matches: f"{m}*{place.cells(column)}")
        self._row += 1

    def _tax_groups(self) -> None:
        self._section("开票信息 Invoice by VAT rate")
        self._headings(INVOICED)
        places = [place for place in (self._lines, self._adjustments) if place.has_rows]
        for group in self._statement.tax_groups:
            row = self._row
            direction, rate = self._cell(row, 0), self._cell(row, 1)
            self._sheet.write_string(row, 0, words(group.direction_code), self._styles["text"])
            self._sheet.write_number(row, 1, group.tax_rate_ppm / 1_000_000, self._styles["rate"])

            def of_group(column: Column, direction: str = direction, rate: str = rate) -> str:
                return "+".join(
                    f"SUMPRODUCT(({place.cells(DIRECTION)}={direction})"
                    f"*({place.cells(TAX_RATE)}={rate})*{place.cells(column)})"
                    for place in places
                )

            self._grouped(group.amounts, of_group)
            tax = f"=ROUND({self._cell(row, 6)}*{rate}/(1+{rate}),2)"
            self._money(row, 2, group.tax_on_total_fen, tax)
            difference = f"=ROUND({self._cell(row, 5)}-{self._cell(row, 2)},2)"
            self._money(row, 7, group.amounts.tax_fen - group.tax_on_total_fen, difference)
        self._row += 1

    def _grouped(self, amounts: Amounts, formula) -> None:
        self._sheet.write_number(self._row, 3, amounts.posting_count, self._styles["count"])
        for position, column in zip((4, 5, 6), MONEY_COLUMNS, strict=True):
            value = getattr(amounts, column.source)
            text = formula(column)
            product = text if text.startswith("SUMPRODUCT") else f"SUMPRODUCT({text})"
            self._money(self._row, position, value, f"=ROUND({product},2)")
        self._row += 1

    def _closing_lines(self) -> None:
        for note in NOTES:
            self._sheet.set_row(self._row, 20)
            self._merge(note, "note")
        self._row += 1
        for position, text in (
            (0, "编制 Prepared by"),
            (2, "复核 Reviewed by"),
            (4, "对方确认（盖章） Confirmed by partner"),
            (7, "日期 Date"),
        ):
            self._sheet.write_string(self._row + 1, position, text, self._styles["signature"])

    def _section(self, text: str, columns: int = len(WIDTHS)) -> None:
        self._sheet.set_row(self._row, 22)
        self._merge(text, "section", columns)

    def _headings(self, texts: tuple[str, ...]) -> None:
        self._sheet.set_row(self._row, 30)
        for position, text in enumerate(texts):
            self._sheet.write_string(self._row, position, text, self._styles["heading"])
        if texts is BALANCES:
            self._sheet.merge_range(self._row, 0, self._row, 2, texts[0], self._styles["heading"])
        self._row += 1

    def _item(self, label: str, amounts: Amounts | None, prefix: str = "") -> int:
        row = self._row
        text = self._styles[f"{prefix}text"]
        self._sheet.merge_range(row, 0, row, 2, label, text)
        for position in range(3, 8):
            self._sheet.write_blank(row, position, None, text)
        if amounts is not None:
            self._sheet.write_number(row, 3, amounts.posting_count, self._styles[f"{prefix}count"])
        self._row += 1
        return row

    def _money(
        self, row: int, column: int, fen: int, formula: str | None = None, style: str = "money"
    ) -> None:
        if formula is None:
            self._sheet.write_number(row, column, yuan(fen), self._styles[style])
        else:
            self._sheet.write_formula(row, column, formula, self._styles[style], yuan(fen))

    def _merge(self, text: str, style: str, columns: int = len(WIDTHS)) -> None:
        self._sheet.merge_range(self._row, 0, self._row, columns - 1, text, self._styles[style])
        self._row += 1

    @staticmethod
    def _cell(row: int, column: int) -> str:
        from xlsxwriter.utility import xl_rowcol_to_cell

        return xl_rowcol_to_cell(row, column)
