"""XML as UTF-8, and a count of its elements by a parser that is not the reader's."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from ingest.formats.encoding import MARKS, SUPERSETS
from ingest.formats.source import Source, truncated
from ingest.reasons import DeliveryRefused, RefusalReason

CHUNK_BYTES = 1 << 12
"""So few, because a record is looked at among all the others of its piece."""
HEAD_BYTES = 1 << 10
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)")


@dataclass(frozen=True)
class Census:
    """Records that were counted, and whether the element around them, if any, was seen."""

    records: int
    has_parent: bool


class XmlText:
    """The text of a document in the encoding that it declares."""

    def __init__(self, source: Source) -> None:
        self._source = source
        source.seek(0)
        head = source.read(HEAD_BYTES)
        mark, encoding = next(((m, e) for m, e in MARKS if head.startswith(m)), (b"", ""))
        declared = _DECLARED.match(head)
        name = declared.group(1).decode().lower() if declared else "utf-8"
        self.encoding = encoding or SUPERSETS.get(name, name)
        self._offset = len(mark)

    def pieces(self) -> Iterator[bytes]:
        """The document in UTF-8.

        Raises:
            DeliveryRefused: bytes that are no characters, or an encoding that nobody knows.
        """
        self._source.seek(self._offset)
        try:
            decoder = codecs.getincrementaldecoder(self.encoding)()
            for chunk in iter(lambda: self._source.read(CHUNK_BYTES), b""):
                yield decoder.decode(chunk).encode()
            decoder.decode(b"", final=True)
        except (UnicodeError, LookupError) as error:
            raise DeliveryRefused(
                RefusalReason.UNDECODABLE,
                f"bytes that are no text in {self.encoding}, which the document declares",
                "an XML document in the encoding that it declares",
                "ask the sender to export the file as UTF-8",
            ) from error


def take_census(text: XmlText, path: Sequence[str]) -> Census:
    """Count the elements whose ancestry ends like `path` and that are in no other such element.

    An empty path stands for the root.

    Raises:
        DeliveryRefused: the document ends early, is damaged, or has a document type declaration.
    """
    names: list[str] = []
    records, has_parent, record_depth = 0, False, 0
    around = path[:-1]

    def start(name: str, _: object) -> None:
        nonlocal records, has_parent, record_depth
        names.append(name.rpartition(":")[2])
        has_parent = has_parent or ends_like(names, around)
        if not record_depth and ends_like(names, path):
            records += 1
            record_depth = len(names)

    def end(_: str) -> None:
        nonlocal record_depth
        if record_depth == len(names):
            record_depth = 0
        names.pop()

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in text.pieces():
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise truncated(f"XML that cannot be read beyond record {records}") from error
    return Census(records, has_parent)


def ends_like(names: Sequence[str], path: Sequence[str]) -> bool:
    """Is `path` the end of `names`? An empty one is the root's."""
    return list(names[-len(path) :]) == list(path) if path else len(names) == 1


def _refuse_doctype(*_: object) -> None:
    raise DeliveryRefused(
        RefusalReason.UNKNOWN_FORMAT,
        "XML with a document type declaration",
        "XML without one: its entities could grow without end or fetch what they should not",
        "ask the sender to leave the declaration out",
    )
