"""The table 信息概要 of a brief report, with the explanation beside it left out by position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item, present
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.tables import middle_of, nearest

SECTION = "信息概要"
BOX_LEFT = 388.0
FIRST_HEADER = ("信用卡", "购房贷款", "其他贷款")
SECOND_HEADER = ("信用卡", "贷款", "其他业务")
LOAN_HEADER = ("购房", "其他")
LIABILITY_HEADER = ("为个人", "为企业")
MEASURES = frozenset(
    {
        "账户数",
        "未结清/未销户账户数",
        "发生过逾期的账户数",
        "发生过90天以上逾期的账户数",
        "为他人担保笔数",
        "相关还款责任账户数",
        "资产处置信息",
        "资产处置信息笔数",
        "垫款信息",
        "保证人代偿信息",
        "保证人代偿笔数",
    }
)
_VALUE = re.compile(r"--|\d{1,4}")
_CONTENT = re.compile(r"\d{4}年|\d,\d{3}|\d{5}")


@dataclass
class _Header:
    categories: tuple[str, ...]
    middles: tuple[float, ...]


def summary_items(lines: Sequence[Line]) -> Iterator[Item]:
    """One item per count of the table; a dash is an item without count.

    Raises:
        DeliveryRefused: a line is neither header nor row.
    """
    _check_box(lines)
    header: _Header | None = None
    for line in (line.between(0, BOX_LEFT) for line in lines):
        if not line.words:
            continue
        found = _header(line, header)
        if found:
            header = found
            continue
        if header is None:
            raise doubt(line.page, SECTION, "a row before the header", "the columns' names")
        yield from _row(line, header)


def _check_box(lines: Sequence[Line]) -> None:
    for line in (line.between(BOX_LEFT, float("inf")) for line in lines):
        if _CONTENT.search(line.text):
            found = "dates or amounts in the box beside the table"
            raise doubt(line.page, SECTION, found, "an explanation")


def _header(line: Line, before: _Header | None) -> _Header | None:
    names = tuple(word.text for word in line.words)
    middles = tuple(middle_of(word) for word in line.words)
    if names in {FIRST_HEADER, LIABILITY_HEADER, SECOND_HEADER}:
        return _Header(names, middles)
    if names == LOAN_HEADER and before and before.categories == SECOND_HEADER:
        card, _, other = before.categories
        return _Header((card, *names, other), (before.middles[0], *middles, before.middles[2]))
    return None


def _row(line: Line, header: _Header) -> Iterator[Item]:
    places = [at for at, word in enumerate(line.words) if _VALUE.fullmatch(word.text)]
    first = places[0] if places else 0
    measure = "".join(word.text for word in line.words[:first])
    values = line.words[first:]
    is_row = measure in MEASURES and len(places) == len(values)
    if not is_row or len(values) not in {1, len(header.categories)}:
        raise doubt(line.page, SECTION, "a row that is not known", "a count in every column")
    columns = {nearest(word, header.middles) for word in values}
    if len(columns) != len(values):
        raise doubt(line.page, SECTION, "two counts in one column", "a count in every column")
    for word in values:
        category = header.categories[nearest(word, header.middles)] if len(values) > 1 else None
        cells = {
            "measure_name": measure,
            "category_name": category,
            "stated_count": texts.count(word.text),
        }
        yield Item("summary", line.page, present(cells))
