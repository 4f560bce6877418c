"""JSON Lines whose records are alike, read by whole columns.

Nearly every line of a delivery has the keys of the first one, in the same order, with the same
text between the values. A line is taken only when it is those texts with plain JSON values between
them, which makes it a JSON object by construction; all others (escapes, nested values, other keys
or another order, anything broken) are left to a decoder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.formats.reading import Int64s, Mask

LOOKED_AT = 8
"""So many first lines may give the template."""
WORD_BYTES = 8
LF, QUOTE, COLON, BRACE, BACKSLASH, FIRST_PRINTABLE = *b'\n":}\\', ord(" ")

_BARE = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null"
_OPENING = re.compile(rb'\{ *"([^"]+)": *')
_NEXT = re.compile(rb' *, *"([^"]+)": *')
_CELL = re.compile(rb'"[^"]*"|' + _BARE.encode())

Octets = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Template:
    """Keys of a record in their order, and the text that stands before the value of each.

    `line` is the index, in its block, of the line that it was taken from.
    """

    line: int
    keys: tuple[str, ...]
    separators: tuple[bytes, ...]


class FlatLines:
    """The lines of a block that are a template's texts with something between them.

    Args:
        data: whole lines in UTF-8, each ended by LF or CRLF.
        template: of one of them.

    `is_flat` has one entry per line of the block, `keys` are those of the template.
    """

    def __init__(self, data: bytes, template: Template) -> None:
        self._data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
        self._octets: Octets = np.frombuffer(self._data, np.uint8)
        self.keys = template.keys
        self.template_line = template.line
        self._width = len(template.keys)
        low = np.flatnonzero(self._octets < FIRST_PRINTABLE).astype(np.int64)
        is_end = self._octets[low] == LF
        self.is_flat: Mask = np.ones(np.count_nonzero(is_end), np.bool_)
        if not is_end.all():
            # Control characters are no part of JSON text.
            ends = low[is_end]
            self.is_flat[np.searchsorted(ends, low[~is_end])] = False
            low = ends
        self._bounds: Int64s = np.concatenate(([0], low + 1))
        self._quotes = np.flatnonzero(self._octets == QUOTE)
        self._find_values(template)

    def columns(self) -> list[pa.Array]:
        """The values by key, one for each line that is flat, as texts; null where they are null.

        Lines whose values are none in JSON are found here, and are not flat from then on.
        """
        begins, ends = self._begins, self._ends
        is_text: Mask = self._octets[begins] == QUOTE
        is_text &= (self._octets[ends - 1] == QUOTE) & (ends - begins > 1)
        quotes = self._per_line(self._quotes)[self.is_flat] - 2 * self._width
        fits: Mask = quotes == 2 * np.count_nonzero(is_text, axis=1)
        begins, ends = begins + is_text, ends - is_text
        # Values and what stands between them take turns.
        offsets = np.stack([begins, ends], axis=2).reshape(-1).astype(np.int32)
        pieces = pa.StringArray.from_buffers(
            max(len(offsets) - 1, 0), pa.py_buffer(offsets), pa.py_buffer(self._data)
        )
        places = 2 * np.arange(begins.size).reshape(begins.shape)
        for number in range(self._width):
            bare = np.flatnonzero(~is_text[:, number])
            if len(bare):
                texts = pieces.take(pa.array(places[bare, number]))
                is_value = pc.match_substring_regex(texts, f"^(?:{_BARE})$")
                fits[bare] &= is_value.to_numpy(zero_copy_only=False)
        self._keep(fits)
        # Of the values without quotes, null alone begins with n.
        is_null = ~is_text & (self._octets[begins] == ord("n"))
        return [
            pieces.take(pa.array(places[fits, number], mask=is_null[fits, number]))
            for number in range(self._width)
        ]

    def _find_values(self, template: Template) -> None:
        """Hold each line against the texts between its values; every key ends with `":`."""
        key_ends = self._quotes[self._octets[self._quotes + 1] == COLON]
        self.is_flat &= self._per_line(key_ends) == self._width
        if BACKSLASH in self._data:
            self.is_flat &= self._per_line(np.flatnonzero(self._octets == BACKSLASH)) == 0
        rows = np.flatnonzero(self.is_flat)
        first = np.searchsorted(key_ends, self._bounds[rows])
        keys: Int64s = key_ends[first[:, None] + np.arange(self._width)]
        lengths = np.array([len(separator) for separator in template.separators])
        blanks = lengths - [len(separator.rstrip(b" ")) for separator in template.separators]
        begins = keys + 2 + blanks
        befores = begins - lengths
        lasts = self._bounds[rows + 1] - 2
        ends = np.column_stack([befores[:, 1:], lasts])
        fits: Mask = befores[:, 0] == self._bounds[rows]
        fits &= (self._octets[lasts] == BRACE) & (ends > begins).all(axis=1)
        self._begins, self._ends = begins, ends
        self._keep(fits)
        befores = befores[fits]
        fits = np.ones(len(befores), np.bool_)
        for number, separator in enumerate(template.separators):
            fits &= self._stands_at(separator, befores[:, number])
        self._keep(fits)

    def _stands_at(self, text: bytes, places: Int64s) -> Mask:
        """Is the text at each place? Compared by words of eight bytes."""
        words: npt.NDArray[np.uint64] = np.ndarray(
            (len(self._data) - WORD_BYTES + 1,), np.uint64, self._data, strides=(1,)
        )
        steps = [*range(0, len(text) - WORD_BYTES, WORD_BYTES), max(len(text) - WORD_BYTES, 0)]
        same: Mask = np.ones(len(places), np.bool_)
        for step in steps:
            piece = text[step : step + WORD_BYTES]
            wanted = np.frombuffer(piece.ljust(WORD_BYTES, b"\0"), np.uint64)[0]
            filled = np.frombuffer((b"\xff" * len(piece)).ljust(WORD_BYTES, b"\0"), np.uint64)[0]
            same &= (words[places + step] & filled) == wanted
        return same

    def _keep(self, fits: Mask) -> None:
        """Go on with some of the lines that were flat so far."""
        if not fits.all():
            self._begins, self._ends = self._begins[fits], self._ends[fits]
            self.is_flat[self.is_flat] = fits

    def _per_line(self, places: Int64s) -> Int64s:
        counts: Int64s = np.diff(np.searchsorted(places, self._bounds))
        return counts


def template_of(data: bytes) -> Template | None:
    """The template of the first line that is a plain record; None where no early line is."""
    start = 0
    for index in range(LOOKED_AT):
        end = data.find(b"\n", start)
        if end < 0:
            return None
        if template := _template(data[start:end].removesuffix(b"\r"), index):
            return template
        start = end + 1
    return None


def _template(line: bytes, index: int) -> Template | None:
    names: list[bytes] = []
    separators: list[bytes] = []
    place, pattern = 0, _OPENING
    while separator := pattern.match(line, place):
        cell = _CELL.match(line, separator.end())
        if cell is None:
            return None
        names.append(separator[1])
        separators.append(separator[0])
        place, pattern = cell.end(), _NEXT
    is_plain = line[place:] == b"}" and b"\\" not in line and min(line) >= FIRST_PRINTABLE
    if not is_plain or len(set(names)) < len(names):
        return None
    return Template(index, tuple(name.decode() for name in names), tuple(separators))
