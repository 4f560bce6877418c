"""Feeds of the service, of leak watchers, platforms and look-ups: what they promise is held."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.contracts import read_contracts
from ingest.pipeline import contract_of, ingest_feed
from tallywatch.settings import Settings
from tests.ingest.deliveries import grant, put
from tests.ingest.feeds.records import BREACHES, CANARIES, RECORDS
from tests.ingest.feeds.taking import allow, everything_kept, json_lines, rows_of, take, taken

SERVICE_FEEDS = [feed for feed in RECORDS if feed != "platform_events"]


def allow_events(settings: Settings) -> None:
    allow(settings, "platform_events")


def test_every_feed_of_the_service_is_tried() -> None:
    elsewhere = {
        "people", "verifications", "authorisations", "service_orders", "alert_feedback",
        "erasure_requests",
    }  # fmt: skip
    own = {feed for feed, contract in read_contracts().items() if contract.domain == "service"}
    assert own - elsewhere <= RECORDS.keys()


@pytest.mark.parametrize("feed", RECORDS)
def test_a_record_comes_in_whole(feed: str, settings: Settings) -> None:
    allow_events(settings)
    [row] = taken(settings, feed, json_lines([RECORDS[feed]]))
    assert row["_business_date"] is not None
    for column in contract_of(feed).columns:
        given = RECORDS[feed].get(column.name)
        if column.logical_type in {"integer", "boolean"} or column.enum:
            assert row[column.raw_name] == given, column.name
        assert (row[column.raw_name] is None) == (given is None), column.name


@pytest.mark.parametrize("feed", RECORDS)
def test_what_the_contract_does_not_know_is_quarantined(feed: str, settings: Settings) -> None:
    """A code outside its list, a key left out, an event after the delivery."""
    allow_events(settings)
    contract = contract_of(feed)
    code = next(c.name for c in contract.columns if c.enum)
    key = contract.key[0]
    dated = contract.business_date_column
    good = RECORDS[feed]
    bad: list[dict[str, Any]] = [good | {code: "nonsense"}, good | {key: None}]
    expected = {(code, "not_in_enum"): 1, (key, "missing_required"): 1}
    if next(c for c in contract.columns if c.name == dated).not_after:
        bad.append(good | {dated: "2026-12-01 00:00:00"})
        expected[dated, "in_future"] = 1
    report = take(settings, feed, json_lines([good, *bad]))
    assert (report.accepted_records, report.rejected_records) == (1, len(bad))
    assert report.reasons == expected


def test_no_identifier_of_these_feeds_is_kept_in_clear(settings: Settings) -> None:
    grant(settings, scope_code="platform_events")
    ingest_feed(settings, "authorisations")
    for feed, record in RECORDS.items():
        put(settings, feed, json_lines([record]))
        [report] = ingest_feed(settings, feed)
        assert report.accepted_records == 1, feed
    kept = list(everything_kept(settings))
    assert any(b"[phone]" in content for _, content in kept)
    for canary in CANARIES:
        assert [name for name, content in kept if canary.encode() in content] == []


def test_one_number_has_one_token_in_every_feed(settings: Settings) -> None:
    [invite] = taken(settings, "invites", json_lines([RECORDS["invites"]]))
    [hit] = taken(settings, "leak_watch_hits", json_lines([RECORDS["leak_watch_hits"]]))
    assert invite["invited_phone_token"] == hit["phone_token"]


def test_breaches_of_every_generation_are_one_table(settings: Settings) -> None:
    rows = taken(settings, "breaches", json.dumps(BREACHES, indent=1).encode())
    assert [(r["title"], r["breach_name"], r["accounts_count"]) for r in rows] == [
        ("Blue Shop", "BlueShop", 6_414_191),
        ("Red Post", "RedPost", 12),
        ("Green Golf", None, 3),
    ]
    assert [json.loads(r["data_classes"]) for r in rows] == [b["DataClasses"] for b in BREACHES]
    assert [r["is_stealer_log"] for r in rows] == [None, True, None]
    assert [r["is_verified"] for r in rows] == [False, True, None]


def test_look_ups_of_breaches_come_as_tables_and_as_json(settings: Settings) -> None:
    allow(settings, "breach_exposures")
    table = (
        '"id","Title","Name","Domain","BreachDate","AddedDate","ModifiedDate","PwnCount",'
        '"DataClasses","IsVerified","IsFabricated","IsSensitive","IsActive","IsRetired",'
        '"IsSpamList","LogoType"\n'
        '355001,"Blue Shop","BlueShop","shop.example","2012-01-01","2016-10-08T07:46:05Z",'
        '"2016-10-08T07:46:05Z",6414191,"Email addresses, Passwords",TRUE,FALSE,FALSE,TRUE,FALSE,'
        'FALSE,"svg"\n'
    )
    [row] = taken(settings, "breach_exposures", table.encode())
    checked = BREACHES[0] | {"account": "355001", "CheckedAt": "2026-10-01T00:00:00Z"}
    [again] = taken(settings, "breach_exposures", json.dumps([checked]).encode())
    assert row["looked_up_token"] == again["looked_up_token"]
    assert (row["is_verified"], row["is_sensitive"]) == (True, False)
    assert row["data_classes"] == "Email addresses, Passwords"
    assert (row["checked_at"] is None, again["checked_at"] is None) == (True, False)


def test_phone_cards_under_a_name_are_counts(settings: Settings) -> None:
    allow(settings, "registered_lines")
    lines = (
        "运营商,号卡数量,查询时间\n中国移动,2,2026-10-01 10:00:00\n中国联通,0,2026-10-01 10:00:00\n"
    )
    rows = taken(settings, "registered_lines", lines.encode("gbk"))
    assert [(r["carrier_name"], r["lines_count"]) for r in rows] == [
        ("中国移动", 2),
        ("中国联通", 0),
    ]


def test_of_a_number_asked_for_the_last_digits_are_kept(settings: Settings) -> None:
    allow(settings, "registered_accounts")
    accounts = (
        "平台名称,账号数量,手机号,查询时间\n"
        "示例商城,1,138****0001,2026-10-01 10:00:00\n"
        "示例视频,3,13800000001,2026-10-01 10:00:00\n"
    )
    report = take(settings, "registered_accounts", accounts.encode())
    assert [
        (r["platform_name"], r["account_type_code"], r["accounts_count"], r["number_tail"])
        for r in rows_of(settings, report)
    ] == [("示例商城", "platform", 1, "0001"), ("示例视频", "platform", 3, "0001")]
