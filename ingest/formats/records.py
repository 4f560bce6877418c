"""Small record formats whose own code finds the records: cells by name, gathered into batches.

A format module of this kind gives `Record`s and a count of them made another way; what is common
to such formats is here.
"""

from __future__ import annotations

import codecs
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pyarrow as pa

from ingest.contracts import Column, Contract
from ingest.formats.cells import CellCleaner
from ingest.formats.reading import Figure, Tally, assemble, batch_schema
from ingest.formats.source import Source
from ingest.reasons import StructuralFault

PIECE_BYTES = 1 << 16
UTF8_MARK = b"\xef\xbb\xbf"
_ASCII = re.compile(r"[\x00-\x7f]+")
_CONTROLS = re.compile(r"[\x80-\x9f]")


@dataclass(frozen=True)
class Record:
    """One record: its line (or number, in formats without lines), cells by name, and fault."""

    line_number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    fault: StructuralFault = StructuralFault.SOUND


class RecordReading(ABC):
    """A `Reading` of records that a format module finds; a cell that a record lacks is null."""

    def __init__(
        self,
        source: Source,
        contract: Contract,
        batch_rows: int,
        *,
        encoding: str,
        physical_records: int,
    ) -> None:
        """`physical_records` are counted in another way than by `records`; encoding "": none."""
        self.schema = batch_schema(contract)
        self.source = source
        self.encoding = encoding
        self._physical_records = physical_records
        self._columns = contract.file_columns
        self._cleaner = CellCleaner(contract)
        self._batch_rows = batch_rows

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """Every record of the file once, in file order."""

    @property
    def declared_figures(self) -> tuple[Figure, ...]:
        """What the file declares of itself beside what its records give; once they are read."""
        return ()

    @property
    def tally(self) -> Tally:
        """See Reading."""
        return Tally(
            encoding=self.encoding or None,
            lines=line_count(self.source),
            physical_records=self._physical_records,
            declared_figures=self.declared_figures,
        )

    def outside(self) -> tuple[str, str]:
        """There is nothing outside the records."""
        return "", ""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        records = self.records()
        while chunk := list(islice(records, self._batch_rows)):
            yield assemble(
                self.schema,
                np.array([record.line_number for record in chunk], np.int64),
                np.array([record.fault for record in chunk], np.int16),
                [self._cells(chunk, column) for column in self._columns],
            )

    def _cells(self, records: list[Record], column: Column) -> pa.Array:
        texts = [
            next((record.cells[name] for name in column.headers if name in record.cells), None)
            for record in records
        ]
        return self._cleaner.clean(pa.array(texts, pa.string()), column)


def encoding_of(source: Source, stated: str | None = None) -> str:
    """The encoding of a text: its mark, UTF-8, what the text states, GB18030, else Latin-1.

    Single letters with accents read as GB18030 make rare characters and swallow what follows them:
    text whose characters beyond ASCII are mostly outside GB2312 is not Chinese. Where there are
    controls of Latin-1 the letters are of a code page that nobody names: they become U+FFFD. The
    formats read here have their structure in ASCII, so that this costs no more than the letters of
    a remark.
    """
    for name in filter(None, ("utf-8", stated)):
        if _fits(source, name):
            return name
    if _fits(source, "gb18030") and _is_chinese(source):
        return "gb18030"
    return "ascii" if any(map(_CONTROLS.search, text_pieces(source, "latin-1"))) else "latin-1"


def text_pieces(source: Source, encoding: str) -> Iterator[str]:
    """The text in pieces, without byte order mark."""
    source.seek(0)
    first = source.read(len(UTF8_MARK))
    source.seek(len(UTF8_MARK) if first == UTF8_MARK else 0)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while piece := source.read(PIECE_BYTES):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def text_lines(source: Source, encoding: str) -> Iterator[str]:
    """The lines of the text, ended by LF or CRLF, without their ends."""
    held = ""
    for piece in text_pieces(source, encoding):
        *whole, held = (held + piece).split("\n")
        yield from (line.removesuffix("\r") for line in whole)
    if held:
        yield held.removesuffix("\r")


def line_count(source: Source) -> int:
    """Lines of the file, the last of them ended or not."""
    source.seek(0)
    lines, last = 0, b"\n"
    while piece := source.read(PIECE_BYTES):
        lines += piece.count(b"\n")
        last = piece[-1:]
    return lines + (last != b"\n")


def _fits(source: Source, encoding: str) -> bool:
    source.seek(0)
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        while piece := source.read(PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _is_chinese(source: Source) -> bool:
    """Are most of the characters beyond ASCII, read as GB18030, those of everyday Chinese?"""
    foreign = common = 0
    for piece in text_pieces(source, "gb18030"):
        beyond = _ASCII.sub("", piece)
        foreign += len(beyond)
        common += len(beyond.encode("gb2312", "ignore")) // 2
    return common * 2 >= foreign
