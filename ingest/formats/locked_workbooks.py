"""Workbooks that a password locks: opened into memory, whichever way Excel locked them.

XLSX is locked as a whole ([MS-OFFCRYPTO] 2.3, standard and agile), XLS record by record (XOR, RC4
and RC4 CryptoAPI); msoffcrypto knows them all.
"""

from __future__ import annotations

import io
import struct

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from ingest.formats.biff import is_locked
from ingest.formats.sniff import OLE2_MAGIC, SEALED_STREAM, WORKBOOK_STREAMS
from ingest.formats.source import Source, locked_workbook, truncated

EXCEL_OPENS_WITH = "VelvetSweatshop"
"""Tried by Excel before it asks: the lock of a workbook that is protected from changes only."""
MOST_SPINS = 10_000_000
"""How often a password is hashed at most, [MS-OFFCRYPTO] 2.3.4.10."""
_WRONG = (InvalidKeyError, DecryptionError)
_DAMAGED = (FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError, struct.error)


def unlocked(source: Source) -> Source:
    """The workbook inside, where the source is a locked one; any other source as it is.

    Raises:
        DeliveryRefused: no password opens it, or it is damaged.
    """
    source.seek(0)
    if not source.read(len(OLE2_MAGIC)).startswith(OLE2_MAGIC):
        return source
    source.seek(0)
    content = source.read()
    try:
        if not _has_lock(content):
            return source
        for password in (EXCEL_OPENS_WITH, *source.passwords):
            if opened := _opened(content, password):
                return Source(io.BytesIO(opened), source.passwords)
    except _DAMAGED as error:
        raise truncated("a locked workbook that is damaged") from error
    raise locked_workbook(source.passwords)


def _has_lock(content: bytes) -> bool:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            if container.exists(SEALED_STREAM):
                return True
            name = next((name for name in WORKBOOK_STREAMS if container.exists(name)), None)
            return name is not None and is_locked(container.openstream(name).read())
    except _DAMAGED:
        # What is damaged is told by who reads it.
        return False


def _opened(content: bytes, password: str) -> bytes | None:
    office = msoffcrypto.OfficeFile(io.BytesIO(content))
    if getattr(office, "info", None) and office.info.get("spinValue", 0) > MOST_SPINS:
        raise ValueError("more rounds than Excel knows")
    target = io.BytesIO()
    try:
        if office.format == "ooxml":
            office.load_key(password=password, verify_password=True)
        else:
            office.load_key(password=password)
        office.decrypt(target)
    except _WRONG:
        return None
    return target.getvalue()
