"""The sentences of a brief report, composed from its items with full-width punctuation."""

from __future__ import annotations

from datetime import date

from simulate.credit_reports.items import Item
from simulate.credit_reports.style import Style
from simulate.credit_reports.vocabulary import CURRENCIES


def sentence(item: Item, style: Style) -> str:
    """The sentence that says what the item holds."""
    return style.printed(_SENTENCES[item["item_type"]](item, style))


def amount(text: str) -> str:
    """Whole yuan with commas."""
    return f"{int(text):,}"


def day_text(text: str, style: Style) -> str:
    """A day as sentences print it."""
    return style.day(date.fromisoformat(text))


def month_text(text: str, style: Style) -> str:
    """A month as sentences print it."""
    return style.month(date.fromisoformat(f"{text}-01"))


def _disposal(item: Item, style: Style) -> str:
    return (
        f"{day_text(item['opened_date'], style)}，{item['institution_name']}接收债权，"
        f"金额为{amount(item['claim_yuan'])}。截至{day_text(item['as_of_date'], style)}，"
        f"余额为{amount(item['balance_yuan'])}，"
        f"最近一次还款日期为{day_text(item['last_paid_date'], style)}。"
    )


def _advance(item: Item, style: Style) -> str:
    head = (
        f"{day_text(item['opened_date'], style)}以来{item['institution_name']}"
        f"累计代偿金额{amount(item['claim_yuan'])}。"
    )
    if item["status_code"] == "settled":
        return f"{head}{month_text(item['closed_month'], style)}已结清。"
    return (
        f"{head}最近一次还款日期为{day_text(item['last_paid_date'], style)}，"
        f"余额{amount(item['balance_yuan'])}。"
    )


def _account(item: Item, style: Style) -> str:
    if item["account_kind_code"].endswith("card"):
        return _card(item, style) + _late_tail(item)
    return _loan(item, style) + _late_tail(item)


def _card(item: Item, style: Style) -> str:
    currency = CURRENCIES[item["currency_code"]]
    tail = f"，卡片尾号：{item['card_tail']}" if "card_tail" in item else ""
    head = (
        f"{day_text(item['opened_date'], style)}{item['institution_name']}"
        f"发放的{item['business_type_name']}（{currency}账户{tail}）"
    )
    if item["status_code"] == "closed":
        month = month_text(item["closed_month"], style)
        if style.is_first_generation:
            return f"{head}，截至{month}已销户。"
        return f"{head}，{month}销户。"
    converted = "" if item["currency_code"] == "CNY" else "折合人民币"
    body = f"{head}。截至{month_text(item['as_of_month'], style)}，"
    body += f"信用额度{converted}{amount(item['credit_limit_yuan'])}"
    if item["status_code"] == "unused":
        return f"{body}，尚未激活。"
    return f"{body}{_used(item)}{_standing(item, style)}。"


def _used(item: Item) -> str:
    if "overdraft_yuan" in item:
        return f"，透支余额{amount(item['overdraft_yuan'])}"
    text = f"，已使用额度{amount(item['used_yuan'])}"
    if "balance_yuan" in item:
        text += f"，余额{amount(item['balance_yuan'])}"
        text += f"（含未出单的大额专项分期余额{amount(item['unbilled_instalment_yuan'])}）"
    return text


def _loan(item: Item, style: Style) -> str:
    opened, institution = day_text(item["opened_date"], style), item["institution_name"]
    currency = CURRENCIES[item.get("currency_code", "CNY")]
    due = day_text(item["due_date"], style) if "due_date" in item else ""
    if "is_revolving" in item:
        head = (
            f"{opened}{institution}为{item['business_type_name']}授信，"
            f"额度有效期至{due}，可循环使用"
        )
    else:
        head = (
            f"{opened}{institution}发放的{amount(item['loan_yuan'])}元（{currency}）"
            f"{item['business_type_name']}"
        )
    if item["status_code"] == "settled":
        return f"{head}，{month_text(item['closed_month'], style)}已结清。"
    if item["status_code"] == "transferred":
        return f"{head}，{month_text(item['closed_month'], style)}已转出。"
    if "is_revolving" in item:
        limit = f"信用额度{amount(item['credit_limit_yuan'])}元（{currency}），余额为"
    else:
        head, limit = f"{head}，{due}到期", "余额"
    body = f"{head}。截至{month_text(item['as_of_month'], style)}，{limit}"
    return f"{body}{amount(item['balance_yuan'])}{_standing(item, style)}。"


def _standing(item: Item, style: Style) -> str:
    text = "，账户状态为“呆账”" if item["status_code"] == "bad_debt" else ""
    if "overdue_yuan" in item:
        text += f"，逾期金额{amount(item['overdue_yuan'])}"
    if "is_overdue" in item and not style.is_first_generation:
        text += "，当前有逾期" if item["is_overdue"] == "true" else "，当前无逾期"
    return text


def _late_tail(item: Item) -> str:
    if "overdue_months_count" not in item:
        return ""
    serious = item["overdue_90_days_months_count"]
    tail = f"，其中{serious}个月逾期超过90天。" if serious != "0" else "，没有发生过90天以上逾期。"
    return f"最近5年内有{item['overdue_months_count']}个月处于逾期状态{tail}"


def _liability(item: Item, style: Style) -> str:
    head = (
        f"{day_text(item['opened_date'], style)}，为{item['debtor']}"
        f"（证件类型：{item['debtor_id_type_name']}，证件号码：{item['debtor_document_number']}）"
        f"在{item['institution_name']}办理的贷款"
    )
    day = day_text(item["as_of_date"], style)
    balance = amount(item["balance_yuan"])
    if style.is_first_generation:
        return (
            f"{head}提供担保，担保贷款合同金额{amount(item['loan_yuan'])}，"
            f"担保金额{amount(item['liability_yuan'])}。截至{day}，担保贷款余额{balance}。"
        )
    return (
        f"{head}承担相关还款责任，责任人类型为{item['role_name']}，"
        f"相关还款责任金额{amount(item['liability_yuan'])}"
        f"（保证合同编号：{item['contract_number']}）。"
        f"截至{day}，贷款余额{balance}（人民币元）。"
    )


_SENTENCES = {
    "disposal": _disposal,
    "advance": _advance,
    "account": _account,
    "liability": _liability,
}
