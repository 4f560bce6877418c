"""Real files of partners, networks and settlement, where they are at hand: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds.taking import rows_of, take, take_file

Shared = Callable[[str], Path]

FRAGMENT = "tail1"
"""A tail on its own, which its makers join to a body before they send it."""
NO_TIME = ("discount-code", "partner-merged")
"""Events whose bare payload names no time; their envelope does."""


@pytest.mark.parametrize(
    ("feed", "pattern"),
    [
        ("wechat_merchant_bills", "wechat_merchant_bill/*WxJava*"),
        ("wechat_fund_flows", "wechat_merchant_bill/*fundflow*"),
        ("alipay_merchant_bills", "alipay_merchant_bill/*"),
    ],
)
def test_real_bills_come_in_whole(
    feed: str, pattern: str, shared: Shared, settings: Settings
) -> None:
    folder, _, names = pattern.partition("/")
    files = sorted(shared(f"samples/{folder}").glob(names))
    assert files
    for file in files:
        report = take_file(settings, feed, file)
        assert (report.status_code, report.reasons) == ("screened", {}), (file.name, report.found)
        assert report.accepted_records == report.physical_records > 0
        assert report.declared, file.name


def test_the_real_alipay_bill_adds_up(shared: Shared, settings: Settings) -> None:
    [file] = shared("samples/alipay_merchant_bill").iterdir()
    report = take_file(settings, "alipay_merchant_bills", file)
    assert [(declared, computed) for _, declared, computed in report.declared] == [(6, 6), (-4, -4)]


def test_real_flat_files_of_all_protocols_come_in_whole(shared: Shared, settings: Settings) -> None:
    files = sorted(shared("samples/partner_fixed_rdf").iterdir())
    whole = [file for file in files if FRAGMENT not in file.name]
    assert len(whole) == len(files) - 1
    for file in whole:
        report = take_file(settings, "partner_flat_files", file)
        assert (report.status_code, report.reasons) == ("screened", {}), (file.name, report.found)
        assert report.accepted_records == file.read_bytes().count(b"|inst_seq_"), file.name
    [fragment] = set(files) - set(whole)
    assert take_file(settings, "partner_flat_files", fragment).reason_code == "header_missing"


def test_real_referral_events_are_told_apart(shared: Shared, settings: Settings) -> None:
    files = sorted(shared("samples/affiliate_feeds").glob("dubinc__*"))
    assert len(files) > 15
    layouts = set()
    for file in files:
        report = take_file(settings, "referral_events", file)
        reasons = {("occurred_at", "missing_required"): 1}
        timeless = any(name in file.name for name in NO_TIME)
        assert report.reasons == (reasons if timeless else {}), (file.name, report.found)
        assert report.accepted_records == int(not timeless)
        layouts.add(report.layout)
        if report.accepted_records:
            [row] = rows_of(settings, report)
            assert "example.com" not in str(row), file.name
    assert {"commission", "sale", "lead", "click", "payout", "link"} <= layouts


def responses(collection: Path) -> Iterator[tuple[str, bytes]]:
    """Name and body of every example response in a collection of requests."""

    def walk(node: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
        for item in node.get("item", []):
            yield from walk(item)
            for response in item.get("response", []):
                yield item["name"], (response.get("body") or "").encode()

    return walk(json.loads(collection.read_text("utf-8")))


@pytest.mark.parametrize(
    ("feed", "name"),
    [("impact_actions", "List actions"), ("impact_action_updates", "List action updates")],
)
def test_the_documented_pages_of_impact_come_in_whole(
    feed: str, name: str, shared: Shared, settings: Settings
) -> None:
    [collection] = shared("samples/affiliate_feeds").glob("*impact-radius-brand-actions-*")
    [body] = [body for title, body in responses(collection) if title == name]
    report = take(settings, feed, body)
    assert (report.accepted_records, report.reasons) == (2, {})


def test_the_made_up_amounts_of_awin_are_quarantined(shared: Shared, settings: Settings) -> None:
    """The examples have thirteen decimals and the currency `string`, and nothing else is amiss."""
    [collection] = shared("samples/affiliate_feeds").glob("*awin-affiliate*")
    for _, body in responses(collection):
        report = take(settings, "awin_transactions", body)
        assert (report.accepted_records, report.physical_records) == (0, 2)
        assert {reason for _, reason in report.reasons} == {"bad_amount", "pattern_mismatch"}
