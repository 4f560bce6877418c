"""Long numbers of a sheet as its XML writes them, which may be with more digits than a cell keeps.

Programs that write workbooks put an order number of 19 digits into the XML in full, where every
reader makes the nearest binary number of it.
"""

from __future__ import annotations

import re
import zipfile

from ingest.formats.xlsx_rows import Attributes, parse_member, sheet_path

_LONG = re.compile(r"[+-]?[0-9]{16,}")
_LETTERS, _OFFSET = 26, ord("A") - 1


def long_numbers(archive: zipfile.ZipFile, sheet_name: str) -> dict[tuple[int, int], str]:
    """Whole numbers of 16 digits and more by row and column, both from 1.

    Raises:
        KeyError, zipfile.BadZipFile, expat.ExpatError: the workbook is damaged.
    """
    reader = _NumberReader()
    parse_member(archive, sheet_path(archive, sheet_name), reader.start, reader.end, reader.text)
    return reader.found


class _NumberReader:
    def __init__(self) -> None:
        self.found: dict[tuple[int, int], str] = {}
        self._row = self._column = 0
        self._value: list[str] | None = None
        self._is_number = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif name == "c":
            reference = attributes.get("r", "").rstrip("0123456789")
            self._column = _column(reference) if reference else self._column + 1
            self._is_number = attributes.get("t", "n") == "n"
        elif name == "v" and self._is_number:
            self._value = []

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def end(self, name: str) -> None:
        if name == "v" and self._value is not None:
            value, self._value = "".join(self._value).strip(), None
            if _LONG.fullmatch(value):
                self.found[self._row, self._column] = value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - _OFFSET
    return number
