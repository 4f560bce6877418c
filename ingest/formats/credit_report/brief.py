"""The brief report (简版) of either generation: sections, groups, numbered sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.blocks import block_items
from ingest.formats.credit_report.brief_counts import check_brief
from ingest.formats.credit_report.brief_summary import BOX_LEFT, summary_items
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.enquiries import enquiry_items
from ingest.formats.credit_report.identities import document_cells
from ingest.formats.credit_report.items import Cells, Item, Report, present
from ingest.formats.credit_report.pages import TITLE, Line
from ingest.formats.credit_report.paragraphs import GROUP_TITLES, sentence_items

CREDIT, POSTPAID, PUBLIC, ENQUIRIES, NOTES = (
    "信贷记录",
    "非信贷交易记录",
    "公共记录",
    "查询记录",
    "说明",
)
FIRST_SECTIONS = (CREDIT, PUBLIC, ENQUIRIES, NOTES)
SECOND_SECTIONS = (CREDIT, POSTPAID, PUBLIC, ENQUIRIES, NOTES)
SUMMARY = "信息概要"
_INSTANT = r"\d{4}[.\-/]\d{2}[.\-/]\d{2}\d{2}:\d{2}:\d{2}"
HEAD = re.compile(
    rf"报告编号:(?P<number>[0-9A-Za-z]{{8,40}})(?:查询时间:(?P<asked>{_INSTANT}))?"
    rf"报告时间:(?P<at>{_INSTANT})"
    r"姓名:(?P<name>.{1,60}?)证件类型:(?P<kind>.{1,30}?)证件号码:(?P<document>[0-9A-Za-z*()]{4,40})"
    r"(?P<marital>未婚|已婚|离异|离婚|丧偶|初婚|再婚|复婚|其他|未说明的婚姻状况|未知|--)"
    r"(?:其他证件信息)?(?P<others>(?:证件类型:.{1,30}?证件号码:[0-9A-Za-z*()]{4,40})*)"
)
OTHER_DOCUMENT = re.compile(r"证件类型:(.{1,30}?)证件号码:([0-9A-Za-z*()]{4,40})")
NOTE_COUNT_LIMIT = 9


def read_brief(lines: Sequence[Line]) -> Report:
    """Read a brief report.

    Raises:
        DeliveryRefused: something in it is not understood.
    """
    head, sections = _sections(lines)
    items, common = _head(head)
    is_first = "queried_at" in items[0].cells
    expected = FIRST_SECTIONS if is_first else SECOND_SECTIONS
    if tuple(sections) != expected:
        found = f"sections {', '.join(sections)}"
        raise doubt(lines[-1].page, "of any kind", found, f"the sections {', '.join(expected)}")
    items += _credit(sections[CREDIT])
    if not is_first:
        items += block_items(sections[POSTPAID], POSTPAID)
    items += block_items(sections[PUBLIC], PUBLIC)
    items += enquiry_items(sections[ENQUIRIES], ENQUIRIES)
    check_brief(items, is_first)
    _check_notes(sections[NOTES])
    generation = "first" if is_first else "second"
    return Report(items, common | {"version_code": "brief", "generation_code": generation})


def _sections(lines: Sequence[Line]) -> tuple[list[Line], dict[str, list[Line]]]:
    head: list[Line] = []
    sections: dict[str, list[Line]] = {}
    current = head
    for line in lines:
        if line.text in SECOND_SECTIONS:
            if line.text in sections:
                raise doubt(line.page, line.text, "the section's title again", "each title once")
            current = sections[line.text] = []
        else:
            current.append(line)
    return head, sections


def _head(lines: Sequence[Line]) -> tuple[list[Item], Cells]:
    body = [line for line in lines if not TITLE.fullmatch(line.text)]
    body = [line for line in body if not re.fullmatch(r"\(.{2,4}版\)", line.text)]
    match = HEAD.fullmatch("".join(line.text for line in body))
    if not match:
        raise doubt(1, "head", "a head that is not understood", "number, times, name, document")
    common = {"report_number": match["number"], "report_at": texts.instant(match["at"])}
    asked = match["asked"]
    report = Item("report", 1, present({"queried_at": texts.instant(asked) if asked else None}))
    identity = {
        "full_name": match["name"],
        "marital_status_name": texts.words(match["marital"] or ""),
    }
    cells = present(identity) | document_cells(match["kind"], match["document"])
    others = [
        Item("document", 1, document_cells(kind, number))
        for kind, number in OTHER_DOCUMENT.findall(match["others"])
    ]
    return [report, Item("identity", 1, cells), *others], common


def _credit(lines: Sequence[Line]) -> Iterator[Item]:
    start = next((at for at, line in enumerate(lines) if line.text == SUMMARY), None)
    if start is None:
        raise doubt(lines[0].page if lines else 1, CREDIT, "no table 信息概要", "the table")
    if re.search(r"\d{4}年|\d,\d{3}", "".join(line.text for line in lines[:start])):
        raise doubt(lines[0].page, CREDIT, "dates or amounts before 信息概要", "an introduction")
    after = range(start + 1, len(lines))
    end = next(
        (at for at in after if lines[at].between(0, BOX_LEFT).text in GROUP_TITLES), len(lines)
    )
    yield from summary_items(lines[start + 1 : end])
    yield from sentence_items(lines[end:], CREDIT)


def _check_notes(lines: Sequence[Line]) -> None:
    text = "".join(line.text for line in lines)
    numbers = [int(number) for number in re.findall(r"(?:^|。)(\d)\.", text)]
    is_sound = numbers == list(range(1, len(numbers) + 1)) and 1 <= len(numbers) <= NOTE_COUNT_LIMIT
    if not is_sound or re.search(r"\d{4}年|\d,\d{3}|发放的", text):
        page = lines[0].page if lines else 1
        raise doubt(page, NOTES, "more or less than the form's notes", "numbered notes")
