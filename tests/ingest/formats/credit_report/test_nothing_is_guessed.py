"""A report that lost a word or a line is refused, or gives the same items as before.

The one thing that cannot be told is that the last row of a table is missing, where nothing in print
counts its rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.formats.credit_report.items import Cells
from ingest.formats.credit_report.pages import Line
from ingest.reasons import DeliveryRefused, RefusalReason
from simulate.credit_reports import write_report
from tests.ingest.formats.credit_report.reports import KINDS, items_of, lines_of

UNCOUNTED = {"enquiry", "phone", "special_trade"}
FREE_TEXTS = {"outcome"}
"""A free text in a table without rules ends where it ends."""


def damaged(lines: list[Line], seed: int) -> Iterator[tuple[str, list[Line]]]:
    """The report without one line, and without one word of it, at up to 120 places."""
    draw = random.Random(seed)
    for place in sorted(draw.sample(range(len(lines)), min(120, len(lines)))):
        line = lines[place]
        yield "line", [*lines[:place], *lines[place + 1 :]]
        if len(line.words) > 1:
            lost = draw.randrange(len(line.words))
            rest = Line(line.page, line.words[:lost] + line.words[lost + 1 :])
            yield "word", [*lines[:place], rest, *lines[place + 1 :]]


def read(lines: list[Line]) -> list[Cells] | None:
    """The items, or None when the report is refused."""
    try:
        return items_of(lines)
    except DeliveryRefused as refusal:
        if refusal.reason_code != RefusalReason.PARSE_LOW_CONFIDENCE:
            raise
        return None


def difference(found: list[Cells], truth: list[Cells]) -> set[str]:
    """Types of items that are missing, or names of cells that are wrong."""
    if len(found) == len(truth):
        pairs = zip(found, truth, strict=True)
        return {
            name for a, b in pairs for name in a.keys() | b.keys() if a.get(name) != b.get(name)
        }
    plain = [_without_places(item) for item in found]
    return {item["item_type"] for item in truth if _without_places(item) not in plain}


def _without_places(item: Cells) -> Cells:
    places = {"item_number", "parent_number", "occurrence_number"}
    return {name: text for name, text in item.items() if name not in places}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [2, 80_003])
def test_a_damaged_report_is_refused_or_unharmed(kind: str, seed: int, tmp_path: Path) -> None:
    written = write_report(tmp_path, seed, kind)
    lines = lines_of(written.pdf)
    refused = tried = 0
    for what, part in damaged(lines, seed):
        found = read(part)
        tried += 1
        if found is None:
            refused += 1
        elif found != written.items:
            harm = difference(found, written.items)
            assert harm <= UNCOUNTED | FREE_TEXTS | {"review_name", "review_result_name"}, what
    assert refused * 2 > tried
