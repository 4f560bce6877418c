"""The counts of 信息概要 in a detailed report held against the items that were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.formats.credit_report.detailed_summary import SECTION
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item

HINTS = "信贷交易信息提示"
LOAN_ROWS = ("个人住房贷款", "个人商用房贷款(包括商住两用房)", "其他类贷款")
LOAN_KINDS = ("non_revolving_loan", "revolving_sub_account", "revolving_loan")
CARDS = {"贷记卡": "credit_card", "准贷记卡": "quasi_credit_card"}
CLAIMS = {"资产处置业务": "disposal", "垫款业务": "advance"}
PUBLIC = {
    "欠税信息": "tax_arrear",
    "民事判决信息": "judgment",
    "强制执行信息": "enforcement",
    "行政处罚信息": "penalty",
}
LIABILITIES = {"为个人": "person", "为企业": "company"}


def check_detailed(items: Sequence[Item]) -> None:
    """Raises:
    DeliveryRefused: a count disagrees, or is missing where there are items.
    """
    summary = [item for item in items if item.item_type == "summary"]
    page = summary[0].page if summary else 1
    for what, stated, found in _comparisons(summary, items):
        if stated != found:
            raise doubt(page, SECTION, f"{stated} for {what}, {found} listed", "equal counts")


def _comparisons(summary: Sequence[Item], items: Sequence[Item]) -> Iterator[tuple[str, int, int]]:
    kinds = [item.get("account_kind_code") for item in items if item.item_type == "account"]
    loans = sum(_stated(summary, HINTS, row) for row in LOAN_ROWS)
    yield "贷款", loans, sum(kind in LOAN_KINDS for kind in kinds)
    for row, kind in CARDS.items():
        yield row, _stated(summary, HINTS, row), kinds.count(kind)
    rows = (*LOAN_ROWS, *CARDS, "其他业务")
    total = sum(_stated(summary, HINTS, row) for row in rows)
    yield "合计", _stated(summary, HINTS, "合计"), total
    for row, item_type in CLAIMS.items():
        yield row, _stated(summary, "被追偿信息汇总", row), _listed(items, item_type)
    for row, item_type in PUBLIC.items():
        stated = _stated(summary, "公共信息汇总", row, "记录数")
        yield row, stated, _listed(items, item_type)
    for name, code in LIABILITIES.items():
        title = f"相关还款责任信息汇总({name})"
        listed = sum(item.get("debtor_type_code") == code for item in items)
        yield title, _stated(summary, title, None), listed


def _listed(items: Sequence[Item], item_type: str) -> int:
    return sum(item.item_type == item_type for item in items)


def _stated(
    summary: Sequence[Item], title: str, category: str | None, measure: str = "账户数"
) -> int:
    return sum(
        int(item.get("stated_count") or 0)
        for item in summary
        if item.get("summary_name") == title
        and item.get("measure_name") == measure
        and category in {None, item.get("category_name")}
    )
