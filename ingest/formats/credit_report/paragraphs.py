"""Numbered sentences under titles and introductions, put together from the lines they wrap over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item, boolean
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.sentences import sentence_item
from ingest.formats.credit_report.texts import Unreadable

GROUP_TITLES = frozenset(
    {
        "资产处置信息",
        "保证人代偿信息",
        "垫款信息",
        "信用卡",
        "购房贷款",
        "其他贷款",
        "贷款",
        "其他业务",
        "为他人担保信息",
        "相关还款责任信息",
        "授信协议信息",
    }
)
LATE_INTRO = re.compile(r"(?:发生过逾期|透支超过60天)的(?:准?贷记卡)?账户明细如下:")
CLEAN_INTRO = re.compile(
    r"从未(?:发生过)?逾期过?的(?:贷记卡及透支未超过60天的准贷记卡)?账户明细如下:"
)
INTRO_BEGINNINGS = ("发生过", "从未", "透支超过")
NUMBERED = re.compile(r"(\d{1,3})\.(?=\d{4}年)")
LINE_GAP = 2.2
"""The most that lines of a sentence stand apart, in heights of their text."""


def sentence_items(lines: Sequence[Line], section: str) -> Iterator[Item]:
    """Items of the sentences of a section.

    Raises:
        DeliveryRefused: a sentence is not understood, a number or a line is missing.
    """
    groups = _Groups(section)
    for line in lines:
        yield from groups.take(line)
    yield from groups.end(is_last=True)


class _Sentence:
    """A sentence in the making."""

    def __init__(self, line: Line, text: str) -> None:
        self.page = line.page
        self.text = text
        self._last = line

    @property
    def is_ended(self) -> bool:
        """Whether it may be over."""
        return self.text.endswith("。")

    def take(self, line: Line, section: str) -> None:
        """Go on with a line."""
        gap = line.baseline - self._last.baseline
        if line.page == self._last.page and gap > LINE_GAP * line.words[0].height:
            raise doubt(line.page, section, "a gap within a sentence", "line below line")
        self.text += line.text
        self._last = line


class _Groups:
    """What is known of the place that lines are read at."""

    def __init__(self, section: str) -> None:
        self._section = section
        self._title = ""
        self._has_been_overdue: bool | None = None
        self._number = 0
        self._may_restart = True
        self._intro = ""
        self._announces = False
        self._sentence: _Sentence | None = None
        self._page = 0

    def take(self, line: Line) -> Iterator[Item]:
        """Take a line; gives the item that it shows to be whole."""
        self._page = line.page
        start = NUMBERED.match(line.text)
        sentence = self._sentence
        if start and not self._intro:
            yield from self.end()
            self._count(int(start.group(1)))
            self._sentence = _Sentence(line, line.text[start.end() :])
        elif sentence is not None and not sentence.is_ended:
            sentence.take(line, self._section)
        elif _is_title(self._intro + line.text):
            title, self._intro = self._intro + line.text, ""
            yield from self.end()
            self._begin(title)
        elif sentence is None or (self._intro + line.text).startswith(INTRO_BEGINNINGS):
            self._intro += line.text
        else:
            sentence.take(line, self._section)

    def end(self, *, is_last: bool = False) -> Iterator[Item]:
        """Give the item of the sentence that is over."""
        if self._intro:
            found = "a line that is neither sentence nor title"
            raise doubt(self._page, self._section, found, "titles and numbered sentences")
        if self._sentence is not None:
            yield self._item(self._sentence)
            self._announces = False
        self._sentence = None
        if is_last and self._announces:
            raise doubt(self._page, self._section, "a title without sentences", "at least one")

    def _begin(self, title: str) -> None:
        """Go on under a title, or under an introduction of the same title."""
        if self._announces and (title in GROUP_TITLES or self._has_been_overdue is not None):
            raise doubt(self._page, self._section, "a title without sentences", "at least one")
        self._may_restart = self._announces = True
        if title in GROUP_TITLES:
            self._title, self._has_been_overdue = title, None
        else:
            self._has_been_overdue = LATE_INTRO.fullmatch(title) is not None

    def _count(self, number: int) -> None:
        if number != self._number + 1 and not (self._may_restart and number == 1):
            found = f"sentence {number} behind sentence {self._number}"
            raise doubt(self._page, self._section, found, "no gaps")
        self._number, self._may_restart = number, False

    def _item(self, sentence: _Sentence) -> Item:
        try:
            item_type, cells = sentence_item(sentence.text)
        except Unreadable as error:
            found = "a sentence that is not understood"
            raise doubt(sentence.page, self._section, found, str(error)) from None
        if item_type == "account":
            if self._has_been_overdue is None:
                found = "an account without the words that introduce it"
                raise doubt(sentence.page, self._section, found, "such as 从未逾期过的账户明细如下")
            cells["has_been_overdue"] = boolean(self._has_been_overdue)
        return Item(item_type, sentence.page, cells, group=self._title)


def _is_title(text: str) -> bool:
    is_intro = LATE_INTRO.fullmatch(text) or CLEAN_INTRO.fullmatch(text)
    return text in GROUP_TITLES or is_intro is not None
