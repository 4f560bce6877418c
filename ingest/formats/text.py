"""Text files: which encoding, how many lines, and their text as UTF-8 in blocks of whole lines."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

SURVEY_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 24
REPLACEMENT = "\ufffd".encode()
"""Stands for bytes that are no characters, once a damaged file is decoded."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
UNMARKED = ("utf-8", "gb18030")
_TAIL = b"\n" * 4


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
class Block:
    """Whole lines as UTF-8, each ended by LF; `data` is empty for one line that is too long."""

    data: bytes
    first_line: int
    lines: int


@dataclass(frozen=True)
class _Measure:
    lines: int
    text_bytes: int
    foreign: int
    broken: int

    @property
    def is_plausible(self) -> bool:
        return self.broken * 10 <= self.foreign - self.broken


def survey(source: Source) -> Survey:
    """Tell the encoding of a text and count its lines, without holding it in memory.

    A byte order mark decides; else UTF-8 if all of it fits, else GB18030 if all of it fits. A file
    that fits neither is damaged: it is taken for the one in which at least ten characters beyond
    ASCII are sound for each that is broken, or for which at most one line in a hundred is hit. The
    test for damaged UTF-8 comes before GB18030, which would read much of it as other characters.

    Raises:
        DeliveryRefused: no encoding fits.
    """
    encoding, offset = _mark(source)
    candidates = (encoding,) if encoding else UNMARKED
    measures: dict[str, _Measure] = {}
    for candidate in candidates:
        measure = measures[candidate] = _measure(source, candidate, offset)
        if not measure.broken or measure.is_plausible:
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


def blocks(source: Source, found: Survey, size: int) -> Iterator[Block]:
    """The text in blocks of about `size` bytes; lines count from 1, LF and CRLF end them."""
    line, is_inside_long_line = 1, False
    for piece in _pieces(source, found, size):
        data = piece
        if is_inside_long_line:
            end = data.find(b"\n") + 1
            if not end:
                continue
            yield Block(b"", line, 1)
            line, is_inside_long_line, data = line + 1, False, data[end:]
        if not data.endswith(b"\n"):
            if len(data) > MAX_LINE_BYTES:
                is_inside_long_line = True
                continue
            data += b"\n" if data else b""
        if data:
            lines = count_lines(data)
            yield Block(data, line, lines)
            line += lines
    if is_inside_long_line:
        yield Block(b"", line, 1)


def count_lines(data: bytes) -> int:
    """Line ends in the bytes."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))


def _mark(source: Source) -> tuple[str | None, int]:
    source.seek(0)
    head = source.read(64)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            offset = 0
            while head.startswith(mark, offset):
                offset += len(mark)
            return encoding, offset
    return None, 0


def _survey(encoding: str, offset: int, measure: _Measure) -> Survey:
    return Survey(encoding, offset, measure.lines, measure.text_bytes, measure.broken > 0)


def _measure(source: Source, encoding: str, offset: int) -> _Measure:
    lines = text_bytes = foreign = broken = 0
    last = b"\n"
    for piece in _raw_pieces(source, encoding, offset, SURVEY_BYTES):
        text_bytes += len(piece)
        lines += count_lines(piece)
        last = piece[-1:]
        if piece.isascii():
            continue
        text, replaced = _decode(piece, encoding if encoding in UNMARKED else "utf-8")
        if encoding not in UNMARKED:
            replaced = text.count("\ufffd")
        octets = np.frombuffer(piece, np.uint8)
        foreign += max(replaced, len(text) - int(np.count_nonzero(octets < 128)))
        broken += replaced
    return _Measure(lines + (last != b"\n"), text_bytes, foreign, broken)


def _pieces(source: Source, found: Survey, size: int) -> Iterator[bytes]:
    pieces = _raw_pieces(source, found.encoding, found.offset, size)
    if found.encoding not in UNMARKED or (found.encoding == "utf-8" and not found.is_damaged):
        yield from pieces
    else:
        for piece in pieces:
            yield _decode(piece, found.encoding)[0].encode()


def _raw_pieces(source: Source, encoding: str, offset: int, size: int) -> Iterator[bytes]:
    """Whole lines as they stand in the file; wide encodings, whose line ends differ, as UTF-8."""
    source.seek(offset)
    if encoding in UNMARKED:
        return _cut_lines(lambda: source.read(size), size)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    chunks = iter(lambda: source.read(size), b"")
    texts = (decoder.decode(chunk).encode() for chunk in chunks)
    return _cut_lines(_puller(texts, lambda: decoder.decode(b"", final=True).encode()), size)


def _puller(texts: Iterable[bytes], final: Callable[[], bytes]) -> Callable[[], bytes]:
    def flow() -> Iterator[bytes]:
        yield from (text for text in texts if text)
        yield final()

    flowing = flow()
    return lambda: next(flowing, b"")


def _cut_lines(pull: Callable[[], bytes], size: int) -> Iterator[bytes]:
    carry = b""
    while chunk := pull():
        end = chunk.rfind(b"\n") + 1
        if end:
            yield carry + chunk[:end]
            carry = chunk[end:]
        else:
            carry += chunk
            if len(carry) > MAX_LINE_BYTES:
                yield carry
                carry = b""
    if carry:
        yield carry


def _decode(piece: bytes, encoding: str) -> tuple[str, int]:
    """The text, and how many times bytes of it were no characters."""
    try:
        return piece.decode(encoding), 0
    except UnicodeDecodeError:
        # An unfinished GB18030 character at the very end would swallow the line end with it.
        text = (piece + _TAIL).decode(encoding, "replace")[: -len(_TAIL)]
        return text, max(1, text.count("\ufffd"))
