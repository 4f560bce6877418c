"""Whether a person is somewhere in delivered bytes, packed or locked as they may be."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from re import Pattern
from typing import BinaryIO, cast

import pyzipper

from ingest.archive import CHUNK_BYTES
from ingest.formats.locked_workbooks import unlocked
from ingest.formats.source import Source
from ingest.keyring import KeyRing
from ingest.landing import Landed
from ingest.reasons import DeliveryRefused

OVERLAP = 256
"""Longer than any identifier: nothing is missed where two pieces meet."""
IS_ENCRYPTED = 0x1


def finds(
    landed: Landed, keys: KeyRing, pattern: Pattern[bytes], passwords: Sequence[str] = ()
) -> bool:
    """Whether `pattern` finds something in the delivered bytes, unpacked where they are packed.

    `passwords` are those of the feed; those that came with the delivery are tried as well. What
    none of them opens nobody can read, this search included.
    """
    with landed.open(keys) as stream:
        if any(pattern.search(piece) for piece in _pieces(stream)):
            return True
        source = Source(stream, (*landed.passwords(keys), *passwords))
        try:
            source = unlocked(source)
        except DeliveryRefused:
            return False
        source.seek(0)
        return any(pattern.search(piece) for piece in _unpacked(source))


def _pieces(stream: BinaryIO | Source) -> Iterator[bytes]:
    tail = b""
    while chunk := stream.read(CHUNK_BYTES):
        yield tail + chunk
        tail = chunk[-OVERLAP:]


def _unpacked(source: Source) -> Iterator[bytes]:
    head = source.read(2)
    source.seek(0)
    stream = cast(BinaryIO, source)
    try:
        if head == b"PK":
            with pyzipper.AESZipFile(stream) as archive:
                for member in archive.infolist():
                    yield from _member(archive, member, source.passwords)
        elif head == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=stream) as opened:
                yield from _pieces(cast(BinaryIO, opened))
    except (pyzipper.BadZipFile, EOFError, OSError, zlib.error, NotImplementedError):
        # Damaged or in a way that is not known: a delivery like it was refused as well.
        return


def _member(
    archive: pyzipper.AESZipFile, member: zipfile.ZipInfo, passwords: Sequence[str]
) -> Iterator[bytes]:
    if not member.flag_bits & IS_ENCRYPTED:
        with archive.open(member) as opened:
            yield from _pieces(opened)
        return
    tried = (p.encode(encoding) for p in passwords for encoding in ("utf-8", "gb18030"))
    for password in tried:
        try:
            with archive.open(member, pwd=password) as opened:
                yield from _pieces(opened)
        except (RuntimeError, pyzipper.BadZipFile, zlib.error):
            # A wrong password; one that seems right shows only where the member ends.
            continue
        return
