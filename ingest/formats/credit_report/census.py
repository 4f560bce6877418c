"""The items of a brief report counted on its words, apart from the grammar that reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.formats.credit_report.pages import Line

LIST_LEFT = 120.0
TABLE_LEFT, TABLE_RIGHT = 180.0, 388.0
_SENTENCE = re.compile(r"\d{1,3}\.\d{4}年")
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_COUNT = re.compile(r"--|\d{1,4}")
_BLOCK = re.compile(r"(?:主管税务机关|立案法院|执行法院|处罚机构|机构名称):")
_DOCUMENT = "证件号码:"


def count_brief(lines: Sequence[Line]) -> int:
    """Report, documents, counts in the table, sentences, blocks and enquiries."""
    head = "".join(line.text for line in lines[: _at(lines, "信贷记录")])
    return 1 + head.count(_DOCUMENT) + sum(map(_items, lines))


def _items(line: Line) -> int:
    if _SENTENCE.match(line.text) and line.left < LIST_LEFT:
        return 1
    words = [word.text for word in line.words]
    if len(words) > 1 and words[0].isdigit() and _DAY.fullmatch(words[1]):
        return 1
    blocks = sum(_BLOCK.match(text) is not None for text in words)
    counts = sum(
        _COUNT.fullmatch(word.text) is not None
        for word in line.words
        if word.x0 > TABLE_LEFT and word.x1 < TABLE_RIGHT
    )
    return blocks + counts


def _at(lines: Sequence[Line], title: str) -> int:
    return next((at for at, line in enumerate(lines) if line.text == title), len(lines))
