"""The bytes of a delivery: opened, read in full pieces, and told apart by what they are."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from ingest.contracts import Contract
from ingest.reasons import DeliveryRefused, RefusalReason

HEAD_BYTES = 1 << 16
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
PARQUET_MAGIC = b"PAR1"
UTF8_MARK = b"\xef\xbb\xbf"
OTHER_MAGIC = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel or Word file (OLE2)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "an SQLite database",
}
_JSON_OBJECT_LINE = re.compile(rb"^[ \t]*\{", re.MULTILINE)


class Source:
    """A seekable binary stream whose `read(n)` comes short only at the end; never closes it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.closed = False

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


def sniff(source: Source, contract: Contract) -> str:
    """Which of the contract's formats the bytes are, by the bytes and never by a name.

    Raises:
        DeliveryRefused: empty, cut off, or of a format that the feed does not take.
    """
    source.seek(0)
    head = source.read(HEAD_BYTES)
    text = head.removeprefix(UTF8_MARK)
    if not text.strip() and len(head) < HEAD_BYTES:
        raise DeliveryRefused(
            RefusalReason.EMPTY_FILE,
            f"{len(head)} bytes with nothing in them",
            "a file with records",
            "deliver the file again; leave it out when there is nothing to report",
        )
    format_name, description = _told_by_magic(source, head)
    if not format_name:
        format_name, description = _told_by_text(text, contract)
    if format_name not in contract.formats:
        raise DeliveryRefused(
            RefusalReason.UNKNOWN_FORMAT,
            description,
            f"one of: {', '.join(contract.formats)}",
            "deliver the file in an agreed format",
        )
    return format_name


def _told_by_magic(source: Source, head: bytes) -> tuple[str, str]:
    if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return _told_by_zip(source)
    if head.startswith(PARQUET_MAGIC):
        source.seek(-len(PARQUET_MAGIC), io.SEEK_END)
        if source.read() != PARQUET_MAGIC:
            raise truncated("a Parquet file without its end")
        return "parquet", "a Parquet file"
    for magic, description in OTHER_MAGIC.items():
        if head.startswith(magic):
            return "other", description
    return "", ""


def _told_by_zip(source: Source) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise truncated("a zip container without its end") from error
    if "xl/workbook.xml" in names:
        return "xlsx", "an XLSX workbook"
    return "other", "a zip archive that is no XLSX workbook"


def _told_by_text(text: bytes, contract: Contract) -> tuple[str, str]:
    has_objects = _JSON_OBJECT_LINE.search(text) is not None
    if has_objects and "json_lines" in contract.formats:
        return "json_lines", "JSON Lines"
    if "delimited" in contract.formats:
        return "delimited", "text"
    return "text", "JSON objects in lines" if has_objects else "text that is not JSON Lines"


def truncated(found: str) -> DeliveryRefused:
    """The refusal of a container that is cut off or damaged."""
    return DeliveryRefused(
        RefusalReason.TRUNCATED, found, "a whole file", "deliver the file again, in full"
    )
