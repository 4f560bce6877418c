"""Encodings and the cutting of text into blocks of whole lines."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.formats import pieces
from ingest.formats.blocks import blocks
from ingest.formats.encoding import survey
from ingest.formats.pieces import decode
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read

BILL = "交易时间,商品说明\n2026-09-01,搪瓷杯\n2026-09-02,三十七度的水\n"
EXPECTED = contract("交易时间", "商品说明")


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_the_encoding_is_told_and_the_text_is_the_same(codec: str, encoding: str) -> None:
    content = read(BILL.encode(codec), EXPECTED)
    assert content.rows == {2: ("2026-09-01", "搪瓷杯"), 3: ("2026-09-02", "三十七度的水")}
    assert content.tally.encoding == encoding


def test_big_endian_text_is_told_by_its_mark() -> None:
    content = read(b"\xfe\xff" + BILL.encode("utf-16-be"), EXPECTED)
    assert content.tally.encoding == "utf-16-be"
    assert len(content.rows) == 2


def test_repeated_marks_are_no_part_of_the_header() -> None:
    assert len(read(b"\xef\xbb\xbf" * 3 + BILL.encode(), EXPECTED).rows) == 2


def test_characters_beyond_gbk_are_read() -> None:
    content = read("交易时间,商品说明\n1,𠮷野家€\n".encode("gb18030"), EXPECTED)
    assert content.rows == {2: ("1", "𠮷野家€")}


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_bytes_that_are_no_characters_lose_only_their_line(codec: str) -> None:
    lines = BILL.encode(codec).splitlines(keepends=True)
    broken = lines[1].replace("瓷".encode(codec), "瓷".encode(codec)[:1])
    content = read(b"".join([lines[0], *lines[1:] * 10, broken, *lines[1:] * 10]), EXPECTED)
    assert content.tally.encoding == codec
    assert content.faults == {22: StructuralFault.BAD_ENCODING}
    assert len(content.rows) == 40


def test_a_replacement_character_in_sound_text_is_a_character() -> None:
    assert read("交易时间,商品说明\n1,\ufffd\n".encode(), EXPECTED).rows == {2: ("1", "\ufffd")}


@pytest.mark.parametrize(
    "delivery",
    [
        b"\xff\xff\x80\n" * 500,
        b"\xef\xbb\xbf" + BILL.encode("gb18030"),
        "交易时间,商品说明\n\xe9t\xe9\n".encode("latin-1", "replace") + b"\xff\xfe\xff\n" * 9,
    ],
)
def test_what_fits_no_encoding_is_refused(delivery: bytes) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        read(delivery, EXPECTED)
    assert refused.value.reason_code == RefusalReason.UNDECODABLE


@settings(deadline=None)
@given(
    text=st.text(st.sampled_from("a中\n\r,€"), max_size=60),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    size=st.integers(1, 40),
)
@example(text="\n", encoding="utf-16", size=1)
def test_blocks_hold_the_text_and_number_its_lines(text: str, encoding: str, size: int) -> None:
    source = Source(io.BytesIO(text.encode(encoding)))
    found = survey(source)
    whole = text if not text or text.endswith("\n") else text + "\n"
    line, data = 1, b""
    for block in blocks(source, found, size):
        assert block.first_line == line
        assert block.data.endswith(b"\n")
        assert block.data.count(b"\n") == block.lines
        line += block.lines
        data += block.data
    assert data == whole.encode()
    assert found.lines == line - 1 == whole.count("\n")


@settings(deadline=None)
@given(
    lines=st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), max_size=12),
    size=st.integers(1, 40),
)
def test_damage_never_swallows_a_line_end(lines: list[bytes], size: int) -> None:
    sound = "三十七度的水\n".encode("gb18030") * 40
    source = Source(io.BytesIO(sound + b"".join(line + b"\n" for line in lines)))
    found = survey(source)
    assert found.lines == 40 + len(lines)
    assert sum(block.lines for block in blocks(source, found, size)) == found.lines


@pytest.mark.parametrize("damage", [b"\x80\x39", b"\x81", b"\xff", b"\x81\x30\x81"])
def test_damage_before_a_line_end_leaves_it(damage: bytes) -> None:
    text, broken = decode(b"a" + damage + b"\n", "gb18030")
    assert text.startswith("a\ufffd")
    assert text.endswith("\n")
    assert broken > 0


def test_a_line_beyond_any_length_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_LINE_BYTES", 100)
    source = Source(io.BytesIO(b"a\n" + b"x" * 1000 + b"\nb\n" + b"y" * 1000))
    found = survey(source)
    cut = [(block.data, block.first_line, block.lines) for block in blocks(source, found, 8)]
    assert cut == [(b"a\n", 1, 1), (b"", 2, 1), (b"b\n", 3, 1), (b"", 4, 1)]
    assert found.lines == 4
