"""From when an item's time of keeping runs: adverse items may be kept five years from the end of
the act (征信业管理条例, article 16), so that the end must be known before the time begins."""

from __future__ import annotations

import calendar

from ingest.formats.credit_report.items import Item

OPEN_STATES = frozenset({"overdue", "bad_debt", "recovery", "litigated", "short_of_collateral"})
ENDS = {
    "judgment": ("effective_date",),
    "enforcement": ("closed_date",),
    "penalty": ("end_date", "effective_date"),
    "tax_arrear": (),
}


def kept_from(item: Item, reported_date: str) -> str | None:
    """The day, YYYY-MM-DD; None while an adverse act goes on.

    The end of the act where the report prints it; else the day of the report, by which whatever is
    not said to go on had ended.
    """
    if item.item_type in ENDS:
        return next((item.cells[name] for name in ENDS[item.item_type] if name in item.cells), None)
    account = item.parent if item.item_type == "account_month" and item.parent else item
    if _goes_on(account):
        return None
    return _closed(account) or reported_date


def _goes_on(item: Item) -> bool:
    if item.item_type in {"disposal", "advance"}:
        return _closed(item) is None and item.get("balance_yuan") != "0"
    owes = item.item_type == "postpaid" and item.get("overdue_yuan") not in {None, "0"}
    return owes or item.get("status_code") in OPEN_STATES or item.get("is_overdue") == "true"


def _closed(item: Item) -> str | None:
    if date := item.get("closed_date"):
        return date
    month = item.get("closed_month")
    if month is None:
        return None
    last = calendar.monthrange(int(month[:4]), int(month[5:]))[1]
    return f"{month}-{last:02}"
