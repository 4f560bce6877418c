"""What can happen to a file on its way, always the same for the same bytes."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Iterator

CUTS = (0.03, 0.2, 0.5, 0.8, 0.97)
FLIPS = (1, 5, 40)


def damaged(content: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Cut off, overwritten, with holes, repeated; by name."""
    chance = random.Random(seed)
    size = len(content)
    for share in CUTS:
        yield f"cut at {share}", content[: int(size * share)]
    yield "cut by a byte", content[:-1]
    for count in FLIPS:
        changed = bytearray(content)
        for _ in range(count):
            changed[chance.randrange(size)] = chance.randrange(256)
        yield f"{count} bytes changed", bytes(changed)
    at = chance.randrange(max(size - 32, 1))
    yield "a hole", content[:at] + content[at + 32 :]
    yield "a block of NULs", content[:at] + bytes(32) + content[at + 32 :]
    yield "a block twice", content[: at + 32] + content[at:]
    yield "the file twice", content + content
    yield "line ends of old Macs", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r")
    yield "a packed file", gzip.compress(content, mtime=0)
    packed = bytearray(archived(content))
    packed[chance.randrange(len(packed))] ^= 0xFF
    yield "a damaged archive", bytes(packed)


def archived(content: bytes) -> bytes:
    """The file in an archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("delivery"), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def with_line_ends(content: bytes, end: bytes) -> bytes:
    """The text with other ends of its lines."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", end)
