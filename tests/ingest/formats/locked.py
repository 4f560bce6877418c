"""Workbooks locked with a password, as Excel locks them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from struct import pack, unpack_from
from typing import Any

import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from xlwt import CompoundDoc

BOF, BOUNDSHEET, INTERFACE, FILEPASS = 0x0809, 0x0085, 0x00E1, 0x002F
SALT = bytes(range(16))
KEYED_BYTES = 1024
"""A key serves so many bytes of the stream, [MS-XLS] 2.2.10."""


def locked_xlsx(workbook: bytes, password: str) -> bytes:
    """The workbook under agile encryption, as Excel 2010 and later lock it."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, target)
    return target.getvalue()


def locked_xls(password: str, *rows: list[Any]) -> bytes:
    """A sheet of these rows under RC4, as Excel 97 to 2003 lock it ([MS-OFFCRYPTO] 2.3.6)."""
    book = xlwt.Workbook(encoding="utf-8")
    made = book.add_sheet("sheet")
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            made.write(number, position, value)
    target = io.BytesIO()
    CompoundDoc.XlsDoc().save(target, _locked(book.get_biff_data(), password))
    return target.getvalue()


def _locked(stream: bytes, password: str) -> bytes:
    secret = _secret(password)
    verifier = bytes(range(16, 32))
    sealed = _rc4(secret, 0, verifier + hashlib.md5(verifier).digest())
    lock = pack("<HHHHH", FILEPASS, 54, 1, 1, 1) + SALT + sealed
    plain, kept = bytearray(), bytearray()
    for number, (kind, data) in enumerate(_records(stream)):
        if kind == BOUNDSHEET:
            data = pack("<I", unpack_from("<I", data)[0] + len(lock)) + data[4:]
        head = pack("<HH", kind, len(data))
        open_bytes = len(data) if kind in (BOF, INTERFACE) else 4 * (kind == BOUNDSHEET)
        plain += head + data
        kept += bytes([1] * (4 + open_bytes) + [0] * (len(data) - open_bytes))
        if number == 0:
            plain += lock
            kept += bytes([1] * len(lock))
    # What pads the stream is read as empty records, of four bytes each.
    rest = -len(plain) % 4
    plain += pack("<HH", 0, rest) + bytes(rest)
    kept += bytes([1] * (4 + rest))
    made = bytearray()
    for block in range(0, len(plain), KEYED_BYTES):
        part = bytes(plain[block : block + KEYED_BYTES])
        cipher = _rc4(secret, block // KEYED_BYTES, part)
        made += bytes(p if k else c for p, c, k in zip(part, cipher, kept[block:], strict=False))
    return bytes(made)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(stream):
        kind, size = unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _secret(password: str) -> bytes:
    start = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
    return hashlib.md5((start + SALT) * 16).digest()[:5]


def _rc4(secret: bytes, block: int, data: bytes) -> bytes:
    key = hashlib.md5(secret + pack("<I", block)).digest()
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    i = j = 0
    made = bytearray()
    for byte in data:
        i = (i + 1) & 0xFF
        j = (j + state[i]) & 0xFF
        state[i], state[j] = state[j], state[i]
        made.append(byte ^ state[(state[i] + state[j]) & 0xFF])
    return bytes(made)
