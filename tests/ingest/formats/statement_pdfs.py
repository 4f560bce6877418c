"""Bank statements as PDF, drawn as the banks draw them; all people and accounts invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
Cell = str | tuple[str, ...]
"""One line, or the lines of a wrapped cell."""

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Sheet:
    """A page on which texts are put by their distance from the top."""

    def __init__(self, canvas: Canvas, height: float, size: float) -> None:
        self._canvas = canvas
        self._height = height
        self.size = size

    def put(self, x: float, y: float, text: str, *, is_centred: bool = False) -> None:
        """Draw a text with its baseline `y` below the top, from `x` or around it."""
        draw = self._canvas.drawCentredString if is_centred else self._canvas.drawString
        self._canvas.setFont(FONT, self.size)
        draw(x, self._height - y, text)


def document(
    draw: Sequence[Callable[[Sheet], None]],
    *,
    page: tuple[float, float] = (595, 842),
    size: float = 8,
    password: str | None = None,
) -> bytes:
    """A PDF with one page for each function."""
    content = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    canvas = Canvas(content, pagesize=page, encrypt=encrypt)
    for fill in draw:
        fill(Sheet(canvas, page[1], size))
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def around(sheet: Sheet, x: float, y: float, cell: Cell, *, is_centred: bool = False) -> None:
    """A cell whose lines stand around `y`, as many above as below."""
    lines = (cell,) if isinstance(cell, str) else cell
    pitch = 1.5 * sheet.size
    for number, text in enumerate(lines):
        offset = (number - (len(lines) - 1) / 2) * pitch
        sheet.put(x, y + offset, text, is_centred=is_centred)


CMB_HEADERS = ("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要")
CMB_LEFT = (36.0, 88.0, 135.0, 214.0, 292.0, 376.0, 480.0)


def cmb_debit(
    *rows: Sequence[Cell], password: str | None = None, pitch: float = 40, first_page: int = 2
) -> bytes:
    """China Merchants Bank: left-aligned, wrapped cells around their line, page number first."""

    def first(sheet: Sheet) -> None:
        sheet.put(540, 812, "1/2")
        sheet.put(264, 62, "招商银行交易流水")
        sheet.put(36, 137, "户 名:示例 账号:6214830000000001")
        sheet.put(36, 212, "申请时间:2026-10-09 10:15:03")
        table(sheet, 254, rows[:first_page])

    def second(sheet: Sheet) -> None:
        table(sheet, 52, rows[first_page:])
        sheet.put(35, 772, "温馨提示:")
        sheet.put(35, 782, "1.交易流水验真:进入一网通首页点击 2026-01-01 1.00")
        sheet.put(540, 812, "2/2")

    def table(sheet: Sheet, top: float, part: Sequence[Sequence[Cell]]) -> None:
        for x, name in zip(CMB_LEFT, CMB_HEADERS, strict=True):
            sheet.put(x, top, name)
        for x, name in ((36.0, "Date"), (88.0, "Currency"), (376.0, "Counter Party")):
            sheet.put(x, top + 23, name)
        for number, row in enumerate(part):
            for x, cell in zip(CMB_LEFT, row, strict=True):
                around(sheet, x, top + 50 + pitch * number, cell)

    return document([first, second], password=password)


BOC_HEADERS = (
    *("记账日期", "记账时间", "币别", "金额", "余额", "交易名称", "渠道", "网点名称", "附言"),
    *("对方账户名", "对方卡号/账号", "对方开户行"),
)
BOC_MIDDLE = (64.0, 126.0, 183.0, 241.0, 305.0, 366.0, 419.0, 481.0, 555.0, 628.0, 701.0, 778.0)


def boc_debit(*pages: Sequence[Sequence[Cell]]) -> bytes:
    """Bank of China: landscape, centred, wrapped cells go on below, each page counts its rows."""

    def page_of(rows: Sequence[Sequence[Cell]], number: int) -> Callable[[Sheet], None]:
        def fill(sheet: Sheet) -> None:
            sheet.put(284, 52, "中国银行交易流水明细清单")
            sheet.put(32, 87, "交易区间: 2026-09-01 至 2026-09-30")
            sheet.put(366, 87, "打印时间: 2026/10/09 10:15:03")
            sheet.put(32, 103, "借记卡号: 6216******3741")
            sheet.put(573, 103, f"行数: {len(rows)}")
            for x, name in zip(BOC_MIDDLE, BOC_HEADERS, strict=True):
                sheet.put(x, 141, name, is_centred=True)
            y = 155.0
            for row in rows:
                for x, cell in zip(BOC_MIDDLE, row, strict=True):
                    for line, text in enumerate((cell,) if isinstance(cell, str) else cell):
                        sheet.put(x, y + 8 * line, text, is_centred=True)
                y += (
                    18 + 8 * (max(len(c) for c in row if isinstance(c, tuple)) - 2)
                    if any(isinstance(c, tuple) for c in row)
                    else 18
                )
            sheet.put(366, 585, f"第 {number} 页/共 {len(pages)} 页")

        return fill

    drawn = [page_of(rows, number) for number, rows in enumerate(pages, start=1)]
    return document(drawn, page=(842, 595), size=7)


ABC_HEADERS = (
    *("交易⽇期", "交易时间", "交易摘要", "交易⾦额", "本次余额", "对⼿信息"),
    *("⽇ 志 号", "交易渠道", "交易附⾔"),
)
ABC_LEFT = (48.0, 94.0, 135.0, 177.0, 218.0, 260.0, 317.0, 359.0, 401.0)


def abc_debit(*rows: Sequence[Cell]) -> bytes:
    """Agricultural Bank: small type, radicals for characters, a header only where a page has it."""

    def fill(sheet: Sheet) -> None:
        sheet.put(221, 58, "中国农业银⾏账⼾活期交易明细清单")
        sheet.put(437, 71, "账⼾:6228480000000000017")
        for x, name in zip(ABC_LEFT, ABC_HEADERS, strict=True):
            sheet.put(x, 120, name)
        for number, row in enumerate(rows):
            for x, cell in zip(ABC_LEFT, row, strict=True):
                around(sheet, x, 137 + 20 * number, cell)

    return document([fill], size=5)


CREDIT_MIDDLE = (64.0, 158.0, 251.0, 344.0, 438.0, 531.0)


def boc_credit(yuan: Sequence[Sequence[Cell]], dollars: Sequence[Sequence[Cell]]) -> bytes:
    """Bank of China's card: headers on several lines, a table per currency, days without year."""

    def first(sheet: Sheet) -> None:
        sheet.put(182, 100, "中国银行信用卡账单(2026年01月)")
        sheet.put(65, 348, "2026-01-19")
        sheet.put(336, 348, "594.49")
        sheet.put(18, 415, "人民币账户交易明细/RMB Transaction Detailed List")
        header(sheet, 584)
        table(sheet, 650, yuan[:2])

    def second(sheet: Sheet) -> None:
        table(sheet, 100, yuan[2:])
        sheet.put(18, 442, "美元账户交易明细/USD Transaction Detailed List")
        header(sheet, 611)
        table(sheet, 671, dollars)
        sheet.put(272, 837, "第 2 页/共 2 页")

    def header(sheet: Sheet, y: float) -> None:
        for x, name in zip(
            CREDIT_MIDDLE, ("交易日", "银行记账日", "", "交易描述", "存入", "支出"), strict=True
        ):
            sheet.put(x, y, name, is_centred=True)
        sheet.put(251, y - 11, "卡号后四位", is_centred=True)
        sheet.put(158, y + 13, "Posting Date", is_centred=True)

    def table(sheet: Sheet, y: float, rows: Sequence[Sequence[Cell]]) -> None:
        for number, row in enumerate(rows):
            for x, cell in zip(CREDIT_MIDDLE, row, strict=True):
                around(sheet, x, y + 40 * number, cell, is_centred=True)

    return document([first, second])


