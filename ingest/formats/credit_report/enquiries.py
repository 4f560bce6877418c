"""The tables of who asked for the report: number, day, asker, reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item, present
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.tables import cells_about, middle_of, nearest
from ingest.formats.credit_report.texts import Unreadable
from ingest.formats.pdf_words import Word

TITLES = {
    "机构查询记录明细": "institution",
    "本人查询记录明细": "self",
    "个人查询记录明细": "self",
}
HEADER = re.compile(r"编号查询日期(查询操作员|查询机构)查询原因")
NOTHING = re.compile(r"系统中没有您最近\d年内的.*查询记录。")
INTRO = re.compile(r"这部分包含您的信用报告最近\d年内被查询的记录。?")


def enquiry_items(lines: Sequence[Line], section: str) -> Iterator[Item]:
    """Items of the section's tables.

    Raises:
        DeliveryRefused: a line belongs to no table, a row is odd, or numbers are missing.
    """
    place = 0
    while place < len(lines):
        line = lines[place]
        if line.text in TITLES:
            end = _end(lines, place + 1)
            yield from _table(lines[place:end], TITLES[line.text], section)
            place = end
        elif INTRO.fullmatch(line.text) or NOTHING.fullmatch(line.text):
            place += 1
        else:
            raise doubt(line.page, section, "a line outside its tables", "tables of enquiries")


def _end(lines: Sequence[Line], start: int) -> int:
    return next((at for at in range(start, len(lines)) if lines[at].text in TITLES), len(lines))


def _table(lines: Sequence[Line], enquirer: str, section: str) -> Iterator[Item]:
    title, *rest = lines
    header = HEADER.fullmatch(rest[0].text) if rest else None
    if not header or len(rest[0].words) != 4:
        raise doubt(title.page, section, "a table without its header", "编号 查询日期 … 查询原因")
    middles = [middle_of(word) for word in rest[0].words]
    has_operator = header.group(1) == "查询操作员"
    number = 0
    for page, found in groupby(rest[1:], lambda line: line.page):
        columns: list[list[Word]] = [[] for _ in middles]
        for line in found:
            for word in line.words:
                columns[nearest(word, middles)].append(word)
        for row in _rows(columns, page, section):
            number += 1
            if row[0] != str(number):
                raise doubt(page, section, f"another number where {number} is due", "no gaps")
            try:
                yield Item("enquiry", page, _cells(row, enquirer, has_operator))
            except Unreadable as error:
                raise doubt(page, section, f"row {number} is unreadable", str(error)) from None
    if not number:
        raise doubt(title.page, section, "a table without rows", "rows under their header")


def _rows(columns: list[list[Word]], page: int, section: str) -> Iterator[tuple[str, ...]]:
    anchors = [word.bottom for word in columns[0]]
    cells = [cells_about(anchors, column) for column in columns]
    if any(column is None for column in cells):
        raise doubt(page, section, "rows that cannot be told apart", "rows around their numbers")
    return zip(*(column or [] for column in cells), strict=True)


def _cells(row: Sequence[str], enquirer: str, has_operator: bool) -> dict[str, str]:
    _, on, asker, reason = row
    institution, slash, operator = asker.partition("/") if has_operator else (asker, "", "")
    if not institution or not reason:
        raise Unreadable("an asker and a reason")
    return present(
        {
            "enquirer_code": enquirer,
            "enquired_date": texts.day(on),
            "institution_name": institution,
            "operator_name": operator if slash else None,
            "reason_name": reason,
        }
    )
