"""Replay: a mended contract brings rows in once, both attempts stay known, the erased stay away."""

from __future__ import annotations

import re
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest

from expectations.gates import check_raw
from ingest.batch import read_report
from ingest.contracts import Contract
from ingest.erasure.bytes import shred, without_lines
from ingest.keyring import archive_ring
from ingest.landing import read_landed
from ingest.pipeline import contract_of, ingest_feed, load_feed
from ingest.rebuild import rebuild_raw
from ingest.replay import candidates, finish_all_replays, replay
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import mended, run_and_kill, settings_of
from tests.ingest.deliveries import alipay, deal, deals_csv, put

FEED = "partner_deals"
BAD_ID = "PARTNER-9"


@pytest.fixture
def contract() -> Contract:
    return mended(contract_of(FEED))


def deliver(settings: Settings) -> str:
    """Three deals of which one has a partner id that the contract does not know; loaded."""
    put(settings, FEED, deals_csv(deal(1), deal(2, partner_id=BAD_ID), deal(3, amount="1e5")))
    [report] = ingest_feed(settings, FEED)
    assert (report.accepted_records, report.rejected_records) == (1, 2)
    return report.delivery_id


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(settings) as warehouse:
        return warehouse.execute(query).fetchall()


def deal_ids(settings: Settings) -> list[str]:
    return [row[0] for row in rows(settings, f"select deal_id from raw.{FEED} order by 1")]


def test_what_is_accepted_now_is_added_once(settings: Settings, contract: Contract) -> None:
    delivery_id = deliver(settings)
    done = replay(settings, contract, delivery_id)
    assert (done.after.accepted_records, done.after.rejected_records) == (2, 1)
    assert deal_ids(settings) == ["D1", "D2"]
    assert rows(settings, "select line_number, reason_code from ledger.rejected_rows") == [
        (4, "bad_amount")
    ]
    [entry] = rows(
        settings,
        "select accepted_records, rejected_records, contract_version, replay_count, "
        "replayed_at is not null from ledger.batches",
    )
    assert entry == (2, 1, "1.1.0", 1, True)
    replay(settings, contract, delivery_id)
    assert deal_ids(settings) == ["D1", "D2"]
    assert rows(settings, "select replay_count from ledger.batches") == [(2,)]


def test_every_attempt_is_kept(settings: Settings, contract: Contract) -> None:
    delivery_id = deliver(settings)
    replay(settings, contract, delivery_id)
    replay(settings, contract, delivery_id)
    kept = [
        read_report(settings.lake / "_attempts" / FEED / f"{delivery_id}.{number}.json")
        for number in (1, 2)
    ]
    assert [r.accepted_records for r in kept] == [1, 2]
    assert [r.contract_version for r in kept] == [contract_of(FEED).version, "1.1.0"]
    assert [r.replayed_at is None for r in kept] == [True, False]
    assert load_feed(settings, FEED) == [], "an earlier report is no delivery"


def test_the_lake_the_gate_and_a_rebuild_agree(settings: Settings, contract: Contract) -> None:
    replay(settings, contract, deliver(settings))
    assert check_raw(settings, {FEED: contract}).passed
    assert rebuild_raw(settings)[FEED] == 2
    assert deal_ids(settings) == ["D1", "D2"]


def test_a_refused_delivery_comes_in(settings: Settings, contract: Contract) -> None:
    put(settings, FEED, deals_csv(*(deal(n, partner_id=BAD_ID) for n in range(30))))
    [report] = ingest_feed(settings, FEED)
    assert report.reason_code == "too_many_rejects"
    assert candidates(settings, FEED, None, "too_many_rejects") == [(FEED, report.delivery_id)]
    assert replay(settings, contract, report.delivery_id).after.accepted_records == 30
    assert len(deal_ids(settings)) == 30
    assert rows(settings, "select status_code, reason_code from ledger.batches") == [
        ("loaded", None)
    ]


def test_a_loaded_delivery_is_not_lost_to_a_stricter_contract(
    settings: Settings, contract: Contract
) -> None:
    delivery_id = deliver(settings)
    stricter = changed(contract, formats=("parquet",), layouts=())
    done = replay(settings, stricter, delivery_id)
    assert done.kept_because == "it would now be refused: unknown_format"
    assert deal_ids(settings) == ["D1"]
    assert rows(settings, "select replay_count from ledger.batches") == [(0,)]


