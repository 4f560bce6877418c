"""Hashing a stream while something else is done with it."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import BinaryIO


class Hashed:
    """A stream whose SHA-256 is taken as it is read; chunks that are full by a thread of its own.

    A context manager: the thread ends with it.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self._pool: ThreadPoolExecutor | None = None
        self._pending: Future[None] | None = None
        self.size = 0

    def read(self, size: int) -> bytes:
        """The next chunk; a shorter one than asked for is the last."""
        chunk = self._source.read(size)
        self.size += len(chunk)
        self._settle()
        if len(chunk) < size:
            # A small file is hashed sooner than a thread is started.
            self._digest.update(chunk)
        else:
            self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="hash")
            self._pending = self._pool.submit(self._digest.update, chunk)
        return chunk

    def sha256(self) -> str:
        """In hexadecimal digits, of all that was read."""
        self._settle()
        return self._digest.hexdigest()

    def _settle(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()

    def __enter__(self) -> Hashed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool:
            self._pool.shutdown()
