"""Work in other threads: reading ahead, writing behind, and parts of a file at the same time.

Arrow, NumPy and Parquet release Python's lock while they work.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

Item = TypeVar("Item")
Made = TypeVar("Made")
AHEAD = 2
MAKERS = max(1, (os.cpu_count() or 1) - 1)
"""One processor is for the engine, and for what is done with the results."""
FEW_ITEMS = 2
AHEAD_BYTES = 24 << 20
"""Of what parts of a file are made before they are used: a stop of the reader stops nobody."""


def read_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Iterate while a thread already fetches the next AHEAD items; errors come through."""
    waiting: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def fetch() -> None:
        try:
            for item in items:
                if not _offer(waiting, (item, None), stopped):
                    return
        except BaseException as error:
            _offer(waiting, (None, error), stopped)
        else:
            _offer(waiting, (None, None), stopped)

    thread = threading.Thread(target=fetch, name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = waiting.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stopped.set()
        thread.join()


def made_ahead(
    make: Callable[[Item], Made], items: Iterable[Item], item_bytes: int
) -> Iterator[Made]:
    """What is made of each item, in their order, by MAKERS threads ahead of its use.

    So many items are made ahead as, at about `item_bytes` each, fill AHEAD_BYTES.
    What a single item gives is made here: that is sooner done than a thread is started.
    """
    given = iter(items)
    first = list(islice(given, FEW_ITEMS))
    if len(first) < FEW_ITEMS:
        yield from map(make, first)
        return
    with ThreadPoolExecutor(MAKERS, thread_name_prefix="made-ahead") as pool:
        waiting: deque[Future[Made]] = deque()
        for item in chain(first, given):
            waiting.append(pool.submit(make, item))
            if len(waiting) * item_bytes > AHEAD_BYTES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _offer(
    waiting: queue.Queue[tuple[Item | None, BaseException | None]],
    entry: tuple[Item | None, BaseException | None],
    stopped: threading.Event,
) -> bool:
    while not stopped.is_set():
        try:
            waiting.put(entry, timeout=0.1)
        except queue.Full:
            continue
        return True
    return False


class WriteBehind:
    """A Parquet writer whose writes happen in a thread, at most one waiting."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer = writer
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="write-behind")
        self._pending: Future[None] | None = None

    def write(self, table: pa.Table) -> None:
        """Hand over one table; waits until the one before is written."""
        self._wait()
        self._pending = self._pool.submit(self._writer.write_table, table)

    def close(self) -> None:
        """Wait for the last write and end the file."""
        try:
            self._wait()
        finally:
            self._pool.shutdown()
            self._writer.close()

    def _wait(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()
