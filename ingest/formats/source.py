"""The bytes of a delivery: opened, and read in full pieces."""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from ingest.reasons import DeliveryRefused, RefusalReason

UTF8_MARK = b"\xef\xbb\xbf"
Found = TypeVar("Found")


class Source:
    """A seekable binary stream whose `read(n)` comes short only at the end; never closes it.

    `passwords` came with the delivery; formats that can be locked try them in turn.
    """

    def __init__(self, stream: BinaryIO, passwords: Sequence[str] = ()) -> None:
        self._stream = stream
        self.passwords = tuple(passwords)
        self.closed = False
        self._found: dict[Hashable, Any] = {}

    def once(self, question: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` tells of these bytes, worked out once; it may move the stream."""
        if question not in self._found:
            self._found[question] = find()
        found: Found = self._found[question]
        return found

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all that are left when negative."""
        if size < 0:
            return self._stream.read()
        parts = []
        while size > 0 and (part := self._stream.read(size)):
            parts.append(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, as in io.IOBase."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Position from the start."""
        return self._stream.tell()

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def writable(self) -> bool:
        """Never."""
        return False

    def flush(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Leave the stream open: it belongs to the caller."""


def open_file(path: Path) -> BinaryIO:
    """Open a delivered file for `open_delivery`.

    Raises:
        DeliveryRefused: not a regular file.
    """
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "neither file nor folder"
        raise DeliveryRefused(
            RefusalReason.NOT_A_FILE, kind, "a file", "deliver one file, not a folder or a device"
        )
    return path.open("rb")


def truncated(found: str) -> DeliveryRefused:
    """The refusal of a container that is cut off or damaged."""
    return DeliveryRefused(
        RefusalReason.TRUNCATED, found, "a whole file", "deliver the file again, in full"
    )


def locked(found: str, passwords: Sequence[str]) -> DeliveryRefused:
    """The refusal of something that no password of the delivery opens."""
    if passwords:
        return DeliveryRefused(
            RefusalReason.WRONG_PASSWORD,
            f"{found}; none of the {len(passwords)} passwords at hand opens it",
            "the password that the sender set",
            "ask the sender for it; deliver the file again with <name>.password beside it",
        )
    return DeliveryRefused(
        RefusalReason.PASSWORD_NEEDED,
        found,
        "its password in <name>.password beside the file, or among the feed's passwords",
        "deliver the file again with its password, or unlocked",
    )


def locked_workbook(passwords: Sequence[str]) -> DeliveryRefused:
    """The refusal of a workbook that no password of the delivery opens."""
    return locked("a workbook locked with a password", passwords)
