"""Lines go out of a delivery that is lines; anything else loses its bytes as a whole."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pyzipper
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from ingest.contracts import read_contracts
from ingest.erasure.bytes import is_lines, removed_lines, shred, without_lines
from ingest.erasure.person import Person, words_pattern
from ingest.erasure.unpacked import finds
from ingest.keyring import KeyRing, archive_ring
from ingest.landing import Landed, delivered, land, read_landed
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

AT = datetime(2026, 11, 1, tzinfo=UTC)
NOBODY = words_pattern([])


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return archive_ring(settings.keys)


def landed_of(settings: Settings, tmp_path: Path, content: bytes) -> Landed:
    path = tmp_path / "file"
    path.write_bytes(content)
    return land(settings, delivered(read_contracts()["people"], path))


def text(landed: Landed, keys: KeyRing) -> bytes:
    with read_landed(landed.folder).open(keys) as stream:
        return stream.read()


def test_lines_go_and_the_rest_is_as_it_was(
    settings: Settings, tmp_path: Path, keys: KeyRing
) -> None:
    landed = landed_of(settings, tmp_path, b"one\r\ntwo\r\nthree\r\nfour S1,x\r\nfive")
    assert without_lines(landed, keys, [2], words_pattern(["S1"]), AT) == 2
    assert text(landed, keys) == b"one\r\nthree\r\nfive"
    again = read_landed(landed.folder)
    assert again.wrapped_key != landed.wrapped_key
    assert [p.name for p in landed.folder.glob("*.enc")] == [again.bytes_file]
    with pytest.raises(FileNotFoundError):
        landed.open(keys)


def test_numbers_are_those_of_the_file_as_delivered(
    settings: Settings, tmp_path: Path, keys: KeyRing
) -> None:
    content = b"".join(b"line %d\n" % n for n in range(1, 10))
    landed = landed_of(settings, tmp_path, content)
    without_lines(landed, keys, [2, 3], NOBODY, AT)
    landed = read_landed(landed.folder)
    assert without_lines(landed, keys, [2, 3, 5, 9], NOBODY, AT) == 2
    assert text(landed, keys).split() == [
        word for n in (1, 4, 6, 7, 8) for word in (b"line", b"%d" % n)
    ]
    assert removed_lines(read_landed(landed.folder)) == {2, 3, 5, 9}
    assert without_lines(read_landed(landed.folder), keys, [5], NOBODY, AT) == 0


def test_a_large_delivery_is_rewritten_whole(
    settings: Settings, tmp_path: Path, keys: KeyRing
) -> None:
    lines = [b"%07d %s\n" % (n, b"x" * (n % 97)) for n in range(1, 60_001)]
    landed = landed_of(settings, tmp_path, b"".join(lines))
    without_lines(landed, keys, range(7, 60_001, 1000), NOBODY, AT)
    expected = b"".join(line for n, line in enumerate(lines, 1) if n % 1000 != 7)
    assert text(landed, keys) == expected


def test_shredded_bytes_are_gone_and_the_folder_stays(
    settings: Settings, tmp_path: Path, keys: KeyRing
) -> None:
    landed = landed_of(settings, tmp_path, b"anything\n")
    shred(landed, AT)
    assert [p.name for p in landed.folder.iterdir()] == ["manifest.json"]
    with pytest.raises(TerminalError, match="were shredded"):
        read_landed(landed.folder).open(keys)
    again = landed_of(settings, tmp_path, b"anything\n")
    assert not again.is_new
    assert again.is_shredded


@pytest.mark.parametrize(
    ("head", "formats", "expected"),
    [
        (b"a,b\n1,2\n", ["delimited"], True),
        ("姓名,电话\n".encode("gb18030"), ["delimited", "xlsx"], True),
        (b'{"a": 1}\n{"a": 2}\n', ["json_lines"], True),
        (b'{"a": [\n1]}', ["json", "json_lines"], False),
        (b"a,b\n1,2\n", ["json_lines"], False),
        (b"PK\x03\x04\nrest", ["delimited"], False),
        (b"%PDF-1.7\n", ["delimited"], False),
        (b"<a>\n</a>", ["delimited", "xml"], False),
        ("a,b\n1,2\n".encode("utf-16"), ["delimited"], False),
        (b"a,b\r1,2\r", ["delimited"], False),
        (b":20:STATEMENT\n", ["delimited", "mt940"], False),
        (b"0001 ABC\n", ["fixed_width"], True),
    ],
)
def test_what_counts_as_lines(head: bytes, formats: list[str], expected: bool) -> None:
    assert is_lines(head, formats) is expected


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return stream.getvalue()


@pytest.mark.parametrize("packed", [bytes, zipped, gzip.compress])
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"x" * (1 << 20) + b" S0000001 " + b"y" * 50, True),
        (b"x" * ((1 << 20) - 5) + b" S0000001,", True),
        (b"1S0000001", False),
        (b"S00000012", False),
        (b"nothing", False),
    ],
)
def test_a_person_is_found_in_bytes_packed_or_not(
    settings: Settings, tmp_path: Path, keys: KeyRing, packed: object, content: bytes, found: bool
) -> None:
    landed = landed_of(settings, tmp_path, packed(content))  # type: ignore[operator]
    assert finds(landed, keys, words_pattern(["S0000001"])) is found


def locked_zip(content: bytes) -> bytes:
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword("开门".encode())
        archive.writestr("a.csv", content)
    return stream.getvalue()


def locked_workbook(content: bytes) -> bytes:
    plain, locked = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write(0, 0, content.decode())
    OOXMLFile(plain).encrypt("开门", locked)
    return locked.getvalue()


@pytest.mark.parametrize("packed", [locked_zip, locked_workbook])
def test_a_person_is_found_behind_a_password_that_the_service_has(
    settings: Settings, tmp_path: Path, keys: KeyRing, packed: Callable[[bytes], bytes]
) -> None:
    landed = landed_of(settings, tmp_path, packed(b"of S0000001 a row"))
    pattern = words_pattern(["S0000001"])
    assert finds(landed, keys, pattern, ["an older one", "开门"])
    assert not finds(landed, keys, pattern, ["an older one"])
    assert not finds(landed, keys, words_pattern(["S0000002"]), ["开门"])


def test_damaged_archives_do_not_stop_a_search(
    settings: Settings, tmp_path: Path, keys: KeyRing
) -> None:
    landed = landed_of(settings, tmp_path, zipped(b"content" * 1000)[:-30])
    assert not finds(landed, keys, words_pattern(["S0000001"]))


def test_a_person_comes_back_from_the_journal_as_they_were() -> None:
    person = Person("S1", True, frozenset({"A1"}), frozenset({"ph_1"}), frozenset({"139"}))
    assert Person.of_dict(json.loads(json.dumps(person.as_dict()))) == person
    more = Person("S1", True, frozenset({"A2"}))
    assert person.joined(more).authorisation_ids == {"A1", "A2"}
