"""Words of a PDF: in reading order, parted at gaps, folded."""

from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from ingest.formats.pdf_fonts import stand_in_font
from ingest.formats.pdf_words import fold, lines, read_words
from tests.ingest.formats.statement_pdfs import Sheet, document


def two_columns(sheet: Sheet) -> None:
    """The right column is drawn first."""
    sheet.put(300, 100, "右上")
    sheet.put(300, 120, "右下")
    sheet.put(42, 100, "左上 6217")
    sheet.put(42, 120, "左下")


def test_words_come_line_by_line_whatever_order_they_were_drawn_in() -> None:
    (words,) = read_words(io.BytesIO(document([two_columns])))
    assert [word.text for word in words] == ["左上", "6217", "右上", "左下", "右下"]
    assert [[word.text for word in line] for line in lines(words)] == [
        ["左上", "6217", "右上"],
        ["左下", "右下"],
    ]


def test_places_are_points_from_the_top_left() -> None:
    ((word, *_),) = read_words(io.BytesIO(document([lambda sheet: sheet.put(42, 100, "左上")])))
    assert (word.x0, word.bottom, word.page) == (pytest.approx(42), pytest.approx(100), 1)
    assert word.x1 == pytest.approx(42 + 2 * 8, abs=0.5)
    assert word.height == pytest.approx(8)


def test_a_font_that_nobody_has_leaves_no_character_out() -> None:
    content = document(
        [lambda sheet: sheet.put(42, 100, "心"), lambda sheet: sheet.put(42, 100, "1")]
    )
    assert [words[0].text for words in read_words(io.BytesIO(content))] == ["心", "1"]
    assert {"心", "𠮷", "A"} <= set(map(chr, TTFont(io.BytesIO(stand_in_font())).getBestCmap()))


def test_pages_come_one_after_the_other() -> None:
    pages = [lambda sheet: sheet.put(42, 100, "一"), lambda sheet: sheet.put(42, 100, "二")]
    found = [words[0] for words in read_words(io.BytesIO(document(pages)))]
    assert [(word.text, word.page) for word in found] == [("一", 1), ("二", 2)]


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("农业银⾏账⼾", "农业银行账户"),
        ("⺠⽣", "民生"),
        ("⻚ ⻢ ⻓", "页 马 长"),
        ("１，２３４：（元）", "1,234:(元)"),
    ],
)
def test_folding(printed: str, meant: str) -> None:
    assert fold(printed) == meant
