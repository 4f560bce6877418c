"""Tokens of identifiers that nobody has: a keyed mix of numbers, as long as the real ones.

A world of a million people has tens of millions of identifiers. Their tokens are mixed from their
numbers with the finaliser of SplitMix64, whole columns at once; they look like those of the door
and keep nothing secret, for there is nothing behind them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

PREFIXES = {
    "phone": "ph",
    "id_number": "id",
    "email": "em",
    "name": "nm",
    "account": "ac",
    "counterparty": "cp",
    "device": "dv",
    "address": "ad",
    "ip": "ip",
    "company": "co",
}
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_HEX = np.array([f"{byte:02x}" for byte in range(256)], "S2")


def mixed(numbers: np.ndarray, salt: int) -> np.ndarray:
    """64 bits per number that show nothing of it."""
    with np.errstate(over="ignore"):
        word = numbers.astype(np.uint64) + _GOLDEN * np.uint64(2 * (salt % 2**62) + 1)
        word = (word ^ (word >> np.uint64(30))) * _FIRST
        word = (word ^ (word >> np.uint64(27))) * _SECOND
        return word ^ (word >> np.uint64(31))


def hex_digits(numbers: np.ndarray, salt: int, words: int = 2) -> np.ndarray:
    """16 hexadecimal digits per word, as bytes of a fixed width."""
    columns = np.empty((len(numbers), words), ">u8")
    for word in range(words):
        columns[:, word] = mixed(numbers, salt + word * 7_919)
    digits = _HEX[columns.view(np.uint8).reshape(len(numbers), 8 * words)]
    return digits.view(f"S{16 * words}").reshape(len(numbers))


def texts(fixed: np.ndarray, prefix: bytes = b"") -> pa.Array:
    """Bytes of a fixed width as an Arrow column of text, with `prefix` before each."""
    count, width = len(fixed), fixed.dtype.itemsize + len(prefix)
    body = np.empty((count, width), np.uint8)
    body[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
    body[:, len(prefix) :] = fixed.view(np.uint8).reshape(count, fixed.dtype.itemsize)
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(body))


class Tokens:
    """Tokens of one world."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, kind: str, numbers: np.ndarray) -> pa.Array:
        """The token of each number of that kind."""
        prefix = PREFIXES[kind]
        salt = self._seed * 1_000_003 + int.from_bytes(prefix.encode(), "big")
        return texts(hex_digits(numbers, salt), f"{prefix}_".encode())

    def coded(self, kind: str, numbers: np.ndarray, none: np.ndarray | None = None) -> pa.Array:
        """The same as a dictionary of those that occur; null where `none` holds."""
        if not len(numbers):
            return pa.array([], pa.string())
        values, codes = np.unique(numbers, return_inverse=True)
        indices = pa.array(codes.astype(np.int32), mask=none)
        return pa.DictionaryArray.from_arrays(indices, self.of(kind, values))
