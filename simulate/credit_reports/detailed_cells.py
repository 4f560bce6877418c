"""Cells of items as the detailed report prints them."""

from __future__ import annotations

from simulate.credit_reports.items import Item
from simulate.credit_reports.vocabulary import CURRENCIES

STATUSES = {
    "normal": "正常",
    "overdue": "逾期",
    "bad_debt": "呆账",
    "settled": "结清",
    "closed": "销户",
    "transferred": "转出",
    "recovery": "催收",
}


def cell_text(name: str, item: Item, number: int) -> str:
    if not name:
        return str(number)
    if name == "id_number" and "document_number" in item:
        name = "document_number"
    if name == "due_date" and item.get("is_open_ended"):
        return "长期有效"
    text = item.get(name, "--")
    return text if text == "--" else _printed(name, text)


def _printed(name: str, text: str) -> str:
    if name == "status_code":
        return STATUSES[text]
    if name == "currency_code":
        return CURRENCIES[text] + ("元" if text == "CNY" else "")
    if name.endswith(("_date", "_month")):
        return text.replace("-", ".")
    return f"{int(text):,}" if name.endswith("_yuan") else text


def summary_text(kind: str, value: str | None) -> str:
    if value is None:
        return "--"
    if kind == "y":
        return f"{int(value):,}"
    return value.replace("-", ".") if kind in "md" else value
