"""Texts that were met before, found again at a cost that does not grow with their number.

Arrow looks texts up in a hash table that it builds anew on every call: with a million known texts
that takes longer than to make the tokens of a batch. Here a text is found by a fingerprint of eight
bytes among sorted ones, and compared in full before it counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

FEW = 10_000
"""So many known texts Arrow looks up faster."""
NO_TEXTS = pa.array([], pa.string())
_BASE = 0x9E3779B97F4A7C15
_OFFSET_BYTES = 4

Fingerprints = npt.NDArray[np.uint64]


class KnownTexts:
    """Distinct texts in the order in which they were added."""

    def __init__(self) -> None:
        self._texts: pa.StringArray = NO_TEXTS
        self._sorted = 0
        self._prints: Fingerprints = np.zeros(0, np.uint64)
        self._places: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._starts: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._shift = np.uint64(0)

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, texts: pa.StringArray) -> None:
        """Add texts that are not null, not known and not alike."""
        self._texts = pa.concat_arrays([self._texts, texts])

    def places(self, values: pa.StringArray) -> pa.Int32Array:
        """The place of each value among the known texts; null where it is null or not known."""
        if len(self._texts) <= FEW:
            return pc.index_in(values, self._texts)
        self._take_prints()
        prints = fingerprints(values)
        at = self._first_from(prints)
        is_out = (self._prints[at] != prints) | values.is_null().to_numpy(zero_copy_only=False)
        places = pa.array(self._places[at], mask=is_out)
        same = pc.equal(self._texts.take(places), values)
        if same.false_count:
            # Two texts with one fingerprint: it happens in theory.
            return pc.index_in(values, self._texts)
        return places

    def _first_from(self, prints: Fingerprints) -> npt.NDArray[np.int32]:
        """Where each fingerprint stands, or would, among the sorted ones.

        They lie evenly, so a table by their first bits leads to within a step or two.
        """
        at: npt.NDArray[np.int32] = self._starts[prints >> self._shift]
        short = np.flatnonzero(self._prints[at] < prints)
        while len(short):
            at[short] += 1
            short = short[self._prints[at[short]] < prints[short]]
        return at

    def _take_prints(self) -> None:
        """Put the texts that were added since among the sorted fingerprints."""
        if self._sorted == len(self._texts):
            return
        prints = fingerprints(self._texts.slice(self._sorted))
        places = np.arange(self._sorted, len(self._texts), dtype=np.int32)
        prints = np.concatenate([self._prints[: self._sorted], prints])
        places = np.concatenate([self._places[: self._sorted], places])
        order = np.argsort(prints, kind="stable")
        self._sorted = len(order)
        # One more, than which none is greater, ends every search.
        self._prints = np.append(prints[order], np.iinfo(np.uint64).max)
        self._places = np.append(places[order], np.int32(0))
        bits = self._sorted.bit_length()
        self._shift = np.uint64(64 - bits)
        firsts = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._starts = np.searchsorted(self._prints, firsts).astype(np.int32)


def fingerprints(texts: pa.StringArray) -> Fingerprints:
    """A number for each text, equal for equal texts and hardly ever for others; any for null.

    The bytes are the coefficients of a polynomial modulo 2^64: running sums over all bytes of the
    array give the polynomial of each text, a power of the inverse moves it to the same degree.
    """
    _, offset_bytes, data = texts.buffers()
    if data is None or not len(texts):
        return np.zeros(len(texts), np.uint64)
    offsets = np.frombuffer(
        offset_bytes, np.int32, len(texts) + 1, _OFFSET_BYTES * texts.offset
    ).astype(np.int64)
    octets = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    offsets -= offsets[0]
    sums = np.zeros(len(octets) + 1, np.uint64)
    # A zero byte would count for nothing.
    np.cumsum((octets + np.uint64(1)) * _powers(_BASE, len(octets)), out=sums[1:])
    inverse = pow(_BASE, -1, 1 << 64)
    prints: Fingerprints = sums[offsets[1:]] - sums[offsets[:-1]]
    prints *= _powers(inverse, len(octets) + 1)[offsets[:-1]]
    return prints


_POWERS: dict[int, Fingerprints] = {}


def _powers(base: int, count: int) -> Fingerprints:
    """base^0, base^1, … modulo 2^64, kept from call to call."""
    powers = _POWERS.get(base)
    if powers is None or len(powers) < count:
        size = 1 << max(count, 1).bit_length()
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        np.cumprod(powers, out=powers)
        _POWERS[base] = powers
    return powers[:count]
