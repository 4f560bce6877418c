"""Zip archives: their members are read one after the other as if they were one file."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import IO, BinaryIO, cast

import pyarrow as pa
import pyzipper

from ingest.contracts import Contract
from ingest.formats.locked_workbooks import unlocked
from ingest.formats.reading import Reading, Tally
from ingest.formats.sniff import is_archive
from ingest.formats.source import Source, locked, truncated
from ingest.formats.tallies import sum_of
from ingest.reasons import DeliveryRefused, RefusalReason

MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 1 << 32
MAX_RATIO = 250
"""Unpacked to packed bytes; tables of text reach 50, a bomb 1,000 and more."""
RATIO_COUNTS_FROM = 1 << 24
HELD_BYTES = 1 << 26
"""A member up to this size is unpacked once and held; a larger one is unpacked as it is read."""
IS_ENCRYPTED, HAS_UTF8_NAME = 0x1, 0x800
# Of MacOS: folders of resource forks and of views, never of data.
LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$)")

DAMAGED = (zipfile.BadZipFile, pyzipper.BadZipFile, zlib.error, EOFError)

Read = Callable[[Source, Contract, int], Reading]


class ArchiveReading:
    """The members that are the feed's, in the order of the archive.

    Line numbers are counted on from member to member. A member whose name the dialect's
    `ignoreMembers` finds is passed over; any other must be readable as the feed's, or the delivery
    is refused. Messages count members, for names may hold personal data.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int, read: Read) -> None:
        self._contract = contract
        self._batch_rows = batch_rows
        self._read = read
        self._archive, self._members = _opened(source, contract)
        self._count = len(self._members)
        self._passwords = source.passwords
        self._first = self._open(0)
        self.schema = self._first.schema
        self._tallies: list[Tally] = []
        self._outsides: list[tuple[str, str]] = []

    @property
    def tally(self) -> Tally:
        """The sum over the members."""
        return sum_of(self._tallies or [self._first.tally])

    def outside(self) -> tuple[str, str]:
        """See Reading: of the first member."""
        return self._first.outside()

    def outsides(self) -> list[tuple[str, str]]:
        """Of every member; once all of them are read."""
        return self._outsides

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        offset = 0
        for index in range(self._count):
            reading = self._open(index) if index else self._first
            try:
                for batch in reading.batches():
                    yield _moved(batch, offset) if offset else batch
            except DAMAGED as error:
                raise truncated(f"an archive whose {self._nth(index)} is damaged") from error
            self._tallies.append(reading.tally)
            self._outsides.append(reading.outside())
            offset += reading.tally.lines

    def _open(self, index: int) -> Reading:
        nth = self._nth(index)
        try:
            source = unlocked(Source(self._stream(self._members[index], nth), self._passwords))
            if is_archive(source):
                raise _unreadable(nth, "is an archive itself")
            return self._read(source, self._contract, self._batch_rows)
        except DAMAGED as error:
            raise truncated(f"an archive whose {nth} is damaged") from error
        except NotImplementedError as error:
            raise _unreadable(nth, "is packed by a method that is not known") from error
        except DeliveryRefused as refusal:
            if refusal.reason_code in _OF_ANOTHER_KIND and self._count > 1:
                raise _unreadable(nth, f"cannot be read: {refusal.found}") from refusal
            raise

    def _nth(self, index: int) -> str:
        return f"member {index + 1} of {self._count}"

    def _stream(self, member: zipfile.ZipInfo, nth: str) -> BinaryIO:
        try:
            opened = self._unlocked(member, nth)
            if member.file_size > HELD_BYTES:
                return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, opened)))
            with closing(opened):
                return io.BytesIO(opened.read())
        except (*DAMAGED, OSError, ValueError) as error:
            raise truncated(f"an archive whose {nth} is damaged") from error

    def _unlocked(self, member: zipfile.ZipInfo, nth: str) -> IO[bytes]:
        if not member.flag_bits & IS_ENCRYPTED:
            return self._archive.open(member)
        for password in self._passwords:
            # A wrong password shows at once, save one time in 256 or 65,536; then the CRC tells.
            for encoding in ("utf-8", "gb18030"):
                if (opened := self._try(member, password.encode(encoding))) is not None:
                    return opened
        raise locked(f"an archive whose {nth} is locked with a password", self._passwords)

    def _try(self, member: zipfile.ZipInfo, password: bytes) -> IO[bytes] | None:
        try:
            if member.file_size <= HELD_BYTES:
                with self._archive.open(member, pwd=password) as opened:
                    opened.read()
            return self._archive.open(member, pwd=password)
        except (RuntimeError, *DAMAGED):
            return None


def outsides(reading: Reading) -> list[tuple[str, str]]:
    """What stands outside the records of each file of a delivery that was read to its end."""
    return reading.outsides() if isinstance(reading, ArchiveReading) else [reading.outside()]


_OF_ANOTHER_KIND = {
    RefusalReason.UNKNOWN_FORMAT,
    RefusalReason.HEADER_MISSING,
    RefusalReason.EMPTY_FILE,
}


def _opened(source: Source, contract: Contract) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The archive and those of its members that are to be read."""
    try:
        # pyzipper adds the AES of WinZip to the standard library's zipfile.
        archive = cast(zipfile.ZipFile, pyzipper.AESZipFile(source))
    except (*DAMAGED, OSError, ValueError, NotImplementedError) as error:
        raise truncated("a zip container without its end") from error
    files = [member for member in archive.infolist() if not member.is_dir()]
    _refuse_bombs(files)
    names = {id(member): member_name(member) for member in files}
    ignored = contract.dialect.ignore_members
    wanted = [
        member
        for member in files
        if not LITTER.search(names[id(member)])
        and not (ignored and re.search(ignored, names[id(member)]))
    ]
    if not wanted:
        raise DeliveryRefused(
            RefusalReason.EMPTY_FILE,
            f"an archive of {len(files)} members, none of which is to be read",
            "a member with records",
            "deliver the archive again; leave it out when there is nothing to report",
        )
    return archive, wanted


def member_name(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: without the UTF-8 mark it is often UTF-8 or GBK all the same."""
    if member.flag_bits & HAS_UTF8_NAME:
        return member.filename
    try:
        given = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return given.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _refuse_bombs(files: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in files)
    packed = sum(member.compress_size for member in files)
    is_bomb = size > RATIO_COUNTS_FROM and size > MAX_RATIO * packed
    if len(files) > MAX_MEMBERS or size > MAX_UNPACKED_BYTES or is_bomb:
        raise DeliveryRefused(
            RefusalReason.TOO_LARGE,
            f"an archive of {packed} bytes that unpacks to {size} in {len(files)} members",
            f"at most {MAX_UNPACKED_BYTES} bytes, {MAX_MEMBERS} members, {MAX_RATIO} to 1",
            "deliver the files in several archives, or as Parquet",
        )


def _unreadable(nth: str, why: str) -> DeliveryRefused:
    return DeliveryRefused(
        RefusalReason.UNREADABLE_MEMBER,
        f"an archive whose {nth} {why}",
        "members of the feed's formats and layouts only",
        "have the member taken out, or name it in the dialect's ignoreMembers",
    )


def _moved(batch: pa.RecordBatch, offset: int) -> pa.RecordBatch:
    lines = pa.array(batch.column(0).to_numpy() + offset)
    return pa.RecordBatch.from_arrays([lines, *batch.columns[1:]], schema=batch.schema)
