"""Which rows of an old workbook hold something, counted in its BIFF records and not by its reader.

Record layouts: [MS-XLS], sections 2.4 and 2.5. Cells of BIFF5 and BIFF8 are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from ingest.formats.sheet_rows import SheetRows

BOF, EOF, CONTINUE, SHEET, STRINGS = 0x0809, 0x000A, 0x003C, 0x0085, 0x00FC
LOCK = 0x002F
NUMBERS = frozenset({0x0203, 0x027E, 0x00BD})
SHARED_LABEL, LABELS, BOOL_OR_ERROR = 0x00FD, frozenset({0x0204, 0x00D6}), 0x0205
FORMULAS, FORMULA_TEXT = frozenset({0x0006, 0x0206, 0x0406}), 0x0207
BIFF8 = 0x0600
TEXT_RESULT, ERROR_RESULT, EMPTY_RESULT = 0, 2, 3
_NO_NUMBER = b"\xff\xff"

Record = tuple[int, bytes]


class BiffRows:
    """The rows of every sheet of a workbook stream.

    Raises:
        IndexError, ValueError, struct.error: the stream is damaged.
    """

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._is_wide = unpack_from("<H", stream, 4)[0] >= BIFF8
        self._sheets: list[int] = []
        strings: list[bytes] = []
        last = 0
        for kind, data in _records(stream, 0):
            if kind == SHEET:
                self._sheets.append(unpack_from("<I", data)[0])
            if kind == STRINGS or (kind == CONTINUE and last == STRINGS):
                strings.append(data)
            else:
                last = kind
                continue
            last = STRINGS
        self._blank_strings = _blank_strings(strings) if strings else set()

    def rows(self, position: int) -> SheetRows:
        """Rows of the sheet at a position of the workbook in which a cell is not blank."""
        found = SheetRows()
        row = 0
        for kind, data in _records(self._stream, self._sheets[position]):
            if kind == FORMULA_TEXT:
                is_filled = bool(self._text(data, 0).strip())
            elif kind in NUMBERS or kind in FORMULAS or kind == BOOL_OR_ERROR:
                row = unpack_from("<H", data)[0] + 1
                is_error, is_filled = _result(kind, data)
                if is_error:
                    found.with_error.add(row)
            elif kind == SHARED_LABEL:
                row = unpack_from("<H", data)[0] + 1
                is_filled = unpack_from("<I", data, 6)[0] not in self._blank_strings
            elif kind in LABELS:
                row = unpack_from("<H", data)[0] + 1
                is_filled = bool(self._text(data, 6).strip())
            else:
                continue
            if is_filled:
                found.filled.add(row)
        return found

    def _text(self, data: bytes, at: int) -> str:
        length = unpack_from("<H", data, at)[0]
        if not self._is_wide:
            return data[at + 2 : at + 2 + length].decode("latin-1")
        return _decoded(data[at + 3 :], length, bool(data[at + 2] & 1))


def is_locked(stream: bytes) -> bool:
    """Has the workbook a password? Then all that follows the lock is sealed."""
    return any(kind == LOCK for kind, _ in _records(stream, 0))


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """Records of one substream; those of charts within it are left out."""
    depth = 0
    while True:
        kind, size = unpack_from("<HH", stream, at)
        if kind == EOF:
            depth -= 1
            if not depth:
                return
        elif kind == BOF:
            depth += 1
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _result(kind: int, data: bytes) -> tuple[bool, bool]:
    """Is the value of a cell that is no text an error, and is there one?"""
    if kind == BOOL_OR_ERROR:
        return bool(data[7]), True
    if kind in FORMULAS and data[12:14] == _NO_NUMBER:
        return data[6] == ERROR_RESULT, data[6] not in (TEXT_RESULT, EMPTY_RESULT)
    return False, True


def _blank_strings(segments: list[bytes]) -> set[int]:
    """Indices of the shared strings that hold nothing but white space."""
    reader = _Segments(segments)
    reader.skip(4)
    (count,) = unpack_from("<I", reader.take(4))
    return {index for index in range(count) if not reader.string().strip()}


class _Segments:
    """The table of strings over the records that continue it."""

    def __init__(self, segments: list[bytes]) -> None:
        self._rest = iter(segments)
        self._data = next(self._rest)
        self._at = 0

    def string(self) -> str:
        """The next string; its formatting is passed over."""
        length, flags = unpack_from("<HB", self.take(3))
        runs = unpack_from("<H", self.take(2))[0] if flags & 8 else 0
        extra = unpack_from("<I", self.take(4))[0] if flags & 4 else 0
        text = self._characters(length, bool(flags & 1))
        self.skip(4 * runs + extra)
        return text

    def take(self, size: int) -> bytes:
        """Bytes that a record never parts."""
        if self._at == len(self._data):
            self._next()
        self._at += size
        return self._data[self._at - size : self._at]

    def skip(self, size: int) -> None:
        """Pass over bytes, whichever records hold them."""
        while size > len(self._data) - self._at:
            size -= len(self._data) - self._at
            self._next()
        self._at += size

    def _characters(self, length: int, is_wide: bool) -> str:
        text = _decoded(self._data[self._at :], length, is_wide)
        self._at += len(text) << is_wide
        while (missing := length - len(text)) > 0:
            self._next()
            is_wide = bool(self._data[0] & 1)
            more = _decoded(self._data[1:], missing, is_wide)
            self._at = 1 + (len(more) << is_wide)
            text += more
        return text

    def _next(self) -> None:
        data = next(self._rest, None)
        if data is None:
            raise ValueError("the table of strings ends early")
        self._data, self._at = data, 0


def _decoded(data: bytes, length: int, is_wide: bool) -> str:
    """Up to `length` characters; one per code unit, so that lengths can be counted on."""
    if not is_wide:
        return data[:length].decode("latin-1")
    units = data[: 2 * length]
    return "".join(map(chr, unpack_from(f"<{len(units) // 2}H", units)))
