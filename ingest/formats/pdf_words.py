"""Words of a PDF's text layer with their places, and the folding of the characters they use.

Libraries disagree about the order of a page's text, so nothing here relies on it: words come in
reading order, by line and then by place. Places are in points from the top left corner of the page.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.formats.pdf_fonts import use_stand_in_font
from ingest.formats.source import Source, locked, truncated

WORD_GAP = 0.25
"""A gap wider than this part of the text's height parts two words."""
LINE_DRIFT = 0.4
"""Words whose baselines differ by less than this part of their height stand on one line."""

# Radicals of U+2E80 to U+2EF3 that stand for a character of their own: Unicode's
# EquivalentUnifiedIdeograph.txt. NFKC leaves them as they are, fonts of banks print them. The first
# one NFKC does know, but as the traditional form of the character that is meant.
_RADICALS = str.maketrans(
    "⼾⺁⺄⺈⺊⺌⺍⺎⺒⺓⺜⺝⺠⺧⺩⺫⺬⺶⺼⺽⻁⻄⻅⻆⻉⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "户厂乙刀卜小小兀巳幺日月民牛王目示羊肉臼虎西见角贝车長镸长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a gap.

    `bottom` is the baseline, `top` lies the height of the text above it; `page` counts from 1.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    page: int

    @property
    def height(self) -> float:
        """Height of the text."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    x0: float
    x1: float
    baseline: float
    height: float


def fold(text: str) -> str:
    """The text in compatibility form (NFKC), radicals as the characters that they stand for."""
    return unicodedata.normalize("NFKC", text.translate(_RADICALS))


def read_words(stream: BinaryIO | Source, passwords: Sequence[str] = ()) -> Iterator[list[Word]]:
    """Words of one page after the other, in reading order, their text as the PDF has it.

    Args:
        stream: seekable, left open; the file is held in memory, its pages are not.
        passwords: tried in order on a protected file; a file without protection needs none.

    Raises:
        DeliveryRefused: damaged, or protected by none of the passwords.
    """
    use_stand_in_font()
    document = _open(stream, passwords)
    try:
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            text_page = page.get_textpage()
            yield reading_order(_words(_characters(text_page, page.get_height()), number))
            text_page.close()
            page.close()
    except pdfium.PdfiumError as error:
        raise truncated("a PDF with a page that cannot be read") from error
    finally:
        document.close()


def reading_order(words: Iterable[Word]) -> list[Word]:
    """Words line by line from the top, each line from the left."""
    return [word for line in lines(words) for word in line]


def lines(words: Iterable[Word]) -> list[list[Word]]:
    """Words of one page grouped by their baselines, top line first, each from the left."""
    found: list[list[Word]] = []
    for word in sorted(words, key=attrgetter("bottom", "x0")):
        if found and word.bottom - found[-1][0].bottom <= LINE_DRIFT * word.height:
            found[-1].append(word)
        else:
            found.append([word])
    return [sorted(line, key=attrgetter("x0")) for line in found]


def _open(stream: BinaryIO | Source, passwords: Sequence[str]) -> pdfium.PdfDocument:
    stream.seek(0)
    content = stream.read()
    for password in (None, *passwords):
        try:
            return pdfium.PdfDocument(content, password=password)
        except pdfium.PdfiumError as error:
            if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
                raise truncated("a PDF that cannot be read to its end") from error
    raise locked("a PDF under a password", passwords)


def _characters(page: pdfium.PdfTextPage, page_height: float) -> Iterator[_Character | None]:
    """Characters in the order of the page's content; None for blanks and line ends."""
    box, x, y = pdfium_c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    matrix = pdfium_c.FS_MATRIX()
    for index in range(pdfium_c.FPDFText_CountChars(page)):
        text = chr(pdfium_c.FPDFText_GetUnicode(page, index))
        if text.isspace() or not text.isprintable():
            yield None
            continue
        pdfium_c.FPDFText_GetLooseCharBox(page, index, box)
        pdfium_c.FPDFText_GetCharOrigin(page, index, x, y)
        pdfium_c.FPDFText_GetMatrix(page, index, matrix)
        # Fonts disagree about how high their boxes are, so that the size of the type is taken.
        height = pdfium_c.FPDFText_GetFontSize(page, index) * math.hypot(matrix.c, matrix.d)
        yield _Character(text, box.left, box.right, page_height - y.value, height)


def _words(characters: Iterable[_Character | None], page: int) -> Iterator[Word]:
    held: list[_Character] = []
    for character in characters:
        if held and (character is None or _parts(held[-1], character)):
            yield _word(held, page)
            held = []
        if character is not None:
            held.append(character)
    if held:
        yield _word(held, page)


def _parts(before: _Character, after: _Character) -> bool:
    gap = after.x0 - before.x1
    return (
        gap > WORD_GAP * after.height
        or gap < -after.height
        or abs(after.baseline - before.baseline) > LINE_DRIFT * after.height
    )


def _word(characters: list[_Character], page: int) -> Word:
    first = characters[0]
    height = max(character.height for character in characters)
    return Word(
        "".join(character.text for character in characters),
        first.x0,
        characters[-1].x1,
        first.baseline - height,
        first.baseline,
        page,
    )
