"""What is read out of a report: items of cells, and where they stand.

Cells have these texts: days YYYY-MM-DD, months YYYY-MM, instants YYYY-MM-DD hh:mm:ss (Shanghai),
amounts in whole yuan without commas (`*_yuan`), counts in digits, booleans true and false, and
words as they are printed, folded and without blanks. A cell that the report leaves empty (`--`) is
absent. The
contract of the feed says what each cell means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Cells = dict[str, str]

OCCURRENCE_KEYS: Mapping[str, tuple[str, ...]] = {
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
    "liability": (
        "institution_name",
        "opened_date",
        "debtor",
        "contract_number",
        "liability_yuan",
    ),
}
"""What makes two items of a report look the same; the second one is occurrence 2."""


@dataclass
class Item:
    """One item of a report.

    `parent` is the item that it belongs to, `group` the title under which it stands, `kept_from`
    the day from which its time of keeping runs.
    """

    item_type: str
    page: int
    cells: Cells = field(default_factory=dict)
    parent: Item | None = None
    group: str = ""
    kept_from: str | None = None

    def get(self, name: str) -> str | None:
        """A cell."""
        return self.cells.get(name)


@dataclass(frozen=True)
class Report:
    """A report that was read: its items in printed order, and the cells that all of them carry."""

    items: list[Item]
    common: Cells


def present(cells: Mapping[str, str | None]) -> Cells:
    """Cells without the empty ones."""
    return {name: text for name, text in cells.items() if text is not None}


def boolean(value: bool) -> str:
    """Yes or no, as cells have it."""
    return "true" if value else "false"


def numbered(items: list[Item], common: Cells) -> Iterator[Cells]:
    """Cells of every item with its number, its occurrence and what all of them carry."""
    numbers = {id(item): str(number) for number, item in enumerate(items, start=1)}
    seen: Counter[tuple[str, ...]] = Counter()
    for item in items:
        cells = {
            "item_type": item.item_type,
            "item_number": numbers[id(item)],
            "page_number": str(item.page),
        }
        if item.parent is not None:
            cells["parent_number"] = numbers[id(item.parent)]
        if item.item_type in OCCURRENCE_KEYS:
            names = OCCURRENCE_KEYS[item.item_type]
            key = (item.item_type, *(item.cells.get(name, "") for name in names))
            seen[key] += 1
            cells["occurrence_number"] = str(seen[key])
        yield cells | item.cells | common | present({"kept_from_date": item.kept_from})
