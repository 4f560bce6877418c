"""The counts of 信息概要 held against the items that were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest.formats.credit_report.brief_summary import SECTION
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item

ENDED = frozenset({"closed", "settled", "transferred"})
ACCOUNT_TESTS: dict[str, Callable[[Item], bool]] = {
    "账户数": lambda item: True,
    "未结清/未销户账户数": lambda item: item.get("status_code") not in ENDED,
    "发生过逾期的账户数": lambda item: item.get("has_been_overdue") == "true",
    "发生过90天以上逾期的账户数": lambda item: (
        int(item.get("overdue_90_days_months_count") or 0) > 0
    ),
}
FIRST_GROUPS = (("信用卡",), ("购房贷款",), ("其他贷款",))
SECOND_GROUPS = (("信用卡",), ("购房", "其他"), ("其他业务",))
OTHERS = {
    "为他人担保笔数": "liability",
    "资产处置信息": "disposal",
    "资产处置信息笔数": "disposal",
    "垫款信息": "advance",
    "保证人代偿信息": "advance",
    "保证人代偿笔数": "advance",
}
FIRST_ROWS = dict.fromkeys(ACCOUNT_TESTS, 3)
SECOND_ROWS = dict.fromkeys(ACCOUNT_TESTS, 4) | {"相关还款责任账户数": 2}
LIABILITIES = {"为个人": "person", "为企业": "company"}


def check_brief(items: Sequence[Item], is_first: bool) -> None:
    """Raises:
    DeliveryRefused: a count disagrees, or is missing where there are items.
    """
    summary = [item for item in items if item.item_type == "summary"]
    page = summary[0].page if summary else 1
    found_rows = Counter(item.get("measure_name") for item in summary)
    rows = FIRST_ROWS if is_first else SECOND_ROWS
    if any(found_rows[measure] != count for measure, count in rows.items()):
        raise doubt(page, SECTION, "rows or counts of the table missing", ", ".join(rows))
    if is_first and not found_rows["为他人担保笔数"]:
        raise doubt(page, SECTION, "no row 为他人担保笔数", "that row")
    for measure, stated, found in _comparisons(summary, items, is_first):
        if stated != found:
            raise doubt(page, SECTION, f"{stated} for {measure}, {found} listed", "equal counts")


def _comparisons(
    summary: Sequence[Item], items: Sequence[Item], is_first: bool
) -> Iterator[tuple[str, int, int]]:
    accounts = [item for item in items if item.item_type == "account"]
    for measure, test in ACCOUNT_TESTS.items():
        for categories in FIRST_GROUPS if is_first else SECOND_GROUPS:
            group = "贷款" if len(categories) > 1 else categories[0]
            listed = sum(test(item) for item in accounts if item.group == group)
            yield f"{measure} {group}", _stated(summary, measure, categories), listed
    for item_type in ("disposal", "advance", *(["liability"] if is_first else [])):
        measures = [measure for measure, of in OTHERS.items() if of == item_type]
        stated = sum(_stated(summary, measure) for measure in measures)
        listed = sum(item.item_type == item_type for item in items)
        # The first generation has no rows for claims.
        if item_type == "liability" or not is_first or stated:
            yield measures[0], stated, listed
    for category, code in LIABILITIES.items() if not is_first else ():
        stated = _stated(summary, "相关还款责任账户数", (category,))
        listed = sum(item.get("debtor_type_code") == code for item in items)
        yield f"相关还款责任账户数 {category}", stated, listed


def _stated(summary: Sequence[Item], measure: str, categories: tuple[str, ...] = ()) -> int:
    return sum(
        int(item.get("stated_count") or 0)
        for item in summary
        if item.get("measure_name") == measure
        and (not categories or item.get("category_name") in categories)
    )
