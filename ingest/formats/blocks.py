"""A text as UTF-8 in blocks of whole, numbered lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.formats import pieces
from ingest.formats.encoding import Survey
from ingest.formats.pieces import UNMARKED, count_lines, decode, raw_pieces
from ingest.formats.source import Source

REPLACEMENT = "\ufffd".encode()
"""Stands for bytes that are no characters, once a damaged file is decoded."""


@dataclass(frozen=True)
class Block:
    """Whole lines as UTF-8, each ended by LF; `data` is empty for one line that is too long."""

    data: bytes
    first_line: int
    lines: int


def blocks(source: Source, found: Survey, size: int) -> Iterator[Block]:
    """The text in blocks of about `size` bytes; lines count from 1, LF and CRLF end them."""
    line, is_inside_long_line = 1, False
    for piece in _decoded(source, found, size):
        data = piece
        if is_inside_long_line:
            end = data.find(b"\n") + 1
            if not end:
                continue
            yield Block(b"", line, 1)
            line, is_inside_long_line, data = line + 1, False, data[end:]
        if not data.endswith(b"\n"):
            if len(data) > pieces.MAX_LINE_BYTES:
                is_inside_long_line = True
                continue
            data += b"\n" if data else b""
        if data:
            lines = count_lines(data)
            yield Block(data, line, lines)
            line += lines
    if is_inside_long_line:
        yield Block(b"", line, 1)


def _decoded(source: Source, found: Survey, size: int) -> Iterator[bytes]:
    raw = raw_pieces(source, found.encoding, found.offset, size)
    if found.encoding not in UNMARKED or (found.encoding == "utf-8" and not found.is_damaged):
        yield from raw
    else:
        for piece in raw:
            yield decode(piece, found.encoding)[0].encode()
