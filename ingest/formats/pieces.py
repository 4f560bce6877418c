"""Pieces of whole lines out of a stream of bytes, before their encoding is known."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

import numpy as np

from ingest.formats.source import Source

MAX_LINE_BYTES = 1 << 24
UNMARKED = ("utf-8", "gb18030")
"""Encodings that a text may have without a byte order mark; LF is one byte in them."""
_TAIL = b"\n" * 4


def raw_pieces(source: Source, encoding: str, offset: int, size: int) -> Iterator[bytes]:
    """Whole lines as they stand in the file; wide encodings, whose line ends differ, as UTF-8.

    Only a line longer than MAX_LINE_BYTES is cut, and then into pieces longer than that.
    """
    source.seek(offset)
    chunks = iter(lambda: source.read(size), b"")
    return _cut_lines(chunks if encoding in UNMARKED else _transcoded(chunks, encoding))


def decode(piece: bytes, encoding: str) -> tuple[str, int]:
    """The text, and how many times bytes of it were no characters."""
    try:
        return piece.decode(encoding), 0
    except UnicodeDecodeError:
        # An unfinished GB18030 character at the very end would swallow the line end with it.
        text = (piece + _TAIL).decode(encoding, "replace")[: -len(_TAIL)]
        return text, max(1, text.count("\ufffd"))


def count_lines(data: bytes) -> int:
    """Line ends in the bytes."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))


def _transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _cut_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    whole, carry = b"", b""
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield from filter(None, [whole])
            whole, carry = b"".join((carry, memoryview(chunk)[:end])), chunk[end:]
        else:
            carry += chunk
            if len(carry) > MAX_LINE_BYTES:
                yield from filter(None, [whole, carry])
                whole, carry = b"", b""
    # A last line without its end stays with the lines before it, among which a header may be.
    parts = [whole + carry] if len(whole) + len(carry) <= MAX_LINE_BYTES else [whole, carry]
    yield from filter(None, parts)
