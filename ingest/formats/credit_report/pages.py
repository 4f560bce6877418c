"""The lines of a report: words of every page, folded, without footers, pages checked for gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.formats.credit_report.doubt import doubt
from ingest.formats.pdf_words import Word, fold
from ingest.formats.pdf_words import lines as lines_of
from ingest.reasons import DeliveryRefused, RefusalReason

TITLE = re.compile(r"个人信用报告(?:\(.{2,4}版\))?")
FOOTER = re.compile(r"第(\d{1,3})页,?共(\d{1,3})页")
HEAD_LINES = 12


@dataclass(frozen=True)
class Line:
    """Words on one baseline, from the left."""

    page: int
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The whole line without blanks."""
        return "".join(word.text for word in self.words)

    @property
    def baseline(self) -> float:
        """Distance from the top of the page."""
        return self.words[0].bottom

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.words[0].x0

    def between(self, left: float, right: float) -> Line:
        """The words whose middle lies there; may be none."""
        kept = (word for word in self.words if left <= (word.x0 + word.x1) / 2 < right)
        return Line(self.page, tuple(kept))


def read_lines(pages: Iterable[Sequence[Word]]) -> list[Line]:
    """Lines of all pages in reading order, without footers.

    Raises:
        DeliveryRefused: no credit report, or pages are missing or hold no text.
    """
    by_page = [
        [Line(number, tuple(map(_folded, line))) for line in lines_of(page) if line]
        for number, page in enumerate(pages, start=1)
    ]
    _refuse_others(by_page)
    for number, lines in enumerate(by_page, start=1):
        if not lines:
            found = "no text on it, as in a scan"
            raise doubt(number, "of any kind", found, "pages that all hold text")
    kept = [_without_footer(number, lines, len(by_page)) for number, lines in enumerate(by_page, 1)]
    return [line for lines in kept for line in lines]


def _folded(word: Word) -> Word:
    text = re.sub(r"\s", "", fold(word.text))
    return Word(text, word.x0, word.x1, word.top, word.bottom, word.page)


def _refuse_others(pages: list[list[Line]]) -> None:
    first = pages[0] if pages else []
    if any(TITLE.match(line.text) for line in first[:HEAD_LINES]) or not first:
        return
    footers = [match for line in first if (match := FOOTER.fullmatch(line.text))]
    if any(int(match[1]) > 1 for match in footers):
        found = "a page that says itself to be a later one"
        raise doubt(1, "of any kind", found, "a report from its first page on")
    raise DeliveryRefused(
        RefusalReason.UNKNOWN_FORMAT,
        f"a PDF of {len(pages)} pages that is not headed 个人信用报告",
        "a personal credit report of the credit reference centre",
        "deliver the report itself, as the centre issues it",
    )


def _without_footer(number: int, lines: list[Line], pages: int) -> list[Line]:
    footers = [line for line in lines if FOOTER.fullmatch(line.text)]
    if len(footers) != 1:
        found = f"{len(footers)} footers that number the page"
        raise doubt(number, "footer", found, "one, such as 第1页 共2页")
    match = FOOTER.fullmatch(footers[0].text)
    stated = tuple(map(int, match.groups())) if match else ()
    if stated != (number, pages):
        found = f"the footer of page {stated[0]} of {stated[1]} on page {number} of {pages}"
        raise doubt(number, "footer", found, "every page of the report, in order")
    return [line for line in lines if line is not footers[0]]
