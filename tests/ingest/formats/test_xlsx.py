"""XLSX: which sheet, numbers and days as text, counting, damage."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.workbook import Workbook

from ingest.contracts import Contract, Dialect, Drift
from ingest.formats import open_delivery, xlsx
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.bills import WECHAT_HEADER, bill_contract, wechat_preamble
from tests.ingest.formats.deliveries import contract, read


def sheet_contract(*names: str, **about: Any) -> Contract:
    return contract(*names, formats=("xlsx",), **about)


def workbook(fill: Callable[[Workbook], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book)
    return target.getvalue()


def sheet(*rows: list[Any], first_row: int = 0, first_column: int = 0) -> bytes:
    def fill(book: Workbook) -> None:
        add_sheet(book, *rows, first_row=first_row, first_column=first_column)

    return workbook(fill)


def add_sheet(book: Workbook, *rows: list[Any], first_row: int = 0, first_column: int = 0) -> None:
    formats = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    made = book.add_worksheet()
    for number, row in enumerate(rows, start=first_row):
        for position, value in enumerate(row, start=first_column):
            made.write(number, position, value, formats.get(type(value)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (28.16, "28.16"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (-0.0000001, "-0.0000001"),
        (999_999_999_999_999, "999999999999999"),
        ("6222000000000000000", "6222000000000000000"),
        (True, "true"),
        (datetime(2026, 9, 1, 12, 45, 27), "2026-09-01 12:45:27"),
        (datetime(2026, 9, 1, 12, 45, 27, 250_000), "2026-09-01 12:45:27.250"),
        (date(2026, 9, 1), "2026-09-01"),
        (time(1, 2, 3), "01:02:03"),
        (" padded\t", " padded\t"),
    ],
)
def test_values_become_text(value: object, text: str) -> None:
    assert read(sheet(["a", "b"], [value, "x"]), sheet_contract("a", "b")).rows == {2: (text, "x")}


def test_rows_are_numbered_as_in_the_sheet() -> None:
    delivery = sheet(
        ["title"], [], ["a", "b"], [1, 2], [], ["", " "], [3], first_row=4, first_column=3
    )
    content = read(delivery, sheet_contract("a", "b"), batch_rows=1)
    assert content.rows == {8: ("1", "2"), 11: ("3", None)}
    tally = content.tally
    assert (tally.lines, tally.header_line, tally.preamble_lines) == (11, 7, 6)
    assert tally.blank_lines == 2


def test_the_wechat_layout_is_read_from_the_sheet_that_has_it() -> None:
    rows = [
        [
            "2026-09-26 12:45:27",
            "商户消费",
            "江南面馆",
            "/",
            "支出",
            28.16,
            "/",
            "支付成功",
            "42\t",
            "12\t",
            "/",
        ],
        [
            "2026-09-24 10:10:11",
            "微信红包",
            "李示例",
            "/",
            "收入",
            "¥0.35",
            "/",
            "已存入零钱",
            "43\t",
            "/\t",
            "/",
        ],
    ]

    def fill(book: Workbook) -> None:
        add_sheet(book, ["Column1", "Column2"], ["微信支付账单明细", "2"])
        made = book.add_worksheet()
        currency = book.add_format({"num_format": "\\¥#,##0.00"})
        for number, line in enumerate(wechat_preamble("")):
            made.merge_range(number, 0, number, 10, line)
        made.write_row(16, 0, WECHAT_HEADER.split(","))
        for number, row in enumerate(rows, start=17):
            made.write_row(number, 0, row)
        made.write(17, 5, 28.16, currency)

    expected = bill_contract("wechat_bills")
    content = read(workbook(fill), expected)
    names = [column.name for column in expected.file_columns]
    first, second = (dict(zip(names, content.rows[line], strict=True)) for line in (18, 19))
    assert (first["amount_fen"], first["trade_id"], first["remark"]) == ("28.16", "42", None)
    assert (second["amount_fen"], second["merchant_order_id"]) == ("¥0.35", None)
    assert content.tally.declared_records == 4


def test_every_sheet_with_the_header_is_read_and_rows_are_counted_on() -> None:
    def fill(book: Workbook) -> None:
        add_sheet(book, ["a", "b"], [1, 2], [3, 4])
        add_sheet(book, ["notes"], ["x"])
        book.add_chartsheet()
        add_sheet(book, ["title"], ["b", "a"], [5, 6])

    content = read(workbook(fill), sheet_contract("a", "b"))
    assert content.rows == {2: ("1", "2"), 3: ("3", "4"), 6: ("6", "5")}
    assert content.tally.lines == 6


def test_the_footer_ends_the_records() -> None:
    dialect = Dialect(footer="^total", declared_records=r"total,(\d+)")
    delivery = sheet(["a", "b"], [1, 2], [], ["total", 1], ["printed by", "x"])
    content = read(delivery, sheet_contract("a", "b", dialect=dialect))
    assert content.rows == {2: ("1", "2")}
    assert (content.tally.footer_lines, content.tally.declared_records) == (2, 1)


def test_a_row_with_an_error_value_is_faulty_and_no_null() -> None:
    def fill(book: Workbook) -> None:
        add_sheet(book, ["a", "b"], [1, 2], [3])
        book.worksheets()[0].write_formula(2, 1, "=1/0", None, "#DIV/0!")

    content = read(workbook(fill), sheet_contract("a", "b"))
    assert content.rows == {2: ("1", "2")}
    assert content.faults == {3: StructuralFault.ERROR_VALUE}


def test_a_value_beyond_the_header_is_a_fault() -> None:
    content = read(sheet(["a", "b"], [1, 2, "x"], [3, 4]), sheet_contract("a", "b"))
    assert content.rows == {3: ("3", "4")}
    assert content.faults == {2: StructuralFault.TOO_MANY_COLUMNS}


def test_drift_is_held_against_unknown_columns() -> None:
    delivery = sheet(["a", "mood"], [1, ""], [2, "good"])
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), sheet_contract("a"))
    assert refused.value.reason_code == RefusalReason.UNKNOWN_COLUMN
    discarding = read(delivery, sheet_contract("a", drift=Drift.DISCARD_ROW))
    assert discarding.rows == {2: ("1",)}
    assert discarding.faults == {3: StructuralFault.UNKNOWN_COLUMN}
    evolving = read(delivery, sheet_contract("a", drift=Drift.EVOLVE))
    assert evolving.rows == {2: ("1",), 3: ("2",)}
    assert evolving.tally.unknown_headers == ("mood",)


def test_a_missing_header_is_refused() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(sheet(["a"], ["secret"])), sheet_contract("a", "b"))
    assert refused.value.reason_code == RefusalReason.HEADER_MISSING
    assert "secret" not in str(refused.value)


def test_a_damaged_workbook_is_refused() -> None:
    whole = bytearray(sheet(["a", "b"], *[[n, f"text {n}"] for n in range(200)]))
    start = whole.index(b"xl/worksheets/sheet1.xml") + 60
    whole[start : start + 200] = b"\xff" * 200
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(bytes(whole)), sheet_contract("a", "b"))
    assert refused.value.reason_code == RefusalReason.TRUNCATED


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(sheet(["a"], [1])), sheet_contract("a"))
    assert refused.value.reason_code == RefusalReason.TOO_LARGE


def written(delivery: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with other digits in the XML of its sheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(delivery)) as given, zipfile.ZipFile(target, "w") as made:
        for member in given.infolist():
            content = given.read(member)
            if member.filename.startswith("xl/worksheets/"):
                assert old in content
                content = content.replace(old, new)
            made.writestr(member, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        ("1234567890123456", "1234567890123456"),
        ("-9007199254740991", "-9007199254740991"),
        ("6222021234567890123", "6222021234567890123"),
        ("6222021234567889920", None),
        ("1234567890123450", None),
        ("6222021234567890000", None),
        ("6.222021234567890E+18", None),
        ("1.5E+300", None),
    ],
)
def test_a_long_number_is_given_in_full_or_its_row_is_faulty(digits: str, text: str) -> None:
    """6222021234567889920 is the nearest number that a cell can hold to the one before it."""
    delivery = sheet(["a", "b"], [1, 28.16], [424242, 2], first_row=3, first_column=2)
    content = read(written(delivery, b"424242", digits.encode()), sheet_contract("a", "b"))
    if text:
        assert content.rows == {5: ("1", "28.16"), 6: (text, "2")}
    else:
        assert content.rows == {5: ("1", "28.16")}
        assert content.faults == {6: StructuralFault.LOST_DIGITS}


def test_digits_lost_where_nothing_is_taken_do_no_harm() -> None:
    delivery = sheet(["a", "b", "c"], [1, 2, 6.222e18])
    taking = sheet_contract("a", "b", drift=Drift.EVOLVE)
    assert read(delivery, taking).rows == {2: ("1", "2")}
