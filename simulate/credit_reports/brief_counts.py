"""The table 信息概要 of a brief report, counted from the items that are listed."""

from __future__ import annotations

from collections.abc import Iterator

from simulate.credit_reports.items import Group, Item, made
from simulate.credit_reports.style import Style
from simulate.credit_reports.vocabulary import HOUSING_LOAN_TYPES


def summary_items(groups: list[Group], style: Style) -> Iterator[Item]:
    """Items of the table, without a count where nothing is listed."""

    def of(category: str) -> list[Item]:
        accounts = [item for group in groups for item in group.items if group.title == category]
        return [item for item in accounts if item["item_type"] == "account"]

    if style.is_first_generation:
        categories = {name: of(name) for name in ("信用卡", "购房贷款", "其他贷款")}
    else:
        loans = of("贷款")
        housing = [i for i in loans if i["business_type_name"] in HOUSING_LOAN_TYPES]
        others = [i for i in loans if i not in housing]
        categories = {"信用卡": of("信用卡"), "购房": housing, "其他": others, "其他业务": []}
    ended = {"closed", "settled", "transferred"}
    for measure, test in (
        ("账户数", lambda item: True),
        ("未结清/未销户账户数", lambda item: item["status_code"] not in ended),
        ("发生过逾期的账户数", lambda item: item["has_been_overdue"] == "true"),
        (
            "发生过90天以上逾期的账户数",
            lambda item: int(item.get("overdue_90_days_months_count", 0)) > 0,
        ),
    ):
        for category, items in categories.items():
            yield _count(measure, category, sum(map(test, items)))
    yield from _other_counts(groups, style)


def _other_counts(groups: list[Group], style: Style) -> Iterator[Item]:
    items = [item for group in groups for item in group.items]
    liabilities = [item for item in items if item["item_type"] == "liability"]
    if style.is_first_generation:
        yield _count("为他人担保笔数", "", len(liabilities))
        return
    for measure, kind in (("资产处置信息", "disposal"), ("垫款信息", "advance")):
        if number := sum(item["item_type"] == kind for item in items):
            yield _count(measure, "", number)
    for category, code in (("为个人", "person"), ("为企业", "company")):
        number = sum(item["debtor_type_code"] == code for item in liabilities)
        yield _count("相关还款责任账户数", category, number)


def _count(measure: str, category: str, number: int) -> Item:
    return made(
        "summary",
        measure_name=measure,
        category_name=category or None,
        stated_count=number or None,
    )
