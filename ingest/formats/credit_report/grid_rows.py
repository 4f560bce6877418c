"""Values of a grid: words put under their labels, rows told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.grid import Grid, Rows
from ingest.formats.credit_report.headers import Label
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.tables import TOLERANCE, cells_about, is_solid
from ingest.formats.pdf_words import Word, lines

ALIGNED = 7.0
"""How far, in points, a text may stand from the middle or the left edge of its label."""
_DATE = re.compile(r"\d{4}\.\d{2}\.\d{2}")

Row = tuple[int, tuple[str, ...]]
"""Page, and texts from the left."""


def rows_of(grid: Grid, labels: Sequence[Label], body: Sequence[Line], part: str) -> list[Row]:
    """The rows under a header.

    Raises:
        DeliveryRefused: a text stands under no label, or rows cannot be told apart.
    """
    found: list[Row] = []
    for page, page_lines in groupby(body, lambda line: line.page):
        words = [word for line in page_lines for word in line.words]
        columns = _columns(words, labels, page, part)
        if grid.rows is Rows.ONE:
            if not _is_one_row(columns):
                raise doubt(page, part, "cells of a row that do not fit together", "whole cells")
            found.append((page, tuple(_text(column) for column in columns)))
        else:
            found += _anchored(grid, columns, page, part)
    if not found or (grid.rows is Rows.ONE and len(found) != 1):
        label = grid.labels[-1]
        raise doubt(labels[0].page, part, f"{len(found)} rows under {label}", "its row or rows")
    if grid.rows is Rows.NUMBERED:
        _check_numbers([int(texts[0]) for _, texts in found], found, part)
    return found


def _columns(
    words: Sequence[Word], labels: Sequence[Label], page: int, part: str
) -> list[list[Word]]:
    columns: list[list[Word]] = [[] for _ in labels]
    for line in lines(words):
        for run in _runs(line, labels):
            place, distance = _place(run, labels)
            if distance > ALIGNED:
                raise doubt(page, part, "a text beside its column", "texts under their labels")
            columns[place] += run
    return columns


def _runs(line: Sequence[Word], labels: Sequence[Label]) -> list[list[Word]]:
    """Words of one line that stand under the same label; a text may have gaps in it."""
    runs: list[list[Word]] = []
    places: list[int] = []
    for word in line:
        place = _place([word], labels)[0]
        if places and places[-1] == place:
            runs[-1].append(word)
        else:
            runs.append([word])
            places.append(place)
    return runs


def _place(run: Sequence[Word], labels: Sequence[Label]) -> tuple[int, float]:
    left, middle = run[0].x0, (run[0].x0 + run[-1].x1) / 2
    distances = [min(abs(label.middle - middle), abs(label.x0 - left)) for label in labels]
    place = min(range(len(labels)), key=distances.__getitem__)
    return place, distances[place]


def _text(words: Sequence[Word]) -> str:
    return "".join(word.text for line in lines(words) for word in line)


def _is_one_row(columns: Sequence[list[Word]]) -> bool:
    """Whether all cells have the same middle, or the same top, and no gaps."""
    groups = [lines(column) for column in columns if column]
    tops = [group[0][0].bottom for group in groups]
    middles = [(group[0][0].bottom + group[-1][0].bottom) / 2 for group in groups]
    spreads = (max(places) - min(places) for places in (tops, middles) if places)
    return all(map(is_solid, groups)) and min(spreads, default=0) <= TOLERANCE


def _anchored(grid: Grid, columns: list[list[Word]], page: int, part: str) -> list[Row]:
    anchors = _anchors(grid, columns)
    cells = [cells_about(anchors, column) for column in columns]
    if not anchors or any(column is None for column in cells):
        raise doubt(page, part, "rows that cannot be told apart", "rows around their anchors")
    texts = zip(*(column or [] for column in cells), strict=True)
    return [(page, row) for row in texts]


def _anchors(grid: Grid, columns: list[list[Word]]) -> list[float]:
    if grid.rows is Rows.NUMBERED:
        return [word.bottom for word in columns[0] if word.text.isdigit()]
    if grid.rows is Rows.LINES:
        return [line[0].bottom for line in lines(columns[0])]
    place = next(at for at, cell in enumerate(grid.cells) if cell.endswith("_date"))
    return [word.bottom for word in columns[place] if _DATE.fullmatch(word.text)]


def _check_numbers(numbers: list[int], rows: Sequence[Row], part: str) -> None:
    for place, number in enumerate(numbers, start=1):
        if number != place:
            raise doubt(rows[place - 1][0], part, f"row {number} where {place} is due", "no gaps")
