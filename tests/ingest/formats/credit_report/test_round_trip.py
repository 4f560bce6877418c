"""Every field of every item comes back, on seeds that the parser was made with and on others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulate.credit_reports import draw_style, write_report
from tests.ingest.formats.credit_report.reports import KINDS, items_of, lines_of

TUNED = range(1, 10)
HELD_OUT = range(70_001, 70_013)
"""Never looked at while the grammar was written; when one fails, mend the grammar and move on."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [*TUNED, *HELD_OUT])
def test_a_report_is_read_as_it_was_written(seed: int, kind: str, tmp_path: Path) -> None:
    written = write_report(tmp_path, seed, kind, snapshot=1 + seed % 3)
    found = items_of(lines_of(written.pdf))
    assert found is not None
    assert len(found) == len(written.items)
    for read, truth in zip(found, written.items, strict=True):
        assert read == truth


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("punctuation", ["full", "half", "mixed"])
@pytest.mark.parametrize("is_plain", [True, False])
def test_how_it_is_printed_changes_nothing(
    kind: str, punctuation: str, is_plain: bool, tmp_path: Path
) -> None:
    style = replace(
        draw_style(3, kind),
        punctuation=punctuation,
        has_watermark=not is_plain,
        has_subtitle=not is_plain,
        is_number_apart=is_plain,
        is_zero_padded=is_plain and kind != "brief1",
        has_unit_after_amount=not is_plain,
        right_edge=553.0 if is_plain else 401.0,
    )
    written = write_report(tmp_path, 3, kind, style=style)
    assert items_of(lines_of(written.pdf)) == written.items


def test_numbers_and_words_are_wrapped_in_the_middle(tmp_path: Path) -> None:
    """The property above is worth something: lines do end inside amounts, dates and names."""
    narrow = replace(draw_style(2, "brief2"), right_edge=320.0)
    written = write_report(tmp_path, 2, "brief2", style=narrow)
    lines = lines_of(written.pdf)
    endings = {line.text[-1] for line in lines}
    assert endings & set("0123456789")
    assert endings & set("年月银行账")
    assert items_of(lines) == written.items
    assert len({line.page for line in lines}) == written.pages > 1