CMB_CARD_LEFT = (40.0, 100.0, 160.0, 330.0, 400.0, 480.0)
CMB_CARD_HEADERS = ("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额")


def cmb_credit(first: Sequence[Sequence[Cell]], second: Sequence[Sequence[Cell]]) -> bytes:
    """China Merchants Bank's card: a header on the first page only, lines that head groups."""

    def page_of(rows: Sequence[Sequence[Cell]], *, has_header: bool) -> Callable[[Sheet], None]:
        def fill(sheet: Sheet) -> None:
            if has_header:
                sheet.put(150, 60, "招商银行信用卡对账单(个人消费卡账户 2026年01月)")
                for x, name in zip(CMB_CARD_LEFT, CMB_CARD_HEADERS, strict=True):
                    sheet.put(x, 120, name)
            for number, row in enumerate(rows):
                for x, cell in zip(CMB_CARD_LEFT, row, strict=False):
                    around(sheet, x, 140 + 14 * number, cell)

        return fill

    return document([page_of(first, has_header=True), page_of(second, has_header=False)])


BOCOM_LEFT = (30.0, 60.0, 115.0, 160.0, 215.0, 250.0, 310.0, 370.0, 450.0, 530.0, 600.0)
BOCOM_HEADERS = (
    *("序号", "交易日期", "交易时间", "交易类型", "借贷", "交易金额", "余额"),
    *("对方账号", "对方户名", "交易地点", "摘要"),
)


def bocom_debit(*rows: Sequence[Cell]) -> bytes:
    """Bank of Communications: every record has its number; headers in two languages."""

    def fill(sheet: Sheet) -> None:
        sheet.put(300, 40, "交通银行个人客户交易清单")
        sheet.put(30, 60, "账号/卡号: 6222600000000000017")
        for x, name in zip(BOCOM_LEFT, BOCOM_HEADERS, strict=True):
            # Names in English above them take two lines in these columns.
            sheet.put(x, 105 if name in {"序号", "对方账号", "对方户名"} else 100, name)
        for number, row in enumerate(rows):
            for x, cell in zip(BOCOM_LEFT, row, strict=True):
                around(sheet, x + 3, 130 + 36 * number, cell)
        sheet.put(300, 560, "打印完毕")

    return document([fill], page=(842, 595), size=7)
