"""The items of a detailed report counted on its lines, apart from the grids that read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.formats.credit_report.pages import Line

NUMBER_RIGHT = 80.0
_HEADING = re.compile(r"[一二三四五六七八九十]、?(\D{4,10})")
_PART = re.compile(r"\([一二三四五六七八九十]+\).+|.+查询记录明细")
_CARD = re.compile(r"(?:账户|授信协议)\d+(?:\(.*\))?")
_MONTHS = re.compile(r"(\d{4})年(\d{2})月-(\d{4})年(\d{2})月的(?:还款|缴费)记录")
_DATE = re.compile(r"\d{4}\.\d{2}\.\d{2}")
_VALUE = re.compile(r"--|[\d,]+|\d{4}\.\d{2}")
_OTHER_THINGS = re.compile(r"\(|账户\d|截至|\d{4}年\d{2}月-")


def count_detailed(lines: Sequence[Line]) -> int:
    """Report and person, and what `_counts` finds in each stretch between two headings."""
    starts = [at for at, line in enumerate(lines) if _is_heading(line.text)]
    stretches = [*pairwise(starts), (starts[-1], len(lines))] if starts else []
    head = lines[: starts[0]] if starts else lines
    counted = 2 + _in_head(head)
    is_summary = False
    for start, end in stretches:
        text = lines[start].text
        if _HEADING.fullmatch(text):
            is_summary = text.endswith("信息概要")
        if text.endswith("报告说明"):
            break
        body = lines[start + 1 : end]
        counted += sum(_summary_values(body)) if is_summary else sum(_counts(body))
    return counted


def _is_heading(text: str) -> bool:
    return bool(_HEADING.fullmatch(text) or _PART.fullmatch(text))


def _in_head(lines: Sequence[Line]) -> int:
    """Rows under 其他证件信息 (two texts), warnings (with two dates), objections under way."""
    texts = [line.text for line in lines]
    start = texts.index("其他证件信息") + 2 if "其他证件信息" in texts else len(lines)
    behind = [texts.index(title) for title in ("防欺诈警示信息", "异议信息提示") if title in texts]
    end = min(behind, default=len(lines))
    warnings = sum(sum(map(_is_date, line.words)) == 2 for line in lines)
    objections = sum("笔异议" in text for text in texts)
    return sum(len(line.words) >= 2 for line in lines[start:end]) + warnings + objections


def _is_date(word: object) -> bool:
    return _DATE.fullmatch(getattr(word, "text", "")) is not None


def _summary_values(lines: Sequence[Line]) -> Iterator[int]:
    """Values by their form; the row with a whole date has two texts beside it."""
    for line in lines:
        for word in line.words:
            if _is_date(word):
                yield 3
            elif _VALUE.fullmatch(word.text):
                yield 1


def _counts(lines: Sequence[Line]) -> Iterator[int]:
    """Cards, months, numbered rows (each number once), spouses, funds and special trades."""
    numbers: set[str] = set()
    trades = False
    for line in lines:
        first = line.words[0]
        if _CARD.fullmatch(line.text):
            yield 1
        elif match := _MONTHS.fullmatch(line.text):
            years, months = int(match[3]) - int(match[1]), int(match[4]) - int(match[2])
            yield years * 12 + months + 1
        elif line.text.startswith(("参缴地", "姓名证件类型")):
            yield 1
        elif first.text.isdigit() and first.x1 < NUMBER_RIGHT and len(first.text) < 4:
            numbers.add(first.text)
        trades = not _OTHER_THINGS.match(line.text) and (trades or "特殊交易类型" in line.text)
        if trades:
            yield sum(map(_is_date, line.words))
    yield len(numbers)
