"""Affiliate networks as they deliver: pages of JSON, each with its own habits."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds import network_pages as pages
from tests.ingest.feeds.taking import Row, json_lines, take, taken


def one(settings: Settings, feed: str, **changes: Any) -> Row:
    """The row that a page with one record gives."""
    [row] = taken(settings, feed, pages.page([pages.MAKERS[feed](**changes)], pages.PATHS[feed]))
    return row


@pytest.mark.parametrize("feed", pages.MAKERS)
def test_a_page_comes_in_whole_as_json_and_as_lines(feed: str, settings: Settings) -> None:
    """A page of two records, and the same records a line each."""
    records = [pages.MAKERS[feed](), pages.MAKERS[feed]()]
    rows = taken(settings, feed, pages.page(records, pages.PATHS[feed]))
    assert [row["partner_id"] for row in rows] == ["P0007", "P0007"]
    again = taken(settings, feed, json_lines([*records, records[0]]))
    for name, value in rows[0].items():
        if not name.startswith("_"):
            assert again[0][name] == value, name


def test_awin_times_without_offset_are_utc(settings: Settings) -> None:
    row = one(settings, "awin_transactions")
    assert row["transacted_at"] == datetime(2026, 9, 12, 9, 10, 11)
    assert (row["commission_fen"], row["sale_fen"], row["sale_currency_code"]) == (559, 5596, "GBP")
    assert json.loads(row["transaction_parts"])[0]["commissionAmount"] == 4.5


def test_a_state_that_nobody_agreed_on_and_a_tenth_of_a_cent_are_quarantined(
    settings: Settings,
) -> None:
    odd = [
        pages.awin(commissionStatus="escalated"),
        pages.awin(saleAmount={"amount": 1.005, "currency": "GBP"}),
    ]
    report = take(settings, "awin_transactions", pages.page([pages.awin(), *odd]))
    assert report.accepted_records == 1
    assert report.reasons == {
        ("commission_status_code", "not_in_enum"): 1,
        ("sale_fen", "bad_amount"): 1,
    }


def test_a_connector_may_write_snake_case_and_misspell(settings: Settings) -> None:
    record = {
        "id": 7,
        "advertiser_id": 1,
        "commission_status": "pending",
        "commission_amount": {"amount": 1, "currency": "GBP"},
        "sales_amount": {"amount": 10, "currency": "GBP"},
        "transaction_date": "2026-09-12T09:10:11",
        "trasaction_device": "Windows",
    }
    [row] = taken(settings, "awin_transactions", json_lines([record]))
    assert (row["sale_fen"], row["transaction_device"]) == (1000, "Windows")


def test_cj_numbers_are_texts_and_a_correction_is_negative(settings: Settings) -> None:
    correction = {"original": False, "correctionReason": "RETURNED_MERCHANDISE"}
    row = one(settings, "cj_commissions", saleAmountUsd="-20.50", **correction)
    assert (row["sale_fen"], row["commission_fen"], row["is_original"]) == (-2050, 750, False)
    assert row["action_status_code"] == "locked"


def test_impact_tells_an_impossible_date_and_only_that_row_is_lost(settings: Settings) -> None:
    """The documentation of the network itself shows one."""
    odd = pages.impact_action(EventDate="2026-02-31T10:00:00-07:00")
    report = take(settings, "impact_actions", pages.page([pages.impact_action(), odd], "Actions"))
    assert (report.accepted_records, report.reasons) == (1, {("event_at", "bad_timestamp"): 1})


def test_impact_says_little_of_its_customers(settings: Settings) -> None:
    row = one(settings, "impact_actions")
    assert row["event_at"] == datetime(2026, 9, 10, 17, 42, 38)
    assert row["customer_token"].startswith("ac_")
    kept = str(row)
    assert "example-customer" not in kept
    assert "15122" not in kept
    assert "0123456789abcdef" not in kept


def test_rakuten_writes_instants_as_javascript_does(settings: Settings) -> None:
    row = one(settings, "rakuten_transactions", sale_amount=-29.9, quantity=-1, is_event="Y")
    assert row["processed_at"] == datetime(2026, 9, 16, 21, 20, 27)
    assert (row["sale_fen"], row["quantity_count"], row["is_event"]) == (-2990, -1, True)


def test_jd_tells_what_is_not_yet_by_zero_and_nothing(settings: Settings) -> None:
    row = one(settings, "jd_union_orders")
    assert (row["finished_at"], row["payable_date"]) == (None, None)
    assert (row["estimated_base_fen"], row["estimated_fee_fen"]) == (990, 267)
    assert (row["commission_rate_ppm"], row["final_rate_ppm"]) == (300_000, 900_000)
    settled = one(settings, "jd_union_orders", validCode=18, payMonth=20261020, actualCosPrice=4.9)
    assert (settled["payable_date"], settled["actual_base_fen"]) == (date(2026, 10, 20), 490)


def test_taobao_states_are_numbers(settings: Settings) -> None:
    row = one(settings, "taobao_orders")
    assert (row["status_code"], row["settled_fen"], row["has_refund"]) == ("settled", 8000, True)
    assert row["commission_rate_ppm"] == 65_000
    assert row["paid_at"] == datetime(2026, 9, 8, 2)


def test_webhooks_of_all_kinds_come_in_one_file(settings: Settings) -> None:
    sale = {
        "eventName": "Subscription",
        "sale": {"amount": 9900, "currency": "cny", "invoiceId": "F-1"},
        "click": {"id": "ck_1", "timestamp": "2026-09-15T01:00:00Z", "ip": "192.0.2.7"},
        "customer": {"id": "cus_1"},
        "link": {"id": "lnk_1", "partnerId": "pn_1"},
    }
    merged = {"sourcePartner": {"id": "pn_2"}, "targetPartner": {"id": "pn_1"}}
    rows = taken(
        settings,
        "referral_events",
        json_lines(
            [
                pages.referral("commission.created", pages.commission()),
                pages.referral("sale.created", sale),
                pages.referral("partner.merged", merged),
            ]
        ),
    )
    assert [row["event_code"] for row in rows] == [
        "commission.created",
        "sale.created",
        "partner.merged",
    ]
    deal, sold, _ = rows
    assert (deal["commission_id"], deal["amount_fen"]) == ("cm_example1", 50000)
    assert (deal["earnings_fen"], deal["description"]) == (10000, "call [phone]")
    assert deal["referrer_email_token"].startswith("em_")
    assert (sold["amount_fen"], sold["invoice_id"], sold["click_id"]) == (9900, "F-1", "ck_1")
    assert sold["referrer_id"] == "pn_1"
    kept = str(rows)
    assert "example.com" not in kept
    assert "192.0.2.7" not in kept
    assert "示例甲" not in kept


def test_a_bare_payload_is_told_by_what_it_holds(settings: Settings) -> None:
    [row] = taken(settings, "referral_events", json.dumps(pages.commission()).encode())
    assert (row["event_code"], row["event_id"]) == ("commission.created", "cm_example1")
    assert row["occurred_at"].replace(tzinfo=UTC).hour == 10


def test_a_bare_payload_without_a_time_is_quarantined(settings: Settings) -> None:
    merged = {"sourcePartner": {"id": "pn_2"}, "targetPartner": {"id": "pn_1"}}
    report = take(settings, "referral_events", json.dumps(merged).encode())
    assert (report.accepted_records, report.reasons) == (
        0,
        {("occurred_at", "missing_required"): 1},
    )
