"""Which encoding a text has, and how many lines, told by one run over its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import partial

import numpy as np

from ingest.background import made_ahead
from ingest.formats.pieces import UNMARKED, count_lines, decode, raw_pieces
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

SURVEY_BYTES = 1 << 20
HEAD_BYTES = 1 << 16
SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030"}
"""What calls itself so often holds characters of the larger set."""
MIN_NUL_SHARE = 0.05
"""Of the bytes of UTF-16 text: half of each line end, digit and delimiter is NUL."""
WIDE = ("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Survey:
    """What one run over the bytes of a text file tells.

    `offset` is where the text begins after its byte order marks. `is_damaged` says that some bytes
    are no characters in `encoding`; their lines hold U+FFFD when read.
    """

    encoding: str
    offset: int
    lines: int
    text_bytes: int
    is_damaged: bool


@dataclass(frozen=True)
class _Measure:
    lines: int
    text_bytes: int
    foreign: int
    broken: int

    @property
    def is_plausible(self) -> bool:
        return self.broken * 10 <= self.foreign - self.broken


def survey(source: Source, hint: str | None = None) -> Survey:
    """Tell the encoding of a text and count its lines, without holding it in memory.

    A byte order mark decides, or the NULs of UTF-16; else `hint` if all of the text fits it, else
    UTF-8 if all of it fits, else GB18030 if all of it fits. A file that fits none of them is
    damaged: it is taken for the one in which at least ten characters beyond ASCII are sound for
    each that is broken, or for which at most one line in a hundred is hit. The
    test for damaged UTF-8 comes before GB18030, which would read much of it as other characters.

    Raises:
        DeliveryRefused: no encoding fits.
    """
    return source.once(("survey", hint), lambda: _surveyed(source, hint))


def _surveyed(source: Source, hint: str | None) -> Survey:
    encoding, offset = _mark(source)
    hint = SUPERSETS.get(hint.lower(), hint.lower()) if hint else ""
    hinted = (hint,) if hint and not hint.startswith(WIDE) else ()
    candidates = (encoding,) if encoding else (*hinted, *UNMARKED)
    measures: dict[str, _Measure] = {}
    for candidate in candidates:
        measure = measures[candidate] = _measure(source, candidate, offset)
        if not measure.broken or (measure.is_plausible and candidate not in hinted):
            return _survey(candidate, offset, measure)
    encoding, measure = min(measures.items(), key=lambda item: item[1].broken)
    if measure.broken * 100 <= measure.lines:
        return _survey(encoding, offset, measure)
    raise DeliveryRefused(
        RefusalReason.UNDECODABLE,
        "bytes that are no text in " + " or ".join(measures),
        "text in UTF-8, in GB18030, or in the encoding that its byte order mark names",
        "ask the sender to export the file as UTF-8",
    )


def _mark(source: Source) -> tuple[str | None, int]:
    source.seek(0)
    head = source.read(HEAD_BYTES)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            offset = 0
            while head.startswith(mark, offset):
                offset += len(mark)
            return encoding, offset
    return _wide(head), 0


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: it has line ends, and only one byte of each pair is ever NUL."""
    octets = np.frombuffer(head[: len(head) // 2 * 2], np.uint8)
    nul = octets == 0
    for encoding, order, high in (("utf-16-le", "<u2", 1), ("utf-16-be", ">u2", 0)):
        has_line_end = bool((octets.view(order) == ord("\n")).any())
        if has_line_end and not nul[1 - high :: 2].any() and nul.mean() > MIN_NUL_SHARE:
            return encoding
    return None


def _survey(encoding: str, offset: int, measure: _Measure) -> Survey:
    return Survey(encoding, offset, measure.lines, measure.text_bytes, measure.broken > 0)


def _measure(source: Source, encoding: str, offset: int) -> _Measure:
    lines = text_bytes = foreign = broken = 0
    ends_open = False
    pieces = raw_pieces(source, encoding, offset, SURVEY_BYTES)
    for measure, is_open in made_ahead(partial(_measure_of_piece, encoding), pieces, SURVEY_BYTES):
        ends_open = is_open
        lines += measure.lines
        text_bytes += measure.text_bytes
        foreign += measure.foreign
        broken += measure.broken
    return _Measure(lines + ends_open, text_bytes, foreign, broken)


def _measure_of_piece(encoding: str, piece: bytes) -> tuple[_Measure, bool]:
    """Of a piece, for any thread; and whether its last line has no end."""
    foreign = broken = 0
    if not piece.isascii():
        text, broken = decode(piece, encoding if encoding in UNMARKED else "utf-8")
        if encoding not in UNMARKED:
            broken = text.count("\ufffd")
        octets = np.frombuffer(piece, np.uint8)
        foreign = max(broken, len(text) - int(np.count_nonzero(octets < 128)))
    return _Measure(count_lines(piece), len(piece), foreign, broken), not piece.endswith(b"\n")
