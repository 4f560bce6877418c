"""The grid of months of an account: per year a line of states, and one of overdue amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.headers import Label
from ingest.formats.credit_report.items import Item, present
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.texts import Unreadable
from ingest.formats.pdf_words import Word

TITLE = re.compile(r"(\d{4})年(\d{2})月-(\d{4})年(\d{2})月的(还款|缴费)记录")
CODES = frozenset("*N1234567CGBDZMA#/")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_HALF_COLUMN = 0.5

Months = dict[str, dict[str, str]]


def month_items(
    title: re.Match[str], labels: Sequence[Label], body: Sequence[Line], parent: Item, part: str
) -> Iterator[Item]:
    """One item per month that the title spans, newest year first.

    Raises:
        DeliveryRefused: a month is missing, one too many, or a state is unknown.
    """
    is_paid_after = title[5] == "缴费"
    item_type = "postpaid_month" if is_paid_after else "account_month"
    found: dict[str, Item] = {}
    for page, page_lines in groupby(body, lambda line: line.page):
        words = [word for line in page_lines for word in line.words]
        for name, cells in _months(words, labels, page, part).items():
            if name in found:
                raise doubt(page, part, "a month twice", "each month once")
            found[name] = Item(item_type, page, cells, parent)
    expected = _span(f"{title[1]}-{title[2]}", f"{title[3]}-{title[4]}")
    if set(found) != expected:
        page = body[0].page if body else parent.page
        missed = len(expected - set(found))
        raise doubt(page, part, f"{len(found)} months, {missed} missing", "the months of the title")
    names = {"repayment_code"} if is_paid_after else {"repayment_code", "overdue_yuan"}
    for name, item in found.items():
        if item.cells.keys() != names:
            raise doubt(item.page, part, "a month without state or amount", "both of each month")
        read = {cell: _read(cell, text, item.page, part) for cell, text in item.cells.items()}
        item.cells = present({"reported_month": name, **read})
    yield from found.values()


def _months(words: Sequence[Word], labels: Sequence[Label], page: int, part: str) -> Months:
    width = (labels[-1].middle - labels[0].middle) / (len(labels) - 1)
    edge = labels[0].middle - _HALF_COLUMN * width
    years = [word for word in words if word.x1 < edge + 1]
    if not all(_YEAR.fullmatch(word.text) for word in years) or not years:
        raise doubt(page, part, "a line of months without its year", "years before their months")
    found: Months = {}
    for word in words:
        if word in years:
            continue
        year = min(years, key=lambda year: abs(year.bottom - word.bottom))
        middle = (word.x0 + word.x1) / 2
        place = min(range(12), key=lambda at: abs(labels[at].middle - middle))
        cells = found.setdefault(f"{year.text}-{place + 1:02}", {})
        cell = "overdue_yuan" if word.bottom > year.bottom + 2 else "repayment_code"
        if cell in cells or abs(labels[place].middle - middle) > _HALF_COLUMN * width:
            raise doubt(page, part, "a text between two months", "texts under their months")
        cells[cell] = word.text
    return dict(sorted(found.items(), key=lambda entry: (-int(entry[0][:4]), entry[0])))


def _span(first: str, last: str) -> set[str]:
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return {f"{index // 12}-{index % 12 + 1:02}" for index in range(start, end + 1)}


def _read(name: str, text: str, page: int, part: str) -> str | None:
    if name == "repayment_code":
        if text not in CODES:
            raise doubt(page, part, "a state of a month that is not known", "one of the form's")
        return text
    try:
        return texts.amount(text)
    except Unreadable as error:
        raise doubt(page, part, "an amount of a month is unreadable", str(error)) from None
