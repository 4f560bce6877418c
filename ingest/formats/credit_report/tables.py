"""Rows of a printed table told by position: cells wrap, in the middle of their row or from its top.

A row is known by its anchor, a cell that never wraps, such as its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.formats.pdf_words import Word, lines

TOLERANCE = 2.0
"""How far, in points, text may stand from where its row's anchor puts it."""
LINE_GAP = 2.0
"""The most that lines of a cell stand apart, in heights of their text."""

Group = list[list[Word]]


def nearest(word: Word, middles: Sequence[float]) -> int:
    """Which of the columns, known by their middles, a word stands in."""
    middle = (word.x0 + word.x1) / 2
    return min(range(len(middles)), key=lambda place: abs(middles[place] - middle))


def middle_of(word: Word) -> float:
    """Middle of a word."""
    return (word.x0 + word.x1) / 2


def joined(group: Group) -> str:
    """Text of the lines of a cell."""
    return "".join(word.text for line in group for word in line)


def cells_about(anchors: Sequence[float], words: Sequence[Word]) -> list[str] | None:
    """The words of one column as one text per row; None when they cannot be told apart.

    Args:
        anchors: baselines of the rows' anchors, from the top, all on one page.
        words: of the column, on that page.
    """
    found = lines(words)
    if not anchors:
        return None if found else []
    for share in (_share_centred, _share_from_top):
        groups = share(anchors, found)
        if groups is not None and all(map(is_solid, groups)):
            return [joined(group) for group in groups]
    return None


def is_solid(group: Group) -> bool:
    """Whether no line is missing between those of a cell."""
    gaps = (after[0].bottom - before[0].bottom for before, after in pairwise(group))
    return all(gap <= LINE_GAP * group[0][0].height for gap in gaps)


def _share_centred(anchors: Sequence[float], found: Group) -> list[Group] | None:
    groups, place = [], 0
    for anchor in anchors:
        group: Group = []
        if place < len(found) and found[place][0].bottom <= anchor + TOLERANCE:
            last = 2 * anchor - found[place][0].bottom + TOLERANCE
            while place < len(found) and found[place][0].bottom <= last:
                group.append(found[place])
                place += 1
            middle = (group[0][0].bottom + group[-1][0].bottom) / 2
            if abs(middle - anchor) > TOLERANCE:
                return None
        groups.append(group)
    return groups if place == len(found) else None


def _share_from_top(anchors: Sequence[float], found: Group) -> list[Group] | None:
    groups, place = [], 0
    ends = [*anchors[1:], float("inf")]
    for anchor, end in zip(anchors, ends, strict=True):
        group: Group = []
        while place < len(found) and found[place][0].bottom < end - TOLERANCE:
            group.append(found[place])
            place += 1
        if group and abs(group[0][0].bottom - anchor) > TOLERANCE:
            return None
        groups.append(group)
    return groups if place == len(found) else None
