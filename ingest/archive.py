"""Delivered bytes at rest: sealed in chunks, so that they can be read from any position.

Each delivery has a data key of its own, wrapped by the archive key; destroying the wrapped key
destroys the bytes. A chunk's nonce is its number and its associated data names the delivery and
the number, so chunks can be neither swapped nor moved; the manifest's size shows a cut file.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tallywatch.errors import TerminalError

CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
NONCE_BYTES = 12
KEY_BYTES = 32


def new_data_key() -> bytes:
    """A fresh random data key."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def wrap_key(wrapping_key: bytes, data_key: bytes, name: str) -> bytes:
    """Seal `data_key` under `wrapping_key`, bound to `name`; the nonce comes first."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, data_key, name.encode())


def unwrap_key(wrapping_key: bytes, wrapped: bytes, name: str) -> bytes:
    """Undo `wrap_key`.

    Raises:
        TerminalError: the wrapping key is another one, or the bytes were changed.
    """
    try:
        return AESGCM(wrapping_key).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name.encode()
        )
    except InvalidTag:
        raise TerminalError(
            f"the data key of {name} does not open",
            "the key that sealed it",
            "set the same archive or vault key as when it was written",
        ) from None


def seal_stream(source: BinaryIO, target: BinaryIO, data_key: bytes, name: str) -> None:
    """Write `source` to `target` in sealed chunks of CHUNK_BYTES plus a tag each."""
    cipher = AESGCM(data_key)
    number = 0
    while chunk := source.read(CHUNK_BYTES):
        target.write(cipher.encrypt(_nonce(number), chunk, _associated(name, number)))
        number += 1


class SealedReader(io.RawIOBase):
    """Seekable plaintext of a file written by `seal_stream`; one chunk is held in memory."""

    def __init__(self, path: Path, data_key: bytes, name: str, size: int) -> None:
        self._file = path.open("rb")
        self._cipher = AESGCM(data_key)
        self._name = name
        self._size = size
        self._position = 0
        self._number = -1
        self._chunk = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, CHUNK_BYTES)
        if number != self._number:
            self._open_chunk(number)
        view = memoryview(buffer)
        count = min(len(view), len(self._chunk) - offset)
        view[:count] = self._chunk[offset : offset + count]
        self._position += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()

    def _open_chunk(self, number: int) -> None:
        self._file.seek(number * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(CHUNK_BYTES + TAG_BYTES)
        try:
            self._chunk = self._cipher.decrypt(
                _nonce(number), sealed, _associated(self._name, number)
            )
        except InvalidTag:
            raise TerminalError(
                f"archived bytes of {self._name} are damaged at chunk {number}",
                "the bytes as they were landed",
                "restore the landing folder from its backup",
            ) from None
        self._number = number


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _associated(name: str, number: int) -> bytes:
    return f"{name}:{number}".encode()
