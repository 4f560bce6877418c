"""Zip archives: their members as one delivery, names, passwords, bombs, damage."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from struct import pack

import pytest
import pyzipper

from ingest.contracts import Contract, Dialect
from ingest.formats import archives, open_delivery
from ingest.formats.archives import member_name
from ingest.reasons import DeliveryRefused, RefusalReason
from tests.ingest.formats.deliveries import contract, read
from tests.ingest.formats.test_xlsx import sheet

CSV = b"a,b\n1,2\n3,4\n"
TABLES = contract("a", "b", formats=("delimited", "xlsx"))


def zipped(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def stored(*members: tuple[bytes, bytes, bytes], flags: int = 0) -> bytes:
    """An archive, made by hand, of (raw name, content, bytes that stand for it)."""
    body, central = b"", b""
    for name, content, given in members:
        checked = zlib.crc32(content)
        sizes = (checked, len(given), len(content), len(name), 0)
        about = pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, *sizes)
        place = pack("<HHHII", 0, 0, 0, 0, len(body))
        central += b"PK\1\2" + pack("<H", 20) + about + place + name
        body += b"PK\3\4" + about + name + given
    counts = (len(members), len(members), len(central), len(body), 0)
    return body + central + b"PK\5\6" + pack("<HHHHIIH", 0, 0, *counts)


def aes(content: bytes, password: bytes) -> bytes:
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password)
        archive.writestr("bill.csv", content)
    return target.getvalue()


def zip_crypto(content: bytes, password: bytes) -> bytes:
    """An archive of one stored member under the cipher of PKWARE's APPNOTE, section 6.1."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(old: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), old ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    sealed = bytearray()
    for byte in bytes(11) + bytes([zlib.crc32(content) >> 24]) + content:
        half = keys[2] | 2
        sealed.append(byte ^ (((half * (half ^ 1)) >> 8) & 0xFF))
        update(byte)
    return stored((b"bill.csv", content, bytes(sealed)), flags=1)


def refusal(
    delivery: bytes, expected: Contract = TABLES, passwords: Sequence[str] = ()
) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        list(open_delivery(io.BytesIO(delivery), expected, passwords=passwords).batches())
    return refused.value


def test_members_are_read_one_after_the_other_and_lines_counted_on() -> None:
    delivery = zipped(("x/", b""), ("x/1.csv", CSV), ("2.xls", sheet(["a", "b"], [5, 6])))
    content = read(delivery, TABLES)
    assert content.rows == {2: ("1", "2"), 3: ("3", "4"), 5: ("5", "6")}
    assert content.tally.lines == 5


def test_litter_is_passed_over() -> None:
    delivery = zipped(("__MACOSX/._1.csv", b"\0\5"), (".DS_Store", b"\0"), ("1.csv", CSV))
    assert len(read(delivery, TABLES).rows) == 2


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_members_are_ignored_by_their_chinese_names(encoding: str) -> None:
    members = ("2088_业务明细.csv", CSV), ("2088_业务明细(汇总).csv", b"x\n1\n")
    delivery = stored(*((name.encode(encoding), made, made) for name, made in members))
    raw = zipfile.ZipFile(io.BytesIO(delivery)).infolist()
    assert not any(member.flag_bits & 0x800 for member in raw)
    assert [member_name(member) for member in raw] == [name for name, _ in members]
    ignoring = contract("a", "b", dialect=Dialect(ignore_members="汇总"))
    assert len(read(delivery, ignoring).rows) == 2
    refused = refusal(delivery)
    assert refused.reason_code == RefusalReason.UNREADABLE_MEMBER
    assert "member 2 of 2" in refused.found
    assert "2088" not in str(refused)


def test_a_member_that_is_the_feeds_and_nothing_else_is_refused_for_its_own_reason() -> None:
    assert refusal(zipped(("1.csv", b"x\n1\n"))).reason_code == RefusalReason.HEADER_MISSING


@pytest.mark.parametrize("locked", [aes, zip_crypto])
def test_passwords_are_tried_in_turn(locked: object) -> None:
    delivery = locked(CSV, "密123".encode())  # type: ignore[operator]
    reading = open_delivery(io.BytesIO(delivery), TABLES, passwords=["wrong", "密123"])
    assert sum(batch.num_rows for batch in reading.batches()) == 2
    assert refusal(delivery).reason_code == RefusalReason.PASSWORD_NEEDED
    wrong = refusal(delivery, passwords=["guess", "other"])
    assert wrong.reason_code == RefusalReason.WRONG_PASSWORD
    assert "guess" not in str(wrong)


def test_a_large_member_is_unpacked_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "HELD_BYTES", 100)
    rows = b"".join(b"%d,x\n" % number for number in range(5000))
    delivery = zipped(("1.csv", b"a,b\n" + rows), ("2.csv", CSV))
    content = read(delivery, TABLES, batch_rows=700)
    assert len(content.rows) == 5002
    assert content.rows[5001 + 3] == ("3", "4")


def test_archives_within_archives_are_refused() -> None:
    refused = refusal(zipped(("1.csv", CSV), ("inner.zip", zipped(("2.csv", CSV)))))
    assert refused.reason_code == RefusalReason.UNREADABLE_MEMBER
    assert "member 2 of 2 is an archive" in refused.found


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    refused = refusal(zipped(("1.csv", b"a,b\n" + b"0" * (1 << 25))))
    assert refused.reason_code == RefusalReason.TOO_LARGE


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMBERS", 1), ("MAX_UNPACKED_BYTES", 2 * len(CSV) - 1)]
)
def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(archives, limit, value)
    delivery = zipped(("1.csv", CSV), ("2.csv", CSV))
    assert refusal(delivery).reason_code == RefusalReason.TOO_LARGE


def test_an_archive_without_members_is_refused() -> None:
    assert refusal(zipped()).reason_code == RefusalReason.EMPTY_FILE
    assert refusal(zipped(("__MACOSX/._1.csv", b"x"))).reason_code == RefusalReason.EMPTY_FILE


def stored_wrongly() -> bytes:
    """An archive of whose member a byte was changed after its sum was taken."""
    return stored((b"1.csv", CSV, CSV)).replace(b"3,4", b"3,5")


def test_a_damaged_archive_is_refused_as_truncated() -> None:
    rows = b"".join(b"%d,x\n" % (number * 7919 % 10007) for number in range(5000))
    whole = zipped(("1.csv", b"a,b\n" + rows))
    damaged = bytearray(whole)
    damaged[2000:2200] = bytes(200)
    listed = bytearray(whole)
    listed[whole.index(b"PK\1\2") + 42] ^= 1
    for delivery in (whole[:-30], whole[:3000], damaged, stored_wrongly(), listed):
        assert refusal(bytes(delivery)).reason_code == RefusalReason.TRUNCATED
