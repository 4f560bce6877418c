"""One made-up font for all text whose font a PDF does not embed.

PDFs of Chinese banks and of the credit reference centre name their fonts and leave it to the reader
to have them. PDFium would look for one on the machine: where it finds none, a run of a single
character has no extent for it, and it leaves that character out without a word. With one font for
all, which has every character and the same extent for each, a page says the same on every machine.
Widths of texts are unharmed: those the PDF states itself.
"""

from __future__ import annotations

import ctypes
import io
from functools import cache

import pypdfium2.raw as pdfium_c
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

UNITS = 1000
ASCENT, DESCENT = 880, -120
_MANY_TO_ONE = 13
"""The format of a character map in which a range of characters has one glyph."""
_THE_FONT = 1


@cache
def stand_in_font() -> bytes:
    """A TrueType font of one glyph, a full square, for every character of Unicode."""
    square = _square()
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({})
    builder.font["cmap"].tables = [_all_to("square")]
    builder.setupGlyf({".notdef": square, "square": square})
    builder.setupHorizontalMetrics({".notdef": (UNITS, 0), "square": (UNITS, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": "Stand-in", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    content = io.BytesIO()
    builder.save(content)
    return content.getvalue()


@cache
def use_stand_in_font() -> None:
    """From now on PDFium takes the font for every one that is missing, in this process."""
    info = pdfium_c.FPDF_SYSFONTINFO(version=1)
    kinds = dict(pdfium_c.FPDF_SYSFONTINFO._fields_)
    info.MapFont = kinds["MapFont"](_map_font)
    info.GetFontData = kinds["GetFontData"](_font_data)
    # PDFium keeps the address only.
    _kept.append(info)
    pdfium_c.FPDF_SetSystemFontInfo(ctypes.byref(info))


_kept: list[ctypes.Structure] = []


def _map_font(*_: object) -> int:
    return _THE_FONT


def _font_data(_info: object, _font: object, table: int, buffer: int | None, size: int) -> int:
    """The whole file where no table of it is asked for; its length first, to a small buffer."""
    content = stand_in_font()
    if table:
        return 0
    if buffer and size >= len(content):
        ctypes.memmove(buffer, content, len(content))
    return len(content)


def _square() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for corner in ((0, ASCENT), (UNITS, ASCENT), (UNITS, DESCENT)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _all_to(glyph: str) -> CmapSubtable:
    table = CmapSubtable.newSubtable(_MANY_TO_ONE)
    table.platformID, table.platEncID = 3, 10
    table.language = table.reserved = 0
    table.cmap = dict.fromkeys(range(0x20, 0x110000), glyph)
    return table
