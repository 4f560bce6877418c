"""Tables of a printed statement: where the columns stand, and which words make which cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.formats.pdf_words import LINE_DRIFT, Word, fold
from ingest.formats.statement_kinds import StatementKind

Line = Sequence[Word]

LEFT_TOLERANCE = 5.0
"""Points by which a left-aligned cell may begin before its header."""
ANCHOR_TOLERANCE = 10.0
"""Points by which an anchor may stand beside its header: dates in the head of a page are none."""
HEADER_BAND = 3.0
"""Headers of one table stand within so many heights of each other."""
HEADERS_NEEDED = 0.6
"""Share of a kind's headers that a page must have; some exports leave columns out."""
WRAP_PITCH = 1.65
"""Lines of one wrapped cell lie within so many heights of each other."""
CENTRE_DRIFT = 0.7
"""A wrapped cell's middle lies within so many heights of its record's anchor."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand on the page: left edge and middle of each header."""

    kind: StatementKind
    places: Mapping[str, tuple[float, float]]
    bottom: float

    def of(self, word: Word) -> str:
        """The column in which a word stands."""
        if self.kind.is_centred:
            middle = (word.x0 + word.x1) / 2
            return min(self.places, key=lambda name: abs(self.places[name][1] - middle))
        reached = [n for n, place in self.places.items() if place[0] <= word.x0 + LEFT_TOLERANCE]
        ordered = reached or list(self.places)[:1]
        return max(ordered, key=lambda name: self.places[name][0])

    def has_anchor(self, word: Word) -> bool:
        """Does the word stand right under the anchor's header, and look like an anchor?"""
        left, middle = self.places[self.kind.anchor]
        beside = (word.x0 + word.x1) / 2 - middle if self.kind.is_centred else word.x0 - left
        is_anchor = re.fullmatch(self.kind.anchor_pattern, fold(word.text)) is not None
        return is_anchor and abs(beside) <= ANCHOR_TOLERANCE


@dataclass
class Row:
    """One record: its anchor, the words of its cells, and whether words near it fit no cell."""

    anchor: Word
    words: dict[str, list[Word]] = field(default_factory=dict)
    has_strays: bool = False

    def cells(self) -> dict[str, str]:
        """Texts by column; lines of a wrapped cell follow each other without a blank."""
        return {name: _text(words) for name, words in self.words.items()}


def find_columns(page: Sequence[Line], at: int, kind: StatementKind) -> Columns | None:
    """The columns of a table whose header has the anchor on line `at` of the page, if it is one."""
    main = page[at]
    found = _phrases(main, kind.headers)
    if kind.anchor not in found:
        return None
    band = HEADER_BAND * main[0].height
    for line in page[max(0, at - 6) : at + 7]:
        if line is not main and abs(line[0].bottom - main[0].bottom) <= band:
            found = _phrases(line, kind.headers) | found
    if len(found) < HEADERS_NEEDED * len(kind.headers):
        return None
    places = {name: found[name] for name in kind.headers if name in found}
    return Columns(kind, places, main[0].bottom)


def rows_of(lines: Sequence[Line], columns: Columns) -> list[Row]:
    """The records among the lines below a header (or of a page that goes on without one)."""
    kind = columns.kind
    rows = [Row(word) for line in lines for word in line if columns.has_anchor(word)]
    if not rows:
        return []
    by_column: dict[str, list[Word]] = {}
    for line in lines:
        for word in line:
            by_column.setdefault(columns.of(word), []).append(word)
    for name, words in by_column.items():
        if kind.is_top_aligned:
            _assign_below(rows, name, words)
        elif kind.has_group_lines:
            _assign_beside(rows, name, words)
        else:
            _assign_around(rows, name, words)
    return rows


def _assign_below(rows: Sequence[Row], name: str, words: Sequence[Word]) -> None:
    """A word belongs to the last anchor that is not below it, while its cell goes on."""
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        top = row.anchor.bottom - LINE_DRIFT * row.anchor.height
        end = following.anchor.bottom if following else float("inf")
        last = row.anchor.bottom
        for word in words:
            if not top <= word.bottom < end - LINE_DRIFT * word.height:
                continue
            if word.bottom - last <= WRAP_PITCH * row.anchor.height:
                row.words.setdefault(name, []).append(word)
                last = word.bottom
            elif following:
                row.has_strays = True


def _assign_beside(rows: Sequence[Row], name: str, words: Sequence[Word]) -> None:
    """Cells are not wrapped; a word on another line heads a group and belongs to no record."""
    for word in words:
        row = _nearest(rows, word.bottom)
        if _is_beside(word, row):
            row.words.setdefault(name, []).append(word)


def _assign_around(rows: Sequence[Row], name: str, words: Sequence[Word]) -> None:
    """The lines of a wrapped cell stand around its anchor, as many above as below."""
    first, last = rows[0].anchor.bottom, rows[-1].anchor.bottom
    for cell in _wrapped(words):
        middle = (cell[0].bottom + cell[-1].bottom) / 2
        near = [r for r in rows if cell[0].top - 1 <= r.anchor.bottom <= cell[-1].bottom + 1]
        owner = _nearest(rows, middle)
        distance = abs(owner.anchor.bottom - middle)
        if len(near) <= 1 and distance <= CENTRE_DRIFT * cell[0].height:
            owner.words.setdefault(name, []).extend(cell)
            continue
        for word in cell:
            row = _nearest(rows, word.bottom)
            if len(near) > 1 or _is_beside(word, row):
                row.words.setdefault(name, []).append(word)
            elif first < word.bottom < last:
                row.has_strays = True


def _is_beside(word: Word, row: Row) -> bool:
    return abs(row.anchor.bottom - word.bottom) <= LINE_DRIFT * word.height


def _wrapped(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words of one column, from the top, in groups of lines that follow closely."""
    cell: list[Word] = []
    for word in words:
        if cell and word.bottom - cell[-1].bottom > WRAP_PITCH * cell[-1].height:
            yield cell
            cell = []
        cell.append(word)
    if cell:
        yield cell


def _nearest(rows: Sequence[Row], bottom: float) -> Row:
    return min(rows, key=lambda row: abs(row.anchor.bottom - bottom))


def _phrases(line: Line, headers: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Headers that stand on a line, each as one word or as several that follow each other."""
    found: dict[str, tuple[float, float]] = {}
    for start in range(len(line)):
        text = ""
        for end in range(start, min(start + 4, len(line))):
            text += fold(line[end].text).replace(" ", "")
            if text in headers and text not in found:
                left, right = line[start].x0, line[end].x1
                found[text] = (left, (left + right) / 2)
    return found


def _text(words: Sequence[Word]) -> str:
    parts: list[str] = []
    for before, word in zip([None, *words], words, strict=False):
        is_same_line = before is not None and (
            abs(before.bottom - word.bottom) <= LINE_DRIFT * word.height
        )
        parts.append((" " if is_same_line else "") + fold(word.text))
    return "".join(parts).strip()
