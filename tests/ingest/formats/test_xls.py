"""Old Excel workbooks: cells as text, rows counted in the BIFF records, damage, locks."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from struct import pack
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Contract, Dialect
from ingest.formats import open_delivery
from ingest.formats.biff import BiffRows
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read

DAY = xlwt.easyxf(num_format_str="yyyy-mm-dd")
INSTANT = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
MONEY = xlwt.easyxf(num_format_str="#,##0.00")


def xls_contract(*names: str, **about: Any) -> Contract:
    return contract(*names, formats=("xls",), **about)


def workbook(fill: Callable[[xlwt.Workbook], None]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def add_sheet(book: xlwt.Workbook, name: str, *rows: list[Any]) -> xlwt.Worksheet:
    made = book.add_sheet(name, cell_overwrite_ok=True)
    styles = {datetime: INSTANT, date: DAY, float: MONEY}
    for number, row in enumerate(rows):
        for position, value in enumerate(row):
            made.write(number, position, value, styles.get(type(value), xlwt.Style.default_style))
    return made


def sheet(*rows: list[Any]) -> bytes:
    return workbook(lambda book: add_sheet(book, "sheet", *rows))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (6688.0, "6688"),
        (28.16, "28.16"),
        (-0.2, "-0.2"),
        (0.1 + 0.2, "0.3"),
        (1234567899.0, "1234567899"),
        ("6200000000001230", "6200000000001230"),
        (datetime(2026, 12, 3, 14, 6, 51), "2026-12-03 14:06:51"),
        (date(2026, 12, 3), "2026-12-03"),
        ("支付宝－示例", "支付宝－示例"),
        (True, "true"),
    ],
)
def test_values_become_text(value: object, text: str) -> None:
    assert read(sheet(["a", "b"], [value, "x"]), xls_contract("a", "b")).rows == {2: (text, "x")}


@pytest.mark.parametrize(
    ("number", "text"),
    [(1234567890123456.0, "1234567890123456"), (1234567890123450.0, None), (6.222e18, None)],
)
def test_a_long_number_is_given_in_full_or_its_row_is_faulty(
    number: float, text: str | None
) -> None:
    content = read(sheet(["a", "b"], [number, "x"]), xls_contract("a", "b"))
    assert content.rows == ({2: (text, "x")} if text else {})
    assert content.faults == ({} if text else {2: StructuralFault.LOST_DIGITS})


def test_the_layout_of_a_bank_is_read_from_its_header_to_its_footer() -> None:
    rows: list[list[Any]] = [
        ["中国示例银行"],
        ["开户机构：", "某支行", "币　　种：", "人民币"],
        [],
        [" 记账日 ", "支出", "收入　", "摘要"],
        ["20261203", 0.0, 1000.5, "工资"],
        ["20261204", 12.0, 0.0, ""],
        ["", " ", "　", ""],
        ["20261205", "", 0.01, "利息"],
        ["以上数据仅供参考"],
    ]
    expected = xls_contract("记账日", "支出", "收入", "摘要", dialect=Dialect(footer="^以上数据"))
    delivery = sheet(*rows)
    content = read(delivery, expected)
    assert content.rows == {
        5: ("20261203", "0", "1000.5", "工资"),
        6: ("20261204", "12", "0", None),
        8: ("20261205", None, "0.01", "利息"),
    }
    tally = content.tally
    assert (tally.preamble_lines, tally.blank_lines, tally.footer_lines) == (3, 1, 1)
    head, tail = open_delivery(io.BytesIO(delivery), expected).outside()
    assert head.startswith("中国示例银行\n开户机构：,某支行")
    assert tail == "以上数据仅供参考"


def test_merged_titles_other_sheets_and_dumps_do_no_harm() -> None:
    def fill(book: xlwt.Workbook) -> None:
        add_sheet(book, "dump", ["Column1", "Column2"], ["a", "b"], ["1", "2"])
        made = add_sheet(book, "bill", [], ["a", "b"], [1, 2])
        made.write_merge(0, 0, 0, 5, "本期账单明细")
        add_sheet(book, "notes", ["nothing here"])
        hidden = add_sheet(book, "more", ["b", "a"], [4, 3])
        hidden.visibility = 1

    content = read(workbook(fill), xls_contract("a", "b"))
    assert content.rows == {3: ("1", "2"), 5: ("3", "4")}


def test_a_dump_that_repeats_no_other_sheet_is_read() -> None:
    def fill(book: xlwt.Workbook) -> None:
        add_sheet(book, "dump", ["Column1", "Column2"], ["a", "b"], ["1", "2"])
        add_sheet(book, "bill", ["a", "b"], [5, 6], [7, 8])

    assert len(read(workbook(fill), xls_contract("a", "b")).rows) == 3
    alone = sheet(["Column1", "Column2"], ["a", "b"], ["1", "2"])
    assert read(alone, xls_contract("a", "b")).rows == {3: ("1", "2")}


def test_text_of_formulas_counts_as_a_value_and_an_error_is_a_fault() -> None:
    def fill(book: xlwt.Workbook) -> None:
        made = add_sheet(book, "sheet", ["a", "b"], [1, 2], [3, 4])
        made.row(2).set_cell_error(1, "#REF!")
        made.write(3, 0, xlwt.Formula("1+1"))

    content = read(workbook(fill), xls_contract("a", "b"))
    assert content.rows[2] == ("1", "2")
    assert content.faults == {3: StructuralFault.ERROR_VALUE}


def test_strings_that_run_over_records_are_counted() -> None:
    """The table of strings is cut into records of 8 KiB, in the middle of strings too."""
    rows = [[f"{'长' * (n % 90)}{n}", "x" * (n % 200) or " "] for n in range(3000)]
    content = read(sheet(["a", "b"], *rows), xls_contract("a", "b"))
    assert len(content.rows) == 3000
    assert content.rows[3001] == (rows[-1][0], rows[-1][1])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            *[
                st.sampled_from(["", " ", "　", "\u00a0", "文", "0", "a b"])
                | st.integers(-(10**9), 10**9)
                | st.text(st.characters(codec="utf-16-le", exclude_categories=["Cs", "Cc"]))
            ]
            * 2
        ),
        max_size=30,
    )
)
def test_every_row_that_is_read_is_counted(rows: list[tuple[Any, ...]]) -> None:
    content = read(sheet(["a", "b"], *map(list, rows)), xls_contract("a", "b"))
    filled = [n for n, row in enumerate(rows, start=2) if any(str(cell).strip() for cell in row)]
    assert list(content.rows) == filled


def test_results_of_formulas_are_told_by_their_records() -> None:
    """[MS-XLS] 2.5.133: a result is a number, or FFFF and what it is instead of one."""

    def record(kind: int, data: bytes) -> bytes:
        return pack("<HH", kind, len(data)) + data

    def formula(row: int, result: bytes) -> bytes:
        return record(0x0006, pack("<HHH", row, 0, 0) + result + bytes(6))

    start, end = record(0x0809, pack("<HHHH", 0x0600, 5, 0, 0)), record(0x000A, b"")
    chart = start + formula(90, pack("<d", 1)) + end
    cells = [
        formula(0, pack("<d", 1.5)),
        formula(1, bytes([0, 0, 0, 0, 0, 0, 255, 255])),
        record(0x0207, pack("<HB", 2, 0) + b"ab"),
        formula(2, bytes([0, 0, 0, 0, 0, 0, 255, 255])),
        record(0x0207, pack("<HB", 1, 0) + b" "),
        formula(3, bytes([1, 0, 1, 0, 0, 0, 255, 255])),
        formula(4, bytes([2, 0, 23, 0, 0, 0, 255, 255])),
        formula(5, bytes([3, 0, 0, 0, 0, 0, 255, 255])),
        record(0x0204, pack("<HHHHB", 6, 0, 0, 1, 1) + "　".encode("utf-16-le")),
        record(0x0204, pack("<HHHHB", 7, 0, 0, 1, 1) + "文".encode("utf-16-le")),
    ]
    sheet_at = len(start) + len(record(0x0085, bytes(8))) + len(end)
    about = record(0x0085, pack("<I", sheet_at) + bytes(4))
    rows = BiffRows(start + about + end + start + chart + b"".join(cells) + end).rows(0)
    assert rows.filled == {1, 2, 4, 5, 8}
    assert rows.with_error == {5}


def refusal(delivery: bytes) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), xls_contract("a", "b"))
    return refused.value


def test_a_workbook_that_is_cut_off_is_refused() -> None:
    whole = sheet(["a", "b"], *[[n, f"text {n}"] for n in range(2000)])
    assert refusal(whole[:600]).reason_code == RefusalReason.TRUNCATED
    assert refusal(whole[: len(whole) // 2]).reason_code == RefusalReason.TRUNCATED


def test_an_ole2_file_that_is_no_workbook_is_refused() -> None:
    garbage = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert refusal(garbage).reason_code == RefusalReason.TRUNCATED


def test_a_locked_workbook_is_refused_for_its_lock() -> None:
    """Excel 97's XOR lock: a FILEPASS record after the first one, [MS-XLS] 2.4.117."""
    whole = sheet(["a", "b"], [1, 2])
    start = whole.index(bytes.fromhex("09081000 0006 0500".replace(" ", "")))
    at = start + 20
    lock = pack("<HHHHH", 0x002F, 6, 0, 0x1234, 0x5678)
    locked = whole[:at] + lock + whole[at + len(lock) :]
    assert refusal(locked).reason_code == RefusalReason.PASSWORD_NEEDED
