"""Which rows of a workbook's sheets hold something, counted in its XML and not by its reader."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from functools import cache
from typing import IO
from xml.parsers import expat

from ingest.formats.sheet_rows import SheetRows

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
SHARED_STRINGS = "xl/sharedStrings.xml"
READ_BYTES = 1 << 16

Attributes = dict[str, str]


def sheet_rows(archive: zipfile.ZipFile, sheet_name: str) -> SheetRows:
    """Rows of a worksheet in which a cell has a value that is not blank.

    Raises:
        KeyError, zipfile.BadZipFile, expat.ExpatError: the workbook is damaged.
    """
    reader = _SheetReader(_blank_strings(archive))
    parse_member(archive, sheet_path(archive, sheet_name), reader.start, reader.end, reader.text)
    return reader.rows


class _SheetReader:
    def __init__(self, blank_strings: set[int]) -> None:
        self.rows = SheetRows()
        self._blank_strings = blank_strings
        self._row = 0
        self._type = "n"
        self._value: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
        elif name == "c":
            self._type = attributes.get("t", "n")
        elif name in {"v", "t"} and (self._type == "e" or self._row not in self.rows.filled):
            self._value = []

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def end(self, name: str) -> None:
        if name not in {"v", "t"} or self._value is None:
            return
        value, self._value = "".join(self._value), None
        if self._type == "s" and int(value) in self._blank_strings:
            return
        if value.strip():
            self.rows.filled.add(self._row)
            if self._type == "e":
                self.rows.with_error.add(self._row)


def _blank_strings(archive: zipfile.ZipFile) -> set[int]:
    """Indices of shared strings that hold nothing but white space."""
    blank: set[int] = set()
    if SHARED_STRINGS not in archive.namelist():
        return blank
    index, has_text, is_text = -1, False, False

    def start(name: str, _: Attributes) -> None:
        nonlocal index, has_text, is_text
        if name == "si":
            index, has_text = index + 1, False
        is_text = name == "t"

    def end(name: str) -> None:
        nonlocal is_text
        is_text = False
        if name == "si" and not has_text:
            blank.add(index)

    def text(data: str) -> None:
        nonlocal has_text
        has_text |= is_text and bool(data.strip())

    parse_member(archive, SHARED_STRINGS, start, end, text)
    return blank


def sheet_path(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The member of the archive that holds a sheet."""
    relation_ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def workbook(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            local = {_local(key): value for key, value in attributes.items()}
            relation_ids[local["name"]] = local["id"]

    def relations(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    parse_member(archive, WORKBOOK, workbook)
    parse_member(archive, RELATIONS, relations)
    target = targets[relation_ids[sheet_name]]
    return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)


def parse_member(
    archive: zipfile.ZipFile,
    path: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run handlers over the XML of one member; names of elements come without their prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    if end:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text:
        parser.CharacterDataHandler = text
    with archive.open(path) as member:
        _feed(parser, member)


def _feed(parser: expat.XMLParserType, member: IO[bytes]) -> None:
    while chunk := member.read(READ_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


@cache
def _local(name: str) -> str:
    return name.rpartition(":")[2]