def test_deliveries_are_found_by_reason(settings: Settings) -> None:
    delivery_id = deliver(settings)
    put(settings, FEED, deals_csv(deal(7)), "sound")
    ingest_feed(settings, FEED)
    assert candidates(settings, FEED, None, None) == [(FEED, delivery_id)]
    assert candidates(settings, None, None, "bad_amount") == [(FEED, delivery_id)]
    assert candidates(settings, FEED, None, "consent_missing") == []
    assert candidates(settings, None, delivery_id, None) == [(FEED, delivery_id)]


def test_lines_that_were_erased_stay_away_and_the_others_keep_their_numbers(
    settings: Settings, contract: Contract
) -> None:
    lines = (deal(1), deal(2), deal(3, partner_id=BAD_ID), deal(4, amount="x"))
    put(settings, FEED, deals_csv(*lines))
    [report] = ingest_feed(settings, FEED)
    landed = read_landed(settings.landing / FEED / report.delivery_id)
    without_lines(landed, archive_ring(settings.keys), [2], re.compile(rb"\0never"), utc_now())
    replay(settings, contract, report.delivery_id)
    assert rows(settings, f"select deal_id, _line_number from raw.{FEED} order by 1") == [
        ("D2", 3),
        ("D3", 4),
    ]
    assert rows(settings, "select line_number from ledger.rejected_rows") == [(5,)]


def test_shredded_bytes_leave_everything_as_it_was(settings: Settings, contract: Contract) -> None:
    delivery_id = deliver(settings)
    shred(read_landed(settings.landing / FEED / delivery_id), utc_now())
    assert replay(settings, contract, delivery_id).kept_because == "its bytes were shredded"
    assert deal_ids(settings) == ["D1"]


def test_an_unknown_delivery_is_named(settings: Settings, contract: Contract) -> None:
    with pytest.raises(TerminalError, match="no delivery d0"):
        replay(settings, contract, "d0")


def test_a_refused_delivery_that_is_refused_again_says_why_now(settings: Settings) -> None:
    bills = contract_of("alipay_bills")
    put(settings, "alipay_bills", alipay()[:200], "authorisation_id=A0000001/b")
    [report] = ingest_feed(settings, "alipay_bills")
    assert report.is_refused
    replay(settings, changed(bills, formats=("parquet",), layouts=()), report.delivery_id)
    assert rows(settings, "select reason_code, replay_count from ledger.batches") == [
        ("unknown_format", 1)
    ]


@pytest.mark.chaos
@pytest.mark.parametrize(
    "point",
    [
        "ingest.replay:screen_into:1",
        "ingest.replay:_carry_out:1",
        "ingest.replay:_put:1",
        "ingest.replay:_put:2",
        "ingest.replay:load:1",
        "ingest.warehouse:_insert_rows:1",
        "ingest.warehouse:_insert_batches:1",
    ],
)
def test_killed_anywhere_it_is_made_good(tmp_path: Path, point: str, contract: Contract) -> None:
    settings = settings_of(tmp_path)
    delivery_id = deliver(settings)
    run_and_kill(tmp_path, "replay", point)
    load_feed(settings, FEED)
    replays = rows(settings, "select replay_count from ledger.batches")
    assert deal_ids(settings) == (["D1", "D2"] if replays == [(1,)] else ["D1"])
    replay(settings, contract, delivery_id)
    assert deal_ids(settings) == ["D1", "D2"]
    assert check_raw(settings, {FEED: contract}).passed
    assert not list((settings.lake / "_replays").rglob("*.parquet"))


@pytest.mark.chaos
def test_a_killed_replay_does_not_bring_back_what_was_erased_since(
    tmp_path: Path, contract: Contract
) -> None:
    settings = settings_of(tmp_path)
    delivery_id = deliver(settings)
    run_and_kill(tmp_path, "replay", "ingest.replay:_carry_out:1")
    landed = read_landed(settings.landing / FEED / delivery_id)
    without_lines(landed, archive_ring(settings.keys), [3], re.compile(rb"\0never"), utc_now())
    load_feed(settings, FEED)
    assert deal_ids(settings) == ["D1"]
    replay(settings, contract, delivery_id)
    assert deal_ids(settings) == ["D1"]


@pytest.mark.chaos
def test_a_killed_replay_can_be_ended_before_an_erasure_looks_for_rows(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    deliver(settings)
    run_and_kill(tmp_path, "replay", "ingest.replay:_put:2")
    finish_all_replays(settings)
    assert deal_ids(settings) == ["D1", "D2"]
    assert not list((settings.lake / "_replays").rglob("*.parquet"))
