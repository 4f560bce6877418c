"""Fixed width: bytes of the encoding, files that name their fields, heads, tails, damage."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract_layouts import FixedWidth
from ingest.contracts import Contract, Dialect
from ingest.formats import open_delivery
from ingest.formats.cells import PADDING
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read

FIELDS = (("TransactionCfmDate", 8), ("FundCode", 6), ("AvailableVol", 6), ("InvestorName", 10))


def fixed_contract(*names: str, short_rows: bool = False, **about: object) -> Contract:
    fixed = FixedWidth(**{"fields": FIELDS, **about})  # type: ignore[arg-type]
    dialect = Dialect(fixed_width=fixed, short_rows=short_rows)
    return contract(*names, formats=("fixed_width",), dialect=dialect)


def padded(text: str, width: int, encoding: str = "gb18030") -> bytes:
    return text.encode(encoding).ljust(width)


def fund_file(
    names: list[str], rows: list[bytes], *, count: int | None = None, end: str = "\n"
) -> bytes:
    head = ["OFDCFDAT", "20  ", "H0       ", "TW       ", "20261204", "001", "06", "H0", "TW"]
    head += [f"{len(names):03d}", *names, f"{len(rows) if count is None else count:08d}"]
    lines = [line.encode() for line in head] + rows + [b"OFDCFEND"]
    return end.encode().join(lines)


def fund_row(day: str, fund: str, volume: str) -> bytes:
    return day.encode() + padded(fund, 6) + volume.encode()


FUND_NAMES = ["TransactionCfmDate", "FUNDCODE", "AvailableVol"]
FUND = fixed_contract("FundCode", "TransactionCfmDate", "AvailableVol")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_file_that_names_its_fields_is_cut_by_bytes(end: str, encoding: str) -> None:
    rows = [fund_row("20261204", "中国0", "000000"), fund_row("20261205", "中国12", "000300")]
    delivery = fund_file(FUND_NAMES, rows, count=7, end=end).decode("gb18030").encode(encoding)
    content = read(delivery, FUND)
    assert content.rows == {
        15: ("中国0", "20261204", "000000"),
        16: ("中国12", "20261205", "000300"),
    }
    tally = content.tally
    assert (tally.preamble_lines, tally.footer_lines, tally.declared_records) == (14, 1, 7)


def test_a_file_without_records_is_read() -> None:
    assert read(fund_file(FUND_NAMES, []), FUND).tally.physical_records == 0


def test_a_field_of_unknown_width_is_refused() -> None:
    delivery = fund_file([*FUND_NAMES, "Secret"], [])
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), FUND)
    assert refused.value.reason_code == RefusalReason.UNKNOWN_COLUMN
    assert "Secret" in refused.value.found


def test_a_required_field_that_the_file_lacks_is_refused() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(fund_file(FUND_NAMES, [])), fixed_contract("InvestorName"))
    assert refused.value.reason_code == RefusalReason.HEADER_MISSING


@pytest.mark.parametrize("lines", [4, 12, 15])
def test_a_fund_file_that_is_cut_off_is_refused(lines: int) -> None:
    rows = [fund_row("20261204", "中国0", "000000")] * 3
    whole = fund_file(FUND_NAMES, rows).split(b"\n")
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(b"\n".join(whole[:lines])), FUND)
    assert refused.value.reason_code == RefusalReason.TRUNCATED


HEADED = fixed_contract(
    "FundCode", "InvestorName", head="^HEAD", tail=r"^TOTAL \d+$", encoding="gbk"
)


def record(name: str = "某甲", code: str = "000001", width: int = 30) -> bytes:
    whole = b"20261204" + code.encode() + b"000100" + padded(name, 10)
    return whole[:width].ljust(min(width, 99))


def test_head_and_tail_are_found_by_their_patterns() -> None:
    lines = [b"HEAD 1", b"HEAD 2", record(), b"", record("乙", "000002"), b"TOTAL 2", b"rest", b""]
    content = read(b"\r\n".join(lines), HEADED)
    assert content.rows == {3: ("000001", "某甲"), 5: ("000002", "乙")}
    reading = open_delivery(io.BytesIO(b"\r\n".join(lines)), HEADED)
    assert reading.outside() == ("HEAD 1\nHEAD 2", "TOTAL 2\nrest\n")


def test_faults_of_lines_are_told_and_cost_no_other_line() -> None:
    lines = [
        b"HEAD",
        record(),
        record(width=24),
        record() + b"   ",
        record() + b" x",
        b"20261204" + b"00000\xd6" + b"000100" + b"x".ljust(10),
        record("a\0b"),
        *[record("丙丁")] * 8,
        b"TOTAL 6",
    ]
    content = read(b"\n".join(lines), HEADED)
    assert list(content.rows) == [2, 4, *range(8, 16)]
    assert content.faults == {
        3: StructuralFault.TOO_FEW_COLUMNS,
        5: StructuralFault.TOO_MANY_COLUMNS,
        6: StructuralFault.BAD_ENCODING,
        7: StructuralFault.NUL_BYTE,
    }


def test_short_rows_are_filled_up_where_the_dialect_says_so() -> None:
    expected = fixed_contract("FundCode", "InvestorName", short_rows=True)
    content = read(b"\n".join([record(), record(width=14)]), expected)
    assert content.rows == {1: ("000001", "某甲"), 2: ("000001", None)}


def texts(width: int) -> st.SearchStrategy[str]:
    characters = st.characters(codec="gb18030", exclude_characters="\r\n\0" + PADDING)
    fitting = st.text(characters | st.sampled_from("中文a1"), max_size=width)
    return fitting.filter(lambda text: len(text.encode("gb18030")) <= width)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(texts(6), texts(10)), max_size=30),
    encoding=st.sampled_from(["gb18030", "utf-8"]),
    batch_rows=st.integers(1, 20),
)
def test_what_is_written_in_fixed_width_is_read_back(
    rows: list[tuple[str, str]], encoding: str, batch_rows: int
) -> None:
    lines = [b"20261204" + padded(a, 6) + b"000100" + padded(b, 10) for a, b in rows]
    text = b"\n".join([b"HEAD", *lines, b"TOTAL 0"]).decode("gb18030")
    content = read(text.encode(encoding), HEADED, batch_rows)
    assert list(content.rows.values()) == [(a or None, b or None) for a, b in rows]
