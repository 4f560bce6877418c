"""The elements of an OFX file, version 1 (SGML, in which values are not closed) and 2 (XML)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.formats.records import encoding_of, text_pieces
from ingest.formats.source import Source

HEAD_BYTES = 4096
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9_.]*)(?:\s[^<>]*)?>(?:\s*<!\[CDATA\[(.*?)\]\]>)?([^<]*)", re.DOTALL
)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9_-]+)["']""")
_SGML_CHARSET = re.compile(rb"CHARSET:\s*([A-Za-z0-9_-]+)")
_SGML_ENCODING = re.compile(rb"ENCODING:\s*([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Token:
    """A tag and the text after it, its entities resolved."""

    name: str
    is_end: bool
    text: str


def stated_encoding(source: Source) -> str | None:
    """The encoding that the header states, as Python names it."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if match := _XML_ENCODING.search(head):
        return match.group(1).decode()
    charset, encoding = _SGML_CHARSET.search(head), _SGML_ENCODING.search(head)
    if encoding and encoding.group(1).upper() in {b"UTF-8", b"UNICODE"}:
        return "utf-8"
    if charset and charset.group(1).isdigit():
        return f"cp{charset.group(1).decode()}"
    return charset.group(1).decode() if charset and charset.group(1) != b"NONE" else None


def ofx_tokens(source: Source, encoding: str) -> Iterator[Token]:
    """Elements in file order; what stands between them (processing instructions) is passed over."""
    held = ""
    for piece in text_pieces(source, encoding):
        text = held + piece
        whole = text.rfind("<", 0, text.rfind("<")) if piece else len(text)
        yield from _tokens(text[:whole])
        held = text[whole:]
    yield from _tokens(held)


def ofx_encoding(source: Source) -> str:
    """The encoding to read the file in."""
    return encoding_of(source, stated_encoding(source))


def _tokens(text: str) -> Iterator[Token]:
    for slash, name, quoted, plain in _TAG.findall(text):
        yield Token(name.upper(), bool(slash), html.unescape((quoted or plain).strip()))
