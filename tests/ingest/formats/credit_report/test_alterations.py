"""What somebody changed, or the centre prints anew, raises doubt: counts, titles, labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.formats.credit_report.pages import Line
from ingest.reasons import DeliveryRefused, RefusalReason
from simulate.credit_reports import write_report
from tests.ingest.formats.credit_report.reports import items_of, lines_of

COUNT = re.compile(r"\d{1,4}")
HELD_TABLES = {
    "brief1": ("信息概要", "记录明细"),
    "brief2": ("信息概要", "记录明细"),
    "detailed2": ("(一)信贷交易信息提示", "(二)"),
}
"""Where tables of counts begin that are held against the lists, and what stands behind them."""
SECTION = re.compile(r"公共记录|查询记录|[一二三四五六七八]、?.{4,9}")


def counts_in(lines: list[Line], kind: str) -> Iterator[tuple[int, int]]:
    """Line and word of every count of the table."""
    begin, end = HELD_TABLES[kind]
    start = next(at for at, line in enumerate(lines) if line.text == begin)
    for at in range(start + 1, len(lines)):
        text = lines[at].text
        if text.startswith(end) or text.endswith(("明细如下:", "信息", end)):
            return
        for place, word in enumerate(lines[at].words):
            if COUNT.fullmatch(word.text) and word.x1 < 388 + 100 * (kind == "detailed2"):
                yield at, place


def with_word(lines: list[Line], at: int, place: int, text: str) -> list[Line]:
    """The lines with one word changed, where it stands."""
    words = list(lines[at].words)
    words[place] = replace(words[place], text=text)
    return [*lines[:at], Line(lines[at].page, tuple(words)), *lines[at + 1 :]]


def reason_of(lines: list[Line]) -> str | None:
    """Why the lines are refused; None where they are read."""
    try:
        return None if items_of(lines) is not None else "counts of items differ"
    except DeliveryRefused as refusal:
        return refusal.reason_code


@pytest.mark.parametrize("kind", HELD_TABLES)
@pytest.mark.parametrize("change", [1, -1, 10])
def test_a_count_that_disagrees_with_the_list(kind: str, change: int, tmp_path: Path) -> None:
    lines = lines_of(write_report(tmp_path, 2, kind).pdf)
    places = list(counts_in(lines, kind))
    assert len(places) > 3
    for at, place in places:
        number = int(lines[at].words[place].text)
        altered = with_word(lines, at, place, str(abs(number + change)))
        assert reason_of(altered) == RefusalReason.PARSE_LOW_CONFIDENCE


UNKNOWN = (
    ("brief2", "公共记录", "公共信息"),
    ("brief2", "账户数", "账户总数"),
    ("brief2", "信用卡", "购物卡"),
    ("brief2", "机构查询记录明细", "商户查询记录明细"),
    ("brief2", "查询原因", "查询用途"),
    ("brief2", "案号:.*", "卷号:1"),
    ("brief1", "查询操作员", "操作员"),
    ("brief1", "购房贷款", "购车贷款"),
    ("detailed2", ".?、?公共信息明细", "五公共事务明细"),
    ("detailed2", r"\(.+\)非循环贷账户", "(二)分期账户"),
    ("detailed2", "管理机构", "经办机构"),
    ("detailed2", "账户关闭日期", "关闭日期"),
    ("detailed2", "人民币元", "贝壳币"),
    ("detailed2", "结清", "了结"),
    ("detailed2", "N", "Q"),
    ("detailed2", "首笔业务发放月份", "首笔业务月份"),
)
"""A text of the form as a pattern, and one that the form does not know."""
PERSON_WITH_ALL = 12


@pytest.mark.parametrize(("kind", "known", "unknown"), UNKNOWN)
def test_what_the_form_does_not_know(kind: str, known: str, unknown: str, tmp_path: Path) -> None:
    lines = lines_of(write_report(tmp_path, PERSON_WITH_ALL, kind).pdf)
    at, place = next(
        (at, place)
        for at, line in enumerate(lines)
        for place, word in enumerate(line.words)
        if re.fullmatch(known, word.text)
    )
    altered = with_word(lines, at, place, unknown)
    assert reason_of(altered) == RefusalReason.PARSE_LOW_CONFIDENCE


@pytest.mark.parametrize("kind", HELD_TABLES)
def test_a_section_that_the_form_does_not_have(kind: str, tmp_path: Path) -> None:
    """A line of another kind, wherever a section ends."""
    lines = lines_of(write_report(tmp_path, 2, kind).pdf)
    title = "九数字资产明细" if kind == "detailed2" else "数字资产记录"
    ends = [at for at, line in enumerate(lines) if at and SECTION.fullmatch(line.text)]
    assert len(ends) > 1
    for at in ends:
        added = Line(lines[at].page, (replace(lines[at].words[0], text=title),))
        altered = [*lines[:at], added, *lines[at:]]
        assert reason_of(altered) == RefusalReason.PARSE_LOW_CONFIDENCE, lines[at].text
