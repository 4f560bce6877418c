"""Lines of fixed width to columns of text: sliced as a matrix of bytes, decoded by column."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.formats.cells import PADDING
from ingest.formats.reading import Faults, Int64s, Mask
from ingest.reasons import StructuralFault

Octets = npt.NDArray[np.uint8]
LF, CR, BLANK = ord("\n"), ord("\r"), ord(" ")
BLANKS = (LF, CR, BLANK)


class FixedLines:
    """Whole lines, each ended by LF. Arrays have one entry per line; ends are without CR."""

    def __init__(self, data: bytes) -> None:
        self.octets: Octets = np.frombuffer(data, np.uint8)
        breaks = np.flatnonzero(self.octets == LF)
        starts = np.concatenate(([0], breaks[:-1] + 1)) if len(breaks) else breaks
        has_return = (breaks > starts) & (self.octets[breaks - 1] == CR)
        self._data = data
        self.starts: Int64s = starts.astype(np.int64)
        self.ends: Int64s = (breaks - has_return).astype(np.int64)

    def only(self, mask: Mask) -> FixedLines:
        """Some of the lines."""
        lines = copy(self)
        lines.starts, lines.ends = self.starts[mask], self.ends[mask]
        return lines

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def widths(self) -> Int64s:
        """Bytes per line."""
        widths: Int64s = self.ends - self.starts
        return widths

    def text(self, index: int, encoding: str) -> str:
        """One line."""
        return self._data[self.starts[index] : self.ends[index]].decode(encoding, "replace")

    def blank(self) -> Mask:
        """Lines that are empty or hold nothing but blanks."""
        is_filled = ~np.isin(self.octets, BLANKS)
        filled = np.concatenate(([0], np.cumsum(is_filled)))
        blank: Mask = filled[self.ends] == filled[self.starts]
        return blank

    def matrix(self, width: int, *, pads: bool) -> tuple[Octets, Faults]:
        """Every line as a row of so many bytes, and what is wrong with its width.

        Blanks beyond the width do no harm; with `pads` a short line is filled up with them.
        """
        places = self.starts[:, None] + np.arange(width)
        is_in = places < self.ends[:, None]
        cells = self.octets[np.minimum(places, len(self.octets) - 1)]
        rows = np.where(is_in, cells, BLANK).astype(np.uint8)
        faults: Faults = np.zeros(len(self), np.int16)
        if not pads:
            faults[self.widths < width] = StructuralFault.TOO_FEW_COLUMNS
        for index in np.flatnonzero(self.widths > width):
            if (self.octets[self.starts[index] + width : self.ends[index]] != BLANK).any():
                faults[index] = StructuralFault.TOO_MANY_COLUMNS
        faults[(rows == 0).any(axis=1)] = StructuralFault.NUL_BYTE
        return rows, faults


def decoded(rows: Octets, encoding: str, faults: Faults) -> pa.Array:
    """Cells, one per row, as text without padding; marks rows whose bytes are no characters."""
    sound = np.ascontiguousarray(rows)
    if not sound.size:
        return pa.array([""] * len(rows), pa.string())
    if sound.max() < 0x80:
        size = rows.shape[1]
        cells = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(size), len(rows), [None, pa.py_buffer(sound)]
        )
        texts = cells.cast(pa.binary()).cast(pa.string())
    else:
        texts = pa.array(_texts(sound, encoding, faults), pa.string())
    return pc.utf8_trim(texts, characters=PADDING)


def _texts(rows: Octets, encoding: str, faults: Faults) -> list[str]:
    ended = np.pad(rows, ((0, 0), (0, 1)), constant_values=LF).tobytes()
    try:
        # A line feed is no part of any character, so that cells may be decoded together.
        return ended[:-1].decode(encoding).split("\n")
    except UnicodeDecodeError:
        return _texts_with_care([bytes(row) for row in rows], _decoder(encoding), faults)


def _texts_with_care(
    cells: list[bytes], decode: Callable[[bytes], str | None], faults: Faults
) -> list[str]:
    texts = [decode(cell) for cell in cells]
    is_broken = np.array([text is None for text in texts])
    faults[is_broken & (faults == StructuralFault.SOUND)] = StructuralFault.BAD_ENCODING
    return [text or "" for text in texts]


def _decoder(encoding: str) -> Callable[[bytes], str | None]:
    def decode(cell: bytes) -> str | None:
        try:
            return cell.decode(encoding)
        except UnicodeDecodeError:
            return None

    return decode
