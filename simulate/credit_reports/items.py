"""What a report says, item by item: the truth beside the PDF.

An item maps the names of the cells that reading a report should give to their texts: days as
YYYY-MM-DD, months as YYYY-MM, amounts in whole yuan without commas, yes and no as true and false.
It holds only what is printed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

Item = dict[str, str]

OCCURRENCE_KEYS: dict[str, tuple[str, ...]] = {
    "account": (
        "account_kind_code",
        "business_type_name",
        "institution_name",
        "account_id",
        "opened_date",
        "currency_code",
        "card_tail",
    ),
    "enquiry": (
        "enquirer_code",
        "enquired_date",
        "institution_name",
        "operator_name",
        "reason_name",
    ),
    "liability": ("institution_name", "opened_date", "debtor", "contract_number", "liability_yuan"),
}
"""What makes two items of a report look the same; the second one is occurrence 2."""


@dataclass
class Group:
    """Items under one introduction, within a section with a title."""

    title: str
    intro: str
    items: list[Item] = field(default_factory=list)


def made(item_type: str, **cells: str | int | date | bool | None) -> Item:
    """An item from cells; None and `--` leave the cell out."""
    item = {"item_type": item_type}
    for name, value in cells.items():
        if isinstance(value, bool):
            item[name] = "true" if value else "false"
        elif isinstance(value, date):
            item[name] = value.isoformat()
        elif value is not None and value != "--":
            item[name] = str(value)
    return item


def month_of(day: date) -> str:
    """YYYY-MM."""
    return f"{day:%Y-%m}"


def numbered(items: list[Item], common: Item) -> list[Item]:
    """The items with what all of them carry, their numbers and occurrences."""
    seen: Counter[tuple[str, ...]] = Counter()
    for number, item in enumerate(items, start=1):
        kind = item["item_type"]
        if kind in OCCURRENCE_KEYS:
            key = (kind, *(item.get(name, "") for name in OCCURRENCE_KEYS[kind]))
            seen[key] += 1
            item["occurrence_number"] = str(seen[key])
        item["item_number"] = str(number)
        item.update(common)
    return items
