"""Bills of our own sales: WeChat Pay and Alipay, with the totals that they declare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds import merchant_bill_files as bills
from tests.ingest.feeds.taking import rows_of, take, taken


@pytest.mark.parametrize(
    "make", [bills.wechat_all, bills.wechat_success, bills.wechat_refund], ids=lambda m: m.__name__
)
def test_a_bill_of_each_type_adds_up(make: Callable[[], bytes], settings: Settings) -> None:
    report = take(settings, "wechat_merchant_bills", make())
    assert (report.rejected_records, report.reasons) == (0, {})
    assert {name for name, _, _ in report.declared} == {
        "records",
        "settlement_fen",
        "refund_fen",
        "fee_fen",
    }
    assert all(declared == computed for _, declared, computed in report.declared), report.declared


def test_a_payment_and_its_refund_are_told_apart(settings: Settings) -> None:
    payment, refund = taken(settings, "wechat_merchant_bills", bills.wechat_all())
    assert payment["transaction_id"] == refund["transaction_id"]
    assert (payment["trade_state_code"], payment["refund_id"]) == ("success", "0")
    assert (payment["settlement_fen"], payment["fee_fen"]) == (600, 4)
    assert (refund["trade_state_code"], refund["refund_fen"]) == ("refund", 142)
    assert (refund["fee_fen"], refund["fee_rate_ppm"]) == (-1, 6000)
    assert payment["product_name"] == "会员 [phone]"
    assert "oExamplePayer" not in str(payment)


def test_a_payment_has_one_key_in_every_type_of_bill(settings: Settings) -> None:
    [one, _] = taken(settings, "wechat_merchant_bills", bills.wechat_all())
    [same, _] = taken(settings, "wechat_merchant_bills", bills.wechat_success())
    key = ("merchant_id", "transaction_id", "refund_id")
    assert [one[name] for name in key] == [same[name] for name in key]


def test_an_old_bill_is_read_and_what_it_lacks_is_noted(settings: Settings) -> None:
    report = take(settings, "wechat_merchant_bills", bills.wechat_2014())
    assert (report.status_code, report.accepted_records) == ("screened", 1)
    assert ("records", 2, 1) in report.declared
    assert ("settlement_fen", 2, 1) in report.declared
    [row] = rows_of(settings, report)
    assert row["traded_at"] == datetime(2014, 11, 10, 8, 33, 45)


def test_flows_are_summed_by_direction(settings: Settings) -> None:
    report = take(settings, "wechat_fund_flows", bills.fund_flows())
    assert report.reasons == {}
    assert [(declared, computed) for _, declared, computed in report.declared] == [
        (2, 2),
        (596, 596),
        (142, 142),
    ]
    other = take(settings, "wechat_fund_flows", bills.fund_flows(declared_in="9.99"))
    assert (999, 596) in [(declared, computed) for _, declared, computed in other.declared]
    assert other.status_code == "screened"


def test_shares_and_their_returns_come_in(settings: Settings) -> None:
    share, back = taken(settings, "wechat_profit_shares", bills.profit_shares())
    assert (share["business_type_code"], share["amount_fen"]) == ("share", 180)
    assert (back["business_type_code"], back["transaction_id"]) == (
        "return",
        share["transaction_id"],
    )
    assert share["receiver_token"].startswith("ac_")


@pytest.mark.parametrize("make", [bills.alipay_details, bills.alipay_zip], ids=["file", "zip"])
def test_alipay_details_add_up(make: Callable[[], bytes], settings: Settings) -> None:
    """Refunds are negative and share the trade id; the summary beside the details is left."""
    report = take(settings, "alipay_merchant_bills", make())
    assert (report.accepted_records, report.reasons) == (3, {})
    assert [(declared, computed) for _, declared, computed in report.declared] == [
        (8800, 8800),
        (-3850, -3850),
    ]
    payment, first, second = rows_of(settings, report)
    assert payment["trade_id"] == first["trade_id"] == second["trade_id"]
    requests = [row["refund_request_id"] for row in (payment, first, second)]
    assert requests == ["0", "re_1", "re_2"]
    assert payment["payer_token"].startswith("cp_")
    assert "138****0000" not in str(payment)
