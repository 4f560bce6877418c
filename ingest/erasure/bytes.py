"""Delivered bytes without a person's lines, and delivered bytes that are no more."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from re import Pattern
from typing import Any, BinaryIO, cast

from ingest.archive import new_data_key, seal_stream
from ingest.files import sync, write_json
from ingest.keyring import KeyRing
from ingest.landing import BYTES_FILE, MANIFEST, Landed

HEAD_BYTES = 1 << 16
LINE_FORMATS = frozenset({"delimited", "fixed_width"})
TEXT_MARK = b"\xef\xbb\xbf"


def is_lines(head: bytes, formats: Iterable[str]) -> bool:
    """Whether a delivery is text with one record per line, so that lines can be taken out.

    Anything with a frame around the records (an archive, a workbook, PDF, XML, one JSON document)
    or with two bytes per character is not.
    """
    if b"\0" in head or b"\n" not in head:
        return False
    first = head.removeprefix(TEXT_MARK).lstrip()[:1]
    if first == b"{":
        return "json_lines" in formats and "json" not in formats
    known = set(formats) & LINE_FORMATS
    return bool(known) and first not in {b"[", b"<", b"%", b":"} and not head.startswith(b"PK")


def shred(landed: Landed, at: datetime) -> None:
    """Destroy the key of a delivery and remove its bytes; what stays keeps it from landing anew."""
    content = _manifest(landed.folder)
    content |= {
        "wrapped_key": None,
        "attributes": {},
        "file_name_token": "",
        "shredded_at": at.isoformat(),
    }
    write_json(landed.folder / MANIFEST, content)
    remove_unreferenced(landed.folder)


def without_lines(
    landed: Landed, keys: KeyRing, lines: Iterable[int], pattern: Pattern[bytes], at: datetime
) -> int:
    """Seal a delivery anew, under a new key, without some lines; returns how many went.

    `lines` are numbers of the file as it was delivered; lines that `pattern` finds go as well. The
    manifest keeps the numbers of the lines that are gone, so that the next call counts right.
    """
    content = _manifest(landed.folder)
    gone = set(content.get("removed_lines", ()))
    before = len(gone)
    data_key = new_data_key()
    rewritten = len(content.get("rewritten_at", ())) + 1
    path = landed.folder / f"bytes-{rewritten}.enc"
    with landed.open(keys) as source, path.open("wb") as target:
        kept = _LineFilter(source, set(lines), pattern, gone)
        seal_stream(cast("BinaryIO", kept), target, data_key, landed.sealed_as)
    sync(path)
    content |= {
        "bytes_file": path.name,
        "file_bytes": kept.size,
        "key_id": keys.present_id,
        "wrapped_key": base64.b64encode(keys.wrap(data_key, landed.delivery_id)).decode(),
        "sealed_passwords": None,  # only locked files have any, and lines are in none
        "removed_lines": sorted(gone),
        "rewritten_at": [*content.get("rewritten_at", ()), at.isoformat()],
    }
    write_json(landed.folder / MANIFEST, content)
    remove_unreferenced(landed.folder)
    return len(gone) - before


def removed_lines(landed: Landed) -> frozenset[int]:
    """Numbers of lines, as they were delivered, that are gone from the bytes."""
    return frozenset(_manifest(landed.folder).get("removed_lines", ()))


def remove_unreferenced(folder: Path) -> None:
    """Remove sealed bytes that the manifest does not name: those before, and a killed run's."""
    content = _manifest(folder)
    is_kept = content["wrapped_key"] is not None
    wanted = content.get("bytes_file", BYTES_FILE) if is_kept else None
    for path in folder.glob("*.enc"):
        if path.name != wanted:
            path.unlink()
    sync(folder)


class _LineFilter(io.RawIOBase):
    """Reads a stream without some of its lines; adds the numbers of those to `gone`."""

    def __init__(
        self, source: BinaryIO, lines: set[int], pattern: Pattern[bytes], gone: set[int]
    ) -> None:
        self._kept = self._filtered(source, lines, pattern, gone)
        self._rest = b""
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._kept, None)
            if line is None:
                break
            pieces.append(line)
            length += len(line)
        content = b"".join(pieces)
        given = content if size < 0 else content[:size]
        self._rest = content[len(given) :]
        self.size += len(given)
        return given

    @staticmethod
    def _filtered(
        source: BinaryIO, lines: set[int], pattern: Pattern[bytes], gone: set[int]
    ) -> Iterator[bytes]:
        number = 0
        before = frozenset(gone)
        for line in source:
            number += 1
            while number in before:
                number += 1
            if number in lines or pattern.search(line):
                gone.add(number)
            else:
                yield line


def _manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content
