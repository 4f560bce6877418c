"""How the feeds are doing: from the ledger, against the contracts, without identifiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from ingest.pipeline import contract_of, ingest_feed
from ingest.replay import replay
from publish.feed_status import feeds_status
from publish.feed_status_model import Day, FeedsStatus, FeedStatus, Freshness
from publish.feed_status_page import columns, write_feeds_page
from publish.feed_status_text import render_feeds
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import GRANT, alipay, alipay_row, deal, deals_csv, grant, put

DAY = datetime(2026, 10, 20, 4, tzinfo=UTC)
NOW = datetime(2026, 10, 23, tzinfo=UTC)


@pytest.fixture
def loaded(settings: Settings) -> Settings:
    """Two days of deals, of which rows are bad; a refused file; bills that declare too much."""
    sound = [deal(n) for n in range(5)]
    put(settings, "partner_deals", deals_csv(*sound, deal(9, amount="x")), "a", DAY)
    put(settings, "partner_deals", deals_csv(deal(20)), "b", DAY + timedelta(days=1))
    put(settings, "partner_deals", b"13800138000;nobody", "c", DAY + timedelta(days=1))
    grant(settings)
    bill = alipay(alipay_row(1), count=3)
    put(settings, "alipay_bills", bill, f"authorisation_id={GRANT}/b", DAY)
    for feed in ("authorisations", "partner_deals", "alipay_bills"):
        ingest_feed(settings, feed)
    return settings


def of(status: FeedsStatus, feed: str) -> FeedStatus:
    return next(found for found in status.feeds if found.feed == feed)


def test_a_feed_is_told_by_its_deliveries(loaded: Settings) -> None:
    deals = of(feeds_status(loaded, now=NOW), "partner_deals")
    assert (deals.delivery_count, deals.refused_count) == (3, 1)
    assert (deals.accepted_records, deals.rejected_records) == (6, 1)
    assert deals.last_received_at == DAY + timedelta(days=1)
    assert [
        (d.day.day, d.accepted_records, d.rejected_records, d.refused_count) for d in deals.days
    ] == [
        (20, 5, 1, 0),
        (21, 1, 0, 1),
    ]
    assert [(f.column_name, f.reason_code, f.fault_count) for f in deals.faults] == [
        ("amount_fen", "bad_amount", 1)
    ]
    [refusal] = deals.refusals
    assert (refusal.reason_code, bool(refusal.remedy)) == ("header_missing", True)


def test_freshness_is_held_against_the_contract(loaded: Settings) -> None:
    contract = contract_of("partner_deals")
    for days, expected in ((2, Freshness.FRESH), (1, Freshness.LATE)):
        contracts = {"partner_deals": replace(contract, freshness_days=days)}
        assert of(feeds_status(loaded, contracts, NOW), "partner_deals").freshness is expected
    assert of(feeds_status(loaded, now=NOW), "people").freshness is Freshness.NEVER


def test_declared_figures_and_drift_are_listed(loaded: Settings) -> None:
    with open_warehouse(loaded) as warehouse:
        warehouse.execute(
            "update ledger.batches set unknown_columns = ? where feed = 'alipay_bills'",
            ['["extra"]'],
        )
    bills = of(feeds_status(loaded, now=NOW), "alipay_bills")
    [difference] = bills.differences
    assert (difference.what, difference.declared, difference.computed) == ("records", 3, 1)
    [seen] = bills.drift
    assert (seen.headers, seen.delivery_count) == (("extra",), 1)
    assert bills.needs_somebody


def test_a_replay_shows(loaded: Settings) -> None:
    contract = replace(contract_of("partner_deals"), version="9.9.9")
    first = of(feeds_status(loaded, now=NOW), "partner_deals").refusals[0]
    replay(loaded, contract, first.delivery_id)
    deals = of(feeds_status(loaded, now=NOW), "partner_deals")
    assert deals.replay_count == 1
    assert "9.9.9" in {version.contract_version for version in deals.versions}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_names_nobody(loaded: Settings, tmp_path: Path) -> None:
    page = write_feeds_page(tmp_path / "feeds.html", feeds_status(loaded, now=NOW))
    text = page.read_text("utf-8")
    reader = Reader()
    reader.feed(text)
    names = [tag for tag, _ in reader.tags]
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert not [a for _, a in reader.tags if {"src", "href"} & set(a)]
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert {"partner_deals", "alipay_bills"} <= {a.get("id") for _, a in reader.tags}
    assert names.count("svg") == 3
    for secret in ("13800138000", "13800000001", "示例面馆"):
        assert secret not in text


def test_the_terminal_says_the_same(loaded: Settings) -> None:
    console = Console(record=True, width=80)
    render_feeds(feeds_status(loaded, now=NOW), console)
    said = console.export_text()
    assert "…" not in said, "nothing is cut off at 80 columns"
    assert "1 refused: header_missing" in said
    assert "never delivered (" in said


def test_a_chart_shows_every_day_with_rows(loaded: Settings) -> None:
    days = of(feeds_status(loaded, now=NOW), "partner_deals").days
    first, second = columns(days)
    assert first.accepted_height + first.rejected_height == pytest.approx(64, abs=0.2)
    assert first.rejected_height > 0
    assert second.accepted_height == pytest.approx(64 / 6, abs=0.1)
    assert columns([]) == []


def test_days_of_a_chart_stand_where_the_calendar_has_them() -> None:
    def day(number: int) -> Day:
        return Day(date(2026, 1, 1) + timedelta(days=number), 10, 0, 0)

    assert [column.x for column in columns([day(0), day(1), day(5)])] == [0, 16, 80]
    last = columns([day(0), day(999)])[-1]
    assert 700 < last.x + last.width <= 722


def test_without_a_warehouse_it_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(TerminalError, match="ingest"):
        feeds_status(settings)
