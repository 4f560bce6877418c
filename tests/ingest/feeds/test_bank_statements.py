"""Bank statements in every layout: signed amounts, days with their year, tokens for people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds import bank_files as files
from tests.ingest.feeds.taking import Row, allow, rows_of, take
from tests.ingest.formats import statements
from tests.ingest.formats.statement_pdfs import boc_credit, boc_debit, cmb_debit
from tests.ingest.formats.test_statement_pdf import BOC_ROWS, CMB_ROWS
from tests.ingest.formats.test_xls import sheet as xls_sheet
from tests.ingest.formats.test_xlsx import sheet as xlsx_sheet

FEED = "bank_statements"


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    """Settings under which the first person lets their statements be read."""
    allow(settings, FEED)
    return settings


def come_in(settings: Settings, content: str | bytes, layout: str) -> list[Row]:
    data = content.encode() if isinstance(content, str) else content
    report = take(settings, FEED, data)
    assert not report.is_refused, (report.found, report.expected)
    assert (report.layout, report.reasons) == (layout, {})
    return rows_of(settings, report)


def amounts(rows: list[Row]) -> list[tuple[int, str, str | None]]:
    return [(row["amount_fen"], row["direction_code"], row["currency_code"]) for row in rows]


DELIMITED: dict[str, tuple[str, list[tuple[int, str, str | None]]]] = {
    "icbc_credit": (
        files.ICBC_CREDIT,
        [(-1800, "out", "CNY"), (-4850, "out", "CNY"), (2000, "in", "CNY")],
    ),
    "icbc_debit": (files.ICBC_DEBIT, [(-1340, "out", "CNY"), (123456, "in", "CNY")]),
    "boc_debit": (files.BOC_DEBIT, [(-260000, "out", "CNY"), (5000, "in", "USD")]),
    "boc_credit": (
        files.BOC_CREDIT,
        [(-5000, "out", "CNY"), (6090, "in", "CNY"), (-372, "out", "USD")],
    ),
    "cmb_debit": (
        files.CMB_DEBIT,
        [(123400, "in", "CNY"), (-100000, "out", "CNY"), (-300, "out", "CNY")],
    ),
    "cmb_debit_web": (files.CMB_DEBIT_WEB, [(-470, "out", "CNY"), (10000, "in", "CNY")]),
    "cmb_credit": (
        files.CMB_CREDIT,
        [(123, "in", "CNY"), (-5678, "out", "CNY"), (390, "in", "CNY"), (-800000, "out", "CNY")],
    ),
    "abc_debit": (
        files.ABC,
        [(1000000, "in", "CNY"), (-1234589, "out", "CNY"), (0, "neutral", "CNY")],
    ),
    "bocom_credit": (
        files.BOCOM_CREDIT,
        [(-4850, "out", "CNY"), (2310, "in", "CNY"), (10000, "in", "CNY")],
    ),
    "bocom_credit_page": (
        files.BOCOM_PAGE,
        [(-4850, "out", "CNY"), (2310, "in", "CNY"), (10000, "in", "CNY")],
    ),
    "cgb_credit": (files.CGB, [(-1590, "out", "CNY"), (9720, "in", "CNY")]),
    "hsbc_hk_credit": (files.HSBC_CREDIT, [(-109914, "out", "HKD"), (50000, "in", "HKD")]),
    "hsbc_hk_debit": (files.HSBC_DEBIT, [(-200000, "out", "HKD")]),
    "sheet_signed": (files.SHEET_SIGNED, [(-3350, "out", "USD")]),
    "sheet_marked": (files.SHEET_MARKED, [(-3350, "out", None), (153350, "in", None)]),
    "sheet_two_columns": (files.SHEET_TWO_COLUMNS, [(-150000, "out", None)]),
    "sheet_european": (files.SHEET_EUROPEAN, [(-8068, "out", "EUR"), (130000, "in", "EUR")]),
}


@pytest.mark.parametrize("layout", DELIMITED)
def test_amounts_have_the_sign_of_the_account(layout: str, allowed: Settings) -> None:
    content, expected = DELIMITED[layout]
    assert amounts(come_in(allowed, content, layout.removesuffix("_page"))) == expected


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_the_encoding_makes_no_difference(encoding: str, allowed: Settings) -> None:
    rows = come_in(allowed, files.BOC_DEBIT.encode(encoding), "boc_debit")
    assert amounts(rows) == DELIMITED["boc_debit"][1]


SHEETS: dict[str, tuple[list[list[Any]], list[int], str]] = {
    "ccb_debit": (files.CCB, [-1850, 2000], "CNY"),
    "citic_credit": (files.CITIC, [-1420, 5000], "CNY"),
    "spdb_debit": (files.SPDB, [-388, 1000], "CNY"),
    "cib_debit": (files.cib("港币"), [-550, 550, 100000], "HKD"),
}


@pytest.mark.parametrize("make", [xls_sheet, xlsx_sheet])
@pytest.mark.parametrize("layout", SHEETS)
def test_sheets_come_in_old_and_new(layout: str, make: Any, allowed: Settings) -> None:
    content, expected, currency = SHEETS[layout]
    rows = come_in(allowed, make(*content), layout)
    assert [row["amount_fen"] for row in rows] == expected
    assert {row["currency_code"] for row in rows} == {currency}
    assert all(row["account_token"] for row in rows)


def test_days_without_a_year_have_that_of_the_statement_or_the_one_before(
    allowed: Settings,
) -> None:
    rows = come_in(allowed, files.CMB_CREDIT, "cmb_credit")
    assert [(row["transaction_date"], row["booked_date"]) for row in rows[:2]] == [
        (date(2025, 12, 29), date(2025, 12, 29)),
        (date(2026, 1, 2), date(2026, 1, 3)),
    ]


def test_what_is_not_booked_yet_says_so(allowed: Settings) -> None:
    booked, pending = come_in(allowed, files.CMB_CREDIT_WEB, "cmb_credit")
    assert (booked["booked_date"], booked["status_name"]) == (date(2026, 9, 2), None)
    assert (pending["booked_date"], pending["status_name"]) == (None, "尚未入账")
    assert (booked["amount_fen"], pending["amount_fen"]) == (-470, 800470)


def test_times_are_kept_where_a_statement_tells_them(allowed: Settings) -> None:
    with_time, without, _ = come_in(allowed, files.ABC, "abc_debit")
    assert with_time["occurred_at"] == datetime(2026, 9, 1, 4, 34, 56)
    assert without["occurred_at"] is None


def test_a_record_that_lacks_its_last_cells_is_whole(allowed: Settings) -> None:
    short = come_in(allowed, files.ABC, "abc_debit")[1]
    assert (short["transaction_id"], short["channel_name"], short["remark"]) == (
        "111222333",
        None,
        None,
    )
    assert (short["counterparty_token"], short["counterparty_account_token"] is None) == (
        None,
        False,
    )


def test_name_and_account_in_one_cell_become_two_tokens(allowed: Settings) -> None:
    company, person, machine = come_in(allowed, files.CMB_DEBIT, "cmb_debit")
    for row in (company, person):
        assert None not in (row["counterparty_token"], row["counterparty_account_token"])
    assert (machine["counterparty_token"], machine["counterparty_account_token"]) == (None, None)


def test_people_in_remarks_are_scrubbed(allowed: Settings) -> None:
    first, second = come_in(allowed, files.BOC_DEBIT, "boc_debit")
    assert (first["remark"], second["remark"]) == ("支付宝-[name]", "请联系[phone]")


def test_amounts_in_the_currency_of_the_shop_stand_beside(allowed: Settings) -> None:
    rows = come_in(allowed, files.BOCOM_CREDIT, "bocom_credit")
    assert (rows[0]["original_amount_fen"], rows[0]["original_currency_code"]) == (-100000, "JPY")
    assert rows[0]["transaction_type_name"] == "消费"


def test_masked_balances_and_types_are_empty(allowed: Settings) -> None:
    rows = come_in(allowed, files.ICBC_CREDIT, "icbc_credit")
    assert [(row["balance_fen"], row["transaction_type_name"]) for row in rows[:2]] == [
        (-608611, "消费"),
        (None, None),
    ]


def test_declared_totals_are_held_against_the_rows(allowed: Settings) -> None:
    report = take(allowed, FEED, files.ICBC_DEBIT.encode())
    assert report.declared == (
        ("amount_fen (direction_code in)", 123456, 123456),
        ("amount_fen (direction_code out)", 1340, 1340),
    )


def test_a_direction_that_nobody_knows_is_quarantined(allowed: Settings) -> None:
    report = take(allowed, FEED, files.BOCOM_DEBIT.encode())
    assert (report.layout, report.accepted_records) == ("bocom_debit", 2)
    assert report.reasons == {("amount_fen", "bad_amount"): 1}
    assert amounts(rows_of(allowed, report)) == [(-123450, "out", "CNY"), (5, "in", "CNY")]


def test_exchange_formats_come_in(allowed: Settings) -> None:
    mt940 = come_in(allowed, statements.MT940, "mt940")
    assert [row["amount_fen"] for row in mt940] == [-25050, 100000, -1000, -1]
    camt = come_in(allowed, statements.CAMT.format(version=8, closing="73.85"), "camt")
    assert [row["amount_fen"] for row in camt] == [885, -1000, -2000, -500]
    assert camt[1]["occurred_at"] == datetime(2026, 9, 3, 21, 30)
    ofx = come_in(allowed, statements.OFX_1.format(charset="1252").encode("cp1252"), "ofx")
    assert (ofx[0]["amount_fen"], ofx[0]["occurred_at"]) == (-1250, datetime(2026, 9, 3, 0, 30))


def test_printed_statements_come_in(allowed: Settings) -> None:
    cmb = come_in(allowed, cmb_debit(*CMB_ROWS), "cmb_debit")
    assert [row["amount_fen"] for row in cmb] == [123456, -502045, -822]
    assert cmb[0]["exported_at"] == datetime(2026, 10, 9, 2, 15, 3)
    boc = come_in(allowed, boc_debit(BOC_ROWS[:2], BOC_ROWS[2:]), "boc_debit_pdf")
    assert [row["amount_fen"] for row in boc] == [-64635, -6575, -64635]
    assert boc[0]["account_token"]
    card = boc_credit(
        [("12/27", "12/28", "4915", "示例店", "", "59.32")],
        [("01/07", "01/08", "4915", "X JPN", "", "6.64")],
    )
    rows = come_in(allowed, card, "boc_credit_pdf")
    assert amounts(rows) == [(-5932, "out", "CNY"), (-664, "out", "USD")]
    assert [row["transaction_date"] for row in rows] == [date(2025, 12, 27), date(2026, 1, 7)]


def test_impossible_days_of_a_printed_statement_are_quarantined(allowed: Settings) -> None:
    broken = ("2026-13-40", *CMB_ROWS[0][1:])
    report = take(allowed, FEED, cmb_debit(broken, CMB_ROWS[1], CMB_ROWS[2]))
    assert (report.accepted_records, report.physical_records) == (2, 3)
    assert ("transaction_date", "bad_date") in report.reasons
