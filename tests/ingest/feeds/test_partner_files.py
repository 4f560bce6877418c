"""Partners' own files: layouts by contract, head-and-tail files, statements, invoices, logs."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds import partner_files as files
from tests.ingest.feeds.taking import json_lines, rows_of, take, taken


@pytest.mark.parametrize(
    ("content", "layout", "first_second"),
    [(files.ledger(), "chinese_ledger", 0), (files.workbook(), "english_workbook", 5)],
    ids=["ledger", "workbook"],
)
def test_a_partner_with_headers_of_its_own_needs_a_layout_only(
    content: bytes, layout: str, first_second: int, settings: Settings
) -> None:
    report = take(settings, "partner_deals", content)
    assert (report.layout, report.accepted_records, report.reasons) == (layout, 2, {})
    first, second = rows_of(settings, report)
    assert (first["partner_id"], first["product_code"], first["order_id"]) == (
        "P0007",
        "family_plan",
        "O-1",
    )
    assert first["occurred_at"] == datetime(2026, 9, 5, 2, 0, first_second)
    assert (first["amount_fen"], first["currency_code"]) == (12850, "CNY")
    assert [row["status_code"] for row in (first, second)] == ["approved", "pending"]
    assert (second["amount_fen"], second["currency_code"]) == (9900, "CNY")
    assert first["customer_phone_token"].startswith("ph_")


@pytest.mark.parametrize("protocol", files.FLAT_FILES)
def test_flat_files_of_every_protocol_give_the_same_rows(protocol: str, settings: Settings) -> None:
    report = take(settings, "partner_flat_files", files.FLAT_FILES[protocol])
    assert (report.accepted_records, report.reasons) == (2, {})
    assert report.declared == (("records", 2, 2), ("amount_fen", 2210, 2210))
    first, second = rows_of(settings, report)
    assert (first["serial_id"], first["partner_order_id"], first["amount_fen"]) == (
        "seq_0",
        "o_0",
        1022,
    )
    assert first["trade_date"] == date(2026, 9, 9)
    assert first["confirmed_at"] == datetime(2026, 9, 12, 4, 23, 34)
    assert (second["is_confirmed"], second["remark"]) == (False, None)


def test_totals_that_do_not_hold_are_noted(settings: Settings) -> None:
    content = files.flat("总笔数:100|总金额:300.03", files.FLAT_NAMES)
    report = take(settings, "partner_flat_files", content)
    assert report.status_code == "screened"
    assert report.declared == (("records", 100, 2), ("amount_fen", 30003, 2210))


def test_a_column_of_a_flat_file_that_is_missing_refuses_it(settings: Settings) -> None:
    names = files.FLAT_NAMES.replace("|金额", "")
    report = take(settings, "partner_flat_files", files.flat("总笔数:2|总金额:22.10", names))
    assert (report.status_code, report.reason_code) == ("refused", "header_missing")
    assert "金额" in str(report.found)


def test_confirmations_of_funds_are_cut_by_bytes(settings: Settings) -> None:
    failed = files.confirmation(TASerialNO="TA-0002", ReturnCode="0139", InvestorName="某某")
    report = take(
        settings, "fund_confirmations", files.fund_file(files.confirmation(), failed, count=3)
    )
    assert (report.accepted_records, report.reasons) == (2, {})
    assert ("records", 3, 2) in report.declared
    first, second = rows_of(settings, report)
    assert (first["confirmation_id"], first["currency_code"]) == ("TA-0001", "CNY")
    assert (first["confirmed_fen"], first["charge_fen"], first["agency_fee_fen"]) == (
        100000,
        150,
        75,
    )
    assert (first["confirmed_date"], first["applied_date"]) == (
        date(2026, 9, 10),
        date(2026, 9, 9),
    )
    assert second["return_code"] == "0139"
    kept = str([first, second])
    assert "示例投资人" not in kept
    assert "TX-EXAMPLE-1" not in kept


def test_invoices_of_both_kinds_come_in(settings: Settings) -> None:
    digital, red = taken(settings, "enterprise_invoices", files.INVOICES)
    assert (digital["invoice_code"], digital["state_code"]) == ("0", "blue")
    assert digital["gross_fen"] == digital["net_fen"] + digital["tax_fen"] == 10_000_000
    assert (digital["tax_rate_ppm"], red["tax_rate_ppm"]) == (60_000, 0)
    assert (red["state_code"], red["original_invoice_number"]) == ("red", "00000001")
    assert digital["buyer_tax_number_token"] == red["buyer_tax_number_token"]
    assert digital["buyer_tax_number_token"] != digital["seller_tax_number_token"]
    assert red["remark"] == "联系人 [phone]"
    assert "示例合作公司" not in str([digital, red])


CALL: dict[str, Any] = {
    "partner_id": "P0007",
    "api_customer_id": "K-1",
    "api_code": "identity_check",
    "request_id": "r-1",
    "called_at": "2026-09-05T10:00:00.123+08:00",
    "status_code": "ok",
    "unit_count": 2,
    "duration_ms": 41,
}
CONVERSION: dict[str, Any] = {
    "event_id": "a-1",
    "partner_id": "P0007",
    "event_code": "conversion",
    "occurred_at": "2026-09-05T10:00:00Z",
    "click_id": "ck-9",
    "campaign_id": "autumn",
    "device_id": "EXAMPLE-DEVICE",
    "ip": "192.0.2.7",
    "amount": "19.90",
    "currency_code": "CNY",
}
STATEMENT_HEADER = (
    "partner_id,statement_id,line_code,line_type,direction_code,statement_month,deal_id,"
    "product_code,deal_count,base,net,tax,gross,currency_code,issued_date"
)


def test_calls_are_metered(settings: Settings) -> None:
    odd = [CALL | {"status_code": "teapot"}, CALL | {"unit_count": -1}]
    report = take(settings, "api_usage_logs", json_lines([CALL, *odd]))
    assert (report.accepted_records, report.rejected_records) == (1, 2)
    [row] = rows_of(settings, report)
    assert (row["unit_count"], row["called_at"]) == (2, datetime(2026, 9, 5, 2, 0, 0, 123000))


def test_an_advertising_event_names_no_device(settings: Settings) -> None:
    [row] = taken(settings, "ad_events", json.dumps(CONVERSION).encode())
    assert (row["click_id"], row["amount_fen"]) == ("ck-9", 1990)
    assert row["device_token"].startswith("dv_")
    assert row["ip_token"].startswith("ip_")
    assert "EXAMPLE-DEVICE" not in str(row)
    assert "192.0.2.7" not in str(row)


def test_a_statement_has_its_total_and_its_deals(settings: Settings) -> None:
    lines = [
        STATEMENT_HEADER,
        "P0007,S-9,total,total,receivable,2026-09,,,2,1000.00,94.34,5.66,100.00,CNY,2026-10-08",
        "P0007,S-9,1,deal,receivable,2026-09,D1,x,1,400.00,,,40.00,CNY,2026-10-08",
        "P0007,S-9,2,deal,receivable,2026-13,D2,x,1,600.00,,,60.00,CNY,2026-10-08",
    ]
    report = take(settings, "partner_statements", "\n".join(lines).encode())
    assert report.reasons == {("statement_month", "pattern_mismatch"): 1}
    total, deal = rows_of(settings, report)
    assert (total["gross_fen"], total["tax_fen"], deal["gross_fen"]) == (10000, 566, 4000)
