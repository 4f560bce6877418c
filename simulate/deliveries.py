"""The inbox: files with the time at which they were received, and the list of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from simulate.calendar import UTC_OFFSET
from simulate.truth import Delivered

NANOSECONDS = 1_000_000_000


class Inbox:
    """Writes deliveries below a folder and remembers them in order of writing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.delivered: list[Delivered] = []

    def place(self, feed: str, name: str, attributes: dict[str, str] | None = None) -> Path:
        """Where a file of the feed goes; its folder is made."""
        parts = [f"{key}={value}" for key, value in (attributes or {}).items()]
        path = self.folder.joinpath(feed, *parts, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def deliver(
        self,
        feed: str,
        name: str,
        content: bytes | Iterable[bytes],
        received: np.datetime64,
        records: int,
        attributes: dict[str, str] | None = None,
    ) -> str:
        """Write a file piece by piece; gives its path relative to the inbox."""
        path = self.place(feed, name, attributes)
        with path.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
        return self.note(feed, path, received, records)

    def note(self, feed: str, path: Path, received: np.datetime64, records: int) -> str:
        """Stamp a file already written and remember it."""
        stamp = int((received - UTC_OFFSET).astype("datetime64[s]").astype(np.int64)) * NANOSECONDS
        os.utime(path, ns=(stamp, stamp))
        relative = path.relative_to(self.folder).as_posix()
        self.delivered.append(Delivered(feed, relative, utc_text(received), records))
        return relative


def utc_text(instant: np.datetime64) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC."""
    return clock(instant - UTC_OFFSET)


def clock(instant: np.datetime64) -> str:
    """`YYYY-MM-DD HH:MM:SS` as it stands."""
    return str(instant.astype("datetime64[s]")).replace("T", " ")
