"""The printed bank statements that are known: their columns, and what tells a record."""

from __future__ import annotations

from dataclasses import dataclass

DAY = r"\d{4}-\d{2}-\d{2}"
CLOSED_DAY = r"\d{8}"
MONTH_DAY = r"\d{2}/\d{2}"


@dataclass(frozen=True)
class StatementKind:
    """How a bank prints a statement.

    `headers` are the texts over the columns, in their order and without blanks; cells have their
    names. Every record has a cell under `anchor` that matches `anchor_pattern`. With `is_centred`
    the text of a column stands around the middle of its header, else from its left edge.
    `is_top_aligned`: a wrapped cell begins on the line of its anchor, else it stands around it.
    `has_group_lines`: lines such as 消费 head some of the records. `sections` gives the currency of
    the tables after a line that it matches. `page_records` is what a page says of its own records.
    """

    name: str
    headers: tuple[str, ...]
    anchor: str
    anchor_pattern: str
    is_centred: bool = False
    is_top_aligned: bool = False
    has_group_lines: bool = False
    sections: tuple[tuple[str, str], ...] = ()
    page_records: str | None = None


ABC_DEBIT = StatementKind(
    name="abc_debit",
    headers=(
        *("交易日期", "交易时间", "交易摘要", "交易金额", "本次余额"),
        *("对手信息", "日志号", "交易渠道", "交易附言"),
    ),
    anchor="交易日期",
    anchor_pattern=CLOSED_DAY,
)
BOC_DEBIT = StatementKind(
    name="boc_debit",
    headers=(
        *("记账日期", "记账时间", "币别", "金额", "余额", "交易名称", "渠道", "网点名称"),
        *("附言", "对方账户名", "对方卡号/账号", "对方开户行"),
    ),
    anchor="记账日期",
    anchor_pattern=DAY,
    is_centred=True,
    is_top_aligned=True,
    page_records=r"行数[::]\s*(\d+)",
)
BOC_CREDIT = StatementKind(
    name="boc_credit",
    headers=("交易日", "银行记账日", "卡号后四位", "交易描述", "存入", "支出"),
    anchor="银行记账日",
    anchor_pattern=f"{DAY}|{MONTH_DAY}",
    is_centred=True,
    sections=(
        (r"人民币(?:账户)?交易明细", "CNY"),
        (r"美元(?:账户)?交易明细", "USD"),
        (r"\(([A-Z]{3})\)外币交易明细", r"\1"),
    ),
)
BOCOM_DEBIT = StatementKind(
    name="bocom_debit",
    headers=(
        *("序号", "交易日期", "交易时间", "交易类型", "借贷", "交易金额", "余额"),
        *("对方账号", "对方户名", "交易地点", "摘要"),
    ),
    anchor="序号",
    anchor_pattern=r"\d{1,6}",
)
CMB_DEBIT = StatementKind(
    name="cmb_debit",
    headers=("记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要"),
    anchor="记账日期",
    anchor_pattern=DAY,
)
CMB_CREDIT = StatementKind(
    name="cmb_credit",
    headers=("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额"),
    anchor="记账日",
    anchor_pattern=MONTH_DAY,
    has_group_lines=True,
)

KINDS = (ABC_DEBIT, BOC_DEBIT, BOC_CREDIT, BOCOM_DEBIT, CMB_DEBIT, CMB_CREDIT)
CURRENCY = "币种"
"""The cell that `sections` fill."""
