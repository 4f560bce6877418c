"""The detailed report (详版) of the second generation: parts, cards of grids, grids of months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.formats.credit_report import grids, months, texts
from ingest.formats.credit_report.cards import CARD, DEBTORS, check_whole, new_item
from ingest.formats.credit_report.clauses import expanded
from ingest.formats.credit_report.detailed_cells import cells_from
from ingest.formats.credit_report.detailed_counts import check_detailed
from ingest.formats.credit_report.detailed_summary import summary_items
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.grid import Fate, Grid, Rows, plain
from ingest.formats.credit_report.grid_rows import rows_of
from ingest.formats.credit_report.grids import MONTHS
from ingest.formats.credit_report.headers import Header, find_header
from ingest.formats.credit_report.items import Cells, Item, Report
from ingest.formats.credit_report.pages import TITLE, Line
from ingest.formats.credit_report.texts import Unreadable

SECTIONS = (
    "个人基本信息",
    "信息概要",
    "信贷交易信息明细",
    "非信贷交易信息明细",
    "公共信息明细",
    "本人声明",
    "异议标注",
    "查询记录",
    "报告说明",
)
REQUIRED = frozenset({SECTIONS[0], SECTIONS[1], SECTIONS[2], SECTIONS[7], SECTIONS[8]})
HEAD = "报告头"
OBJECTION_HINT = "异议信息提示"
HEAD_TITLES = frozenset({"其他证件信息", "防欺诈警示信息", OBJECTION_HINT})
NUMERAL = "[一二三四五六七八九十]"
SECTION = re.compile(rf"{NUMERAL}、?({'|'.join(SECTIONS)})")
PART = re.compile(rf"(?:\({NUMERAL}+\))?({'|'.join(grids.PARTS)})")
AS_OF = re.compile(expanded(r"截至<D:as_of_date>"))
UNUSED = re.compile(expanded(r"截至<D:as_of_date>,账户状态为[\"“”]?未激活[\"“”]?。"))
OBJECTIONS = re.compile(r"信息主体对信用报告内容提出了(\d{1,3})笔异议[^。]*。")
NOTHING = re.compile(r"系统中没有您[^。]*。")
_INSTANT = r"\d{4}[.\-/]\d{2}[.\-/]\d{2}\d{2}:\d{2}:\d{2}"
NUMBERS = re.compile(rf"报告编号:(?P<number>[0-9A-Za-z]{{8,40}})报告时间:(?P<at>{_INSTANT})")
NOTE_CONTENT = re.compile(r"账户\d|\d,\d{3}|\d{4}\.\d{2}")


def read_detailed(lines: Sequence[Line]) -> Report:
    """Read a detailed report.

    Raises:
        DeliveryRefused: something in it is not understood.
    """
    head, sections = _sections(lines)
    reader = _Reader()
    common = reader.read_head(head)
    for name, body in sections.items():
        if name == "信息概要":
            reader.items += summary_items(body)
        elif name == "报告说明":
            if NOTE_CONTENT.search("".join(line.text for line in body)):
                raise doubt(body[0].page, name, "more than the form's notes", "notes")
        else:
            reader.read(name, body)
    check_detailed(reader.items)
    return Report(reader.items, common | {"version_code": "detailed", "generation_code": "second"})


def _sections(lines: Sequence[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    head: list[Line] = []
    sections: dict[str, list[Line]] = {}
    current = head
    for line in lines:
        match = SECTION.fullmatch(line.text)
        if match:
            if match[1] in sections:
                raise doubt(line.page, match[1], "the section's title again", "each title once")
            current = sections[match[1]] = []
        else:
            current.append(line)
    in_order = [name for name in SECTIONS if name in sections]
    if list(sections) != in_order or not sections.keys() >= REQUIRED:
        found = f"sections {', '.join(sections)}"
        raise doubt(lines[-1].page, "of any kind", found, f"among {', '.join(SECTIONS)}, in order")
    return head, sections


@dataclass
class _Open:
    """A grid whose values are being gathered."""

    header: Header[Grid]
    title: re.Match[str] | None = None
    body: list[Line] = field(default_factory=list)


class _Reader:
    """Goes through the lines of a part and makes items of its grids."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._identity = Item("identity", 1)
        self._part = HEAD
        self._known: dict[tuple[str, ...], Grid] = {}
        self._open: _Open | None = None
        self._month_title: re.Match[str] | None = None
        self._current: Item | None = None
        self._opened: list[Item] = []
        self._seen: set[tuple[str, ...]] = set()
        self._debtor_type = ""
        self._card = 0

    def read_head(self, lines: Sequence[Line]) -> Cells:
        """The head: number, time, person, other documents, warnings."""
        body = [line for line in lines if not TITLE.fullmatch(line.text)]
        body = [line for line in body if not re.fullmatch(r"\(.{2,4}版\)", line.text)]
        match = NUMBERS.fullmatch(body[0].text) if body else None
        if not match:
            raise doubt(1, HEAD, "a head that is not understood", "number and time of the report")
        self._known = _known(grids.HEAD_GRIDS)
        rest = [line for line in body[1:] if line.text not in HEAD_TITLES]
        self._grids(rest)
        person = next((item for item in self.items if item.item_type == "identity"), None)
        if person is None:
            raise doubt(1, HEAD, "nobody who is reported on", "name and document")
        cells = person.cells
        asked = {name: cells.pop(name) for name in ("institution_name", "reason_name")}
        self._identity = person
        self.items.insert(0, Item("report", 1, asked))
        return {"report_number": match["number"], "report_at": texts.instant(match["at"])}

    def read(self, section: str, lines: Sequence[Line]) -> None:
        """A section and its parts."""
        self._begin(section if section in grids.PARTS else "", section)
        start = 0
        for at, line in enumerate(lines):
            match = PART.fullmatch(line.text)
            if match:
                self._grids(lines[start:at])
                self._begin(match[1], section)
                start = at + 1
        self._grids(lines[start:])

    def _begin(self, part: str, section: str) -> None:
        self._part = part or section
        self._known = _known(grids.PARTS.get(part, ()))
        self._current = self._identity if part == "身份信息" else None
        self._opened, self._card, self._debtor_type = [], 0, ""
        self._seen = set()

    def _grids(self, lines: Sequence[Line]) -> None:
        place = 0
        while place < len(lines):
            line = lines[place]
            if self._is_mark(line):
                place += 1
                continue
            header = find_header(lines, place, self._known)
            if header is not None:
                self._close()
                if (header.known is MONTHS) != (self._month_title is not None):
                    raise doubt(line.page, self._part, "months without title", "title and months")
                self._open, self._month_title = _Open(header, self._month_title), None
                place += header.lines
            elif self._open is not None:
                self._open.body.append(line)
                place += 1
            else:
                raise doubt(line.page, self._part, "a line that is in no grid", "known grids")
        self._close()
        self._check()
        for grid in self._known.values():
            joins_rows = grid.rows is Rows.NUMBERED and self._opened
            is_due = grid.fate is Fate.JOINS and (joins_rows or grid.item_type == "identity")
            if is_due and grid.labels not in self._seen:
                found = f"no grid with {grid.labels[-1]}"
                raise doubt(self.items[-1].page, self._part, found, "all of its grids")

    def _is_mark(self, line: Line) -> bool:
        """Take a line that is no part of a grid: the title of a card, a date, a sentence."""
        text = line.text
        if card := CARD.fullmatch(text):
            self._close()
            self._begin_card(card, line.page)
        elif months_of := months.TITLE.fullmatch(text):
            self._close()
            self._month_title = months_of
        elif as_of := AS_OF.fullmatch(text) or UNUSED.fullmatch(text):
            self._close()
            cells = {"as_of_date": str(texts.day(as_of["as_of_date"]))}
            if UNUSED.fullmatch(text):
                cells["status_code"] = "unused"
            self._join(cells, line.page)
        elif text in DEBTORS and self._part == "相关还款责任信息":
            self._close()
            self._debtor_type, self._card = DEBTORS[text], 0
        elif self._part == HEAD and (objections := OBJECTIONS.fullmatch(text)):
            self._close()
            cells = {"summary_name": OBJECTION_HINT, "measure_name": "笔数"}
            self.items.append(Item("summary", line.page, cells | {"stated_count": objections[1]}))
        elif NOTHING.fullmatch(text):
            self._close()
        else:
            return False
        return True

    def _begin_card(self, match: re.Match[str], page: int) -> None:
        self._check()
        self._card += 1
        if int(match[2]) != self._card:
            raise doubt(page, self._part, f"card {match[2]} where {self._card} is due", "no gaps")
        self._current = new_item(match, page, self._part, self._debtor_type)
        self.items.append(self._current)

    def _close(self) -> None:
        """Make items of the grid that is open."""
        opened, self._open = self._open, None
        if opened is None:
            return
        grid, labels = opened.header.known, opened.header.labels
        if grid is MONTHS:
            if self._current is None or opened.title is None:
                raise doubt(opened.body[0].page, self._part, "months of nothing", "an account")
            self.items += months.month_items(
                opened.title, labels, opened.body, self._current, self._part
            )
            return
        rows = rows_of(grid, labels, opened.body, self._part)
        self._seen.add(grid.labels)
        if (
            grid.rows is Rows.NUMBERED
            and grid.fate is Fate.JOINS
            and len(rows) != len(self._opened)
        ):
            found = f"{len(rows)} rows under {grid.labels[1]}, {len(self._opened)} before"
            raise doubt(rows[0][0], self._part, found, "as many rows in each grid")
        for number, (page, row) in enumerate(rows):
            try:
                cells = cells_from(pair for pair in zip(grid.cells, row, strict=True) if pair[0])
            except Unreadable as error:
                found = f"a row under {grid.labels[0]} is unreadable"
                raise doubt(page, self._part, found, str(error)) from None
            self._take(grid, number, cells, page)

    def _take(self, grid: Grid, number: int, cells: Cells, page: int) -> None:
        if grid.fate is Fate.JOINS:
            if grid.rows is Rows.NUMBERED:
                self._current = self._opened[number]
            self._join(cells, page)
            return
        if self._part in {"机构查询记录明细", "本人查询记录明细"}:
            cells["enquirer_code"] = "self" if self._part.startswith("本人") else "institution"
        item = Item(grid.item_type, page, cells)
        if grid.fate is Fate.HANGS:
            item.parent = self._current
        else:
            self._current = item
            self._opened.append(item)
        self.items.append(item)

    def _join(self, cells: Cells, page: int) -> None:
        if self._current is None or cells.keys() & self._current.cells.keys():
            raise doubt(page, self._part, "cells that belong to nothing or stand twice", "one item")
        self._current.cells |= cells

    def _check(self) -> None:
        if self._current is not None and self._part != HEAD:
            check_whole(self._current, self._part)


def _known(part: Sequence[Grid]) -> dict[tuple[str, ...], Grid]:
    return {tuple(map(plain, grid.labels)): grid for grid in (*part, MONTHS)}
