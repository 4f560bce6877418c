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

NO_TEXT = pa.scalar(None, pa.string())
LOOKED_AT = 8
"""So many first lines may give the template."""
WORD_BYTES = 8
KEY_END = b'":'
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
        self._is_quote: Mask = self._octets == QUOTE
        self._find_values(template)

    def columns(self) -> list[pa.Array]:
        """The values by key, one for each line that is flat, as texts; null where they are null.

        Lines whose values are none in JSON are found here, and are not flat from then on.
        """
        begins, ends = self._begins, self._ends
        firsts = self._octets[begins]
        is_text: Mask = (firsts == QUOTE) & (self._octets[ends - 1] == QUOTE) & (ends - begins > 1)
        fits = self._have_no_other_quotes(is_text)
        # Of the values without quotes, null alone begins with n.
        is_null: Mask = firsts == ord("n")
        # Values and what stands between them take turns.
        offsets = np.empty((*begins.shape, 2), np.int32)
        offsets[..., 0], offsets[..., 1] = begins + is_text, ends - is_text
        pieces = pa.StringArray.from_buffers(
            max(offsets.size - 1, 0), pa.py_buffer(offsets), pa.py_buffer(self._data)
        )
        firsts_of_lines = np.arange(0, offsets.size, 2 * self._width)
        columns = [pieces.take(pa.array(firsts_of_lines + 2 * n)) for n in range(self._width)]
        for number, values in enumerate(columns):
            bare = np.flatnonzero(~is_text[:, number])
            if len(bare):
                texts = values if len(bare) == len(values) else values.take(pa.array(bare))
                fits[bare] &= _are_bare(texts).to_numpy(zero_copy_only=False)
        self._keep(fits)
        if not fits.all():
            kept = pa.array(fits)
            columns, is_null = [values.filter(kept) for values in columns], is_null[fits]
        return [
            pc.if_else(pa.array(nulls), NO_TEXT, values) if nulls.any() else values
            for values, nulls in zip(columns, is_null.T, strict=True)
        ]

    def _find_values(self, template: Template) -> None:
        """Hold each line against the texts between its values; every key ends with `":`."""
        key_ends = np.flatnonzero(self._is_quote[:-1] & (self._octets[1:] == COLON))
        if BACKSLASH in self._data:
            self.is_flat &= self._per_line(np.flatnonzero(self._octets == BACKSLASH)) == 0
        keys = self._keys_of_flat_lines(key_ends)
        bounds, following = self._bounds[:-1], self._bounds[1:]
        if not self.is_flat.all():
            bounds, following = bounds[self.is_flat], following[self.is_flat]
        lengths = np.array([len(separator) for separator in template.separators])
        blanks = lengths - [len(separator.rstrip(b" ")) for separator in template.separators]
        begins = keys + (2 + blanks)
        befores = begins - lengths
        ends = np.empty_like(begins)
        ends[:, :-1], ends[:, -1] = befores[:, 1:], following - 2
        fits: Mask = befores[:, 0] == bounds
        fits &= (self._octets[ends[:, -1]] == BRACE) & (ends > begins).all(axis=1)
        self._begins, self._ends = begins, ends
        self._keep(fits)
        befores = befores if fits.all() else befores[fits]
        fits = np.ones(len(befores), np.bool_)
        for number, separator in enumerate(template.separators):
            # The end of the key is there: by it the place was found.
            fits &= self._stands_at(separator.removesuffix(KEY_END), befores[:, number])
        self._keep(fits)

    def _keys_of_flat_lines(self, key_ends: Int64s) -> Int64s:
        """Where keys end, a row for each line with as many as the template; no other is flat."""
        if self.is_flat.all() and len(key_ends) == len(self.is_flat) * self._width:
            keys: Int64s = key_ends.reshape(-1, self._width)
            begin_inside = (keys[:, 0] >= self._bounds[:-1]).all()
            if begin_inside and (keys[:, -1] < self._bounds[1:]).all():
                return keys
        firsts = np.searchsorted(key_ends, self._bounds)
        self.is_flat &= np.diff(firsts) == self._width
        places = firsts[:-1][self.is_flat][:, None] + np.arange(self._width)
        found: Int64s = key_ends[places]
        return found

    def _have_no_other_quotes(self, is_text: Mask) -> Mask:
        """Which flat lines have two quotes for each key and each text, and no more.

        They have no fewer, so that it is enough to count those of the whole block where all of its
        lines are flat.
        """
        wanted = 2 * (np.count_nonzero(is_text, axis=1) + self._width)
        if self.is_flat.all() and wanted.sum() == np.count_nonzero(self._is_quote):
            return np.ones(len(wanted), np.bool_)
        found = self._per_line(np.flatnonzero(self._is_quote))[self.is_flat]
        fits: Mask = found == wanted
        return fits

    def _stands_at(self, text: bytes, places: Int64s) -> Mask:
        """Is the text at each place? Compared by words of eight bytes."""
        words: npt.NDArray[np.uint64] = np.ndarray(
            (len(self._data) - WORD_BYTES + 1,), np.uint64, self._data, strides=(1,)
        )
        same: Mask = np.ones(len(places), np.bool_)
        for step in {*range(0, len(text) - WORD_BYTES, WORD_BYTES), max(len(text) - WORD_BYTES, 0)}:
            piece = text[step : step + WORD_BYTES]
            found = words[places + step if step else places]
            if len(piece) < WORD_BYTES:
                found &= _word(b"\xff" * len(piece))
            same &= found == _word(piece)
        return same

    def _keep(self, fits: Mask) -> None:
        """Go on with some of the lines that were flat so far."""
        if not fits.all():
            self._begins, self._ends = self._begins[fits], self._ends[fits]
            self.is_flat[self.is_flat] = fits

    def _per_line(self, places: Int64s) -> Int64s:
        counts: Int64s = np.diff(np.searchsorted(places, self._bounds))
        return counts


def _word(piece: bytes) -> np.uint64:
    word: np.uint64 = np.frombuffer(piece.ljust(WORD_BYTES, b"\0"), np.uint64)[0]
    return word


def _are_bare(texts: pa.StringArray) -> pa.BooleanArray:
    """Which texts are numbers, true, false or null, as JSON writes them."""
    is_whole = pc.and_(pc.ascii_is_decimal(texts), pc.invert(pc.starts_with(texts, "0")))
    if not is_whole.false_count:
        return is_whole
    return pc.match_substring_regex(texts, f"^(?:{_BARE})$")


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
