"""The lines of a block, screened on their bytes before any parser sees them."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.formats.blocks import REPLACEMENT
from ingest.formats.reading import Faults, Int64s, Mask
from ingest.reasons import StructuralFault

LF, CR, QUOTE = b"\n", b"\r", b'"'


def has_stray_carriage_return(data: bytes) -> bool:
    """Is there a CR that does not stand before an LF? Parsers take it for a line end."""
    if CR not in data:
        return False
    octets = np.frombuffer(data, np.uint8)
    returns = octets[:-1] == ord(CR)
    return bool(np.any(returns & (octets[1:] != ord(LF)))) or data.endswith(CR)


class Lines:
    """Where the lines of a block begin and end; arrays have one entry per line."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._octets = np.frombuffer(data, np.uint8)
        self._ends: Int64s = np.flatnonzero(self._octets == ord(LF)).astype(np.int64)
        starts = np.concatenate(([0], self._ends + 1)).astype(np.int64)
        self._starts: Int64s = starts[: len(self._ends)]

    def __len__(self) -> int:
        return len(self._ends)

    def text(self, index: int) -> bytes:
        """One line without its end."""
        return self._data[self._starts[index] : self._ends[index]].removesuffix(CR)

    def offset(self, index: int) -> int:
        """Where a line begins in the block; the end of the block for the line after the last."""
        return int(self._starts[index]) if index < len(self) else len(self._data)

    def blank(self) -> Mask:
        """Lines with nothing in them."""
        lengths = self._ends - self._starts
        blank: Mask = lengths == 0
        blank |= (lengths == 1) & (self._octets[self._starts] == ord(CR))
        return blank

    def first_match(self, pattern: str) -> int | None:
        """The first line in which an RE2 pattern is found."""
        offsets = np.append(self._starts, len(self._data)).astype(np.int32)
        texts = pa.StringArray.from_buffers(
            len(self), pa.py_buffer(offsets), pa.py_buffer(self._data)
        )
        hits = pc.match_substring_regex(pc.utf8_rtrim(texts, characters="\r\n"), pattern)
        index: int = pc.index(hits, True).as_py()
        return None if index < 0 else index

    def faults(self, quoting: str, is_damaged: bool) -> Faults:
        """The first fault of each line that shows in its bytes; SOUND where none does."""
        faults: Faults = np.zeros(len(self), np.int16)
        if is_damaged:
            self._mark(faults, self._having(REPLACEMENT), StructuralFault.BAD_ENCODING)
        self._mark(faults, self._having(b"\0"), StructuralFault.NUL_BYTE)
        if has_stray_carriage_return(self._data):
            stray = self._stray_carriage_returns()
            self._mark(faults, stray, StructuralFault.STRAY_CARRIAGE_RETURN)
        if quoting == "minimal" and QUOTE in self._data:
            self._mark(faults, self.odd_quotes(), StructuralFault.BROKEN_QUOTES)
        return faults

    def odd_quotes(self) -> Mask:
        """Lines with an odd number of quotes."""
        quotes = (self._octets == ord(QUOTE)).view(np.uint8)
        odd: Mask = np.bitwise_xor.reduceat(quotes, self._starts).astype(np.bool_)
        return odd

    def open_quotes(self, among: Mask, delimiter: str) -> Mask:
        """Lines of `among` that end inside quotes, as a parser of cells would see them."""
        open_: Mask = np.zeros(len(self), np.bool_)
        for index in np.flatnonzero(among & self._having(QUOTE)):
            open_[index] = not is_closed(self.text(int(index)), delimiter)
        return open_

    def select(self, mask: Mask) -> bytes:
        """The bytes of some lines, ends included."""
        if mask.all():
            return self._data
        spans = np.repeat(mask, self._ends - self._starts + 1)
        return self._octets[spans].tobytes()

    def _having(self, pattern: bytes) -> Mask:
        having: Mask = np.zeros(len(self), np.bool_)
        at = self._data.find(pattern)
        while at >= 0:
            line = int(np.searchsorted(self._ends, at))
            having[line] = True
            at = self._data.find(pattern, int(self._ends[line]))
        return having

    def _stray_carriage_returns(self) -> Mask:
        followed = np.append(self._octets[1:], 0) == ord(LF)
        stray = np.flatnonzero((self._octets == ord(CR)) & ~followed)
        having: Mask = np.zeros(len(self), np.bool_)
        having[np.searchsorted(self._ends, stray)] = True
        return having

    @staticmethod
    def _mark(faults: Faults, mask: Mask, fault: StructuralFault) -> None:
        faults[mask & (faults == StructuralFault.SOUND)] = fault


def is_closed(line: bytes, delimiter: str) -> bool:
    """Does every quoted cell of the line end on it?"""
    return _closed_line(delimiter).fullmatch(line) is not None


@cache
def _closed_line(delimiter: str) -> re.Pattern[bytes]:
    """Matches a whole line whose quoted cells are all closed."""
    other = b"[^" + re.escape(delimiter.encode()) + b"]"
    first = b'[^"' + re.escape(delimiter.encode()) + b"]"
    cell = b'(?:"(?:[^"]++|"")*+"' + other + b"*+|" + first + other + b"*+|)"
    return re.compile(cell + b"(?:" + re.escape(delimiter.encode()) + cell + b")*+", re.DOTALL)
