"""What is over goes, what is not stays, and the ledger says of every delivery what is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from expectations.raw_suites import feed_suite, ledger_suite
from ingest.archive_rotation import rotate_archive
from ingest.batch import read_report, report_path
from ingest.contract_retention_faults import retention_faults
from ingest.contracts import Retention, read_contracts
from ingest.keyring import archive_ring
from ingest.landing import read_landed
from ingest.pipeline import ingest_feed
from ingest.rebuild import rebuild_raw
from ingest.retention import cutoff_of, expired
from tallywatch.errors import TerminalError
from tallywatch.retaining import retain
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import GRANT, alipay, alipay_row, deal, deals_csv, grant, put

NOW = datetime(2028, 10, 15, 4, tzinfo=UTC)
"""Two years after the bills of 2026-10-12 and within those of November."""


@pytest.mark.parametrize(
    ("retention", "today", "cutoff"),
    [
        (Retention(2, "years"), date(2028, 10, 15), date(2026, 10, 15)),
        (Retention(4, "years"), date(2028, 2, 29), date(2024, 2, 29)),
        (Retention(1, "years"), date(2028, 2, 29), date(2027, 2, 28)),
        (Retention(1, "months"), date(2026, 3, 31), date(2026, 2, 28)),
        (Retention(13, "months"), date(2026, 1, 10), date(2024, 12, 10)),
        (Retention(30, "days"), date(2026, 3, 2), date(2026, 1, 31)),
    ],
)
def test_a_cutoff_is_a_calendar_day(retention: Retention, today: date, cutoff: date) -> None:
    assert cutoff_of(retention, today) == cutoff


@pytest.fixture
def kept(settings: Settings) -> Settings:
    """Bills of October and November 2026 in two deliveries, and deals."""
    grant(settings)
    november = "2026-10-30 21:32:14 "
    old = alipay(alipay_row(1), alipay_row(2), alipay_row(3, "1e5"))
    mixed = alipay(alipay_row(4), alipay_row(5, at=november))
    put(settings, "alipay_bills", old, f"authorisation_id={GRANT}/old")
    put(settings, "alipay_bills", mixed, f"authorisation_id={GRANT}/mixed")
    put(settings, "partner_deals", deals_csv(deal(1), deal(2)), "deals")
    for feed in ("authorisations", "alipay_bills", "partner_deals"):
        ingest_feed(settings, feed)
    return settings


def rows(settings: Settings, query: str) -> list[tuple]:
    with open_warehouse(settings) as warehouse:
        return warehouse.execute(query).fetchall()


def broken(settings: Settings) -> list[str]:
    """What the critical checks of the raw gate that count rows find."""
    found = []
    contracts = read_contracts()
    suites = [feed_suite(contracts[f], NOW) for f in ("alipay_bills", "partner_deals")]
    with open_warehouse(settings) as warehouse:
        for suite in [ledger_suite(), *suites]:
            for check in suite.expected:
                if check.type != "unexpected_rows_expectation" or check.severity == "warning":
                    continue
                query = check.arguments["unexpected_rows_query"]
                if warehouse.execute(query.format(batch=suite.table)).fetchall():
                    found.append(check.says)
    return found


LEDGER = (
    "select accepted_records, rejected_records, erased_records, erased_rejected_records "
    "from ledger.batches where feed = 'alipay_bills' order by accepted_records, rejected_records"
)


def test_rows_whose_time_is_over_go_and_the_ledger_says_so(kept: Settings) -> None:
    assert broken(kept) == []
    report = retain(kept, now=NOW)
    assert report.rows == 3
    assert rows(kept, "select count(*), min(_business_date) from raw.alipay_bills") == [
        (1, date(2026, 10, 30))
    ]
    assert rows(kept, LEDGER) == [(2, 0, 1, 0), (2, 1, 2, 1)]
    assert rows(kept, "select count(*) from ledger.rejected_rows") == [(0,)]
    assert broken(kept) == []
    assert rebuild_raw(kept)["alipay_bills"] == 1
    assert broken(kept) == []
    again = retain(kept, now=NOW)
    assert again.rows == 0
    assert again.feeds == ()


def test_bytes_stay_as_long_as_a_row_of_theirs_does(kept: Settings) -> None:
    retain(kept, now=NOW + timedelta(days=30))
    reports = [
        read_report(path) for path in report_path(kept, "alipay_bills", "").parent.glob("d*.json")
    ]
    landed = {
        r.delivery_id: read_landed(kept.landing / "alipay_bills" / r.delivery_id) for r in reports
    }
    assert all(part.is_shredded for part in landed.values())
    with pytest.raises(TerminalError, match="were shredded"):
        next(iter(landed.values())).open(archive_ring(kept.keys))
    assert not list((kept.landing / "alipay_bills").rglob("*.enc"))


def test_a_dry_run_changes_nothing(kept: Settings) -> None:
    before = {p: p.read_bytes() for p in kept.lake.rglob("*") if p.is_file()}
    report = retain(kept, dry_run=True, now=NOW)
    assert report.rows == 3
    assert report.path is None
    assert {p: p.read_bytes() for p in kept.lake.rglob("*") if p.is_file()} == before
    assert rows(kept, "select count(*) from raw.alipay_bills") == [(4,)]


def test_facts_of_the_books_stay_without_identifiers(kept: Settings) -> None:
    retain(kept, now=NOW.replace(year=2037))
    assert rows(kept, "select deal_id, customer_phone_token from raw.partner_deals order by 1") == [
        ("D1", None),
        ("D2", None),
    ]
    assert broken(kept) == []
    assert retain(kept, now=NOW.replace(year=2037)).rows == 0


def test_the_end_of_the_act_counts_where_the_contract_says_so(kept: Settings) -> None:
    contract = read_contracts()["authorisations"]
    assert contract.retained_from_column == "expires_at"
    assert expired(kept, contract, NOW).rows == {}, "ended less than three years ago"
    assert sum(expired(kept, contract, NOW.replace(year=2031)).rows.values()) == 1
    by_end = replace(contract, retained_from_column="revoked_at", retention=Retention(1))
    assert expired(kept, by_end, NOW).rows == {}, "never withdrawn, so never over"


def test_the_last_version_of_a_member_stays(kept: Settings) -> None:
    person = {"full_name": "示例", "phone": "13700001111", "id_number": "11010519491231002X"}
    person |= {"region_code": "31", "registered_at": "2026-01-01 00:00:00"}
    versions = [
        person | {"subject_key": key, "recorded_at": f"2026-0{month}-01 12:00:00"}
        for key, month in (("S0000001", 1), ("S0000001", 2), ("S0000002", 1))
    ]
    for number, version in enumerate(versions):
        put(kept, "people", json.dumps(version).encode() + b"\n", f"{number}.jsonl")
    ingest_feed(kept, "people")
    left = "select subject_key, recorded_at::date::varchar from raw.people order by all"
    retain(kept, now=NOW.replace(year=2035))
    assert rows(kept, left) == [("S0000001", "2026-02-01"), ("S0000002", "2026-01-01")]
    assert rebuild_raw(kept)["people"] == 2
    assert retain(kept, now=NOW.replace(year=2035)).rows == 0


def test_bytes_go_by_the_days_of_the_contract(kept: Settings) -> None:
    contract = replace(read_contracts()["partner_deals"], raw_bytes_days=30)
    assert expired(kept, contract, datetime(2026, 11, 30, tzinfo=UTC)).shredded == ()
    assert len(expired(kept, contract, datetime(2026, 12, 2, tzinfo=UTC)).shredded) == 1


def test_old_logs_and_results_go_and_young_ones_stay(kept: Settings) -> None:
    import os

    paths = [kept.home / "dbt/logs/dbt.log", kept.quality / "history/raw-1.json"]
    for path in paths:
        for name, age in (("old-", 500), ("young-", 10)):
            made = path.with_name(name + path.name)
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_text("x")
            then = (NOW - timedelta(days=age)).timestamp()
            os.utime(made, (then, then))
    report = retain(kept, now=NOW)
    assert dict(report.others) == {"logs": 1, "quality results": 1}
    assert sorted(p.name for p in kept.home.rglob("*-dbt.log")) == ["young-dbt.log"]
    assert report.path is not None
    assert '"logs": 1' in report.path.read_text("utf-8")


@pytest.mark.parametrize(
    ("kept_of", "fault"),
    [
        ({"raw_bytes_days": -1}, "whole number of days"),
        ({"from": "nowhere"}, "no date or timestamp column"),
        ({"from": "phone"}, "no date or timestamp column"),
        ({"rows": "burn"}, "must be one of"),
        ({"rows": "anonymise"}, "is cleared"),
        ({"rows": "superseded"}, "needs a key with recorded_at"),
        ({"years": 1}, "unknown"),
    ],
)
def test_a_faulty_retention_is_named(kept_of: dict, fault: str) -> None:
    column = {
        "name": "phone",
        "logicalType": "string",
        "required": True,
        "customProperties": [{"property": "identifier", "value": "phone"}],
    }
    document = {
        "customProperties": [{"property": "retentionOf", "value": kept_of}],
        "schema": [{"properties": [column]}],
    }
    assert any(fault in found for found in retention_faults(document))


def test_keys_of_deliveries_are_wrapped_anew(kept: Settings, tmp_path: Path) -> None:
    old, new = kept.keys.archive, b"n" * 32
    changing = replace(kept, keys=replace(kept.keys, archive=new, previous_archive=old))
    folders = sorted(p.parent for p in kept.landing.glob("*/d*/manifest.json"))
    first = read_landed(folders[0])
    with first.open(archive_ring(changing.keys)) as stream:
        content = stream.read()
    assert rotate_archive(changing) == len(folders)
    assert rotate_archive(changing) == 0
    after = replace(kept, keys=replace(kept.keys, archive=new))
    with read_landed(folders[0]).open(archive_ring(after.keys)) as stream:
        assert stream.read() == content
    with pytest.raises(TerminalError, match="is wrapped by key"):
        read_landed(folders[0]).open(archive_ring(kept.keys))
