"""The whole way of a delivery: nothing is lost, nothing comes twice, every reason is true."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingest.batch import BatchReport
from ingest.pipeline import ingest_feed, land_and_screen_feed, load_feed
from ingest.rebuild import rebuild_raw
from ingest.vault import open_vault
from tallywatch.errors import WarehouseBusyError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import (
    DEAL_HEADER,
    GRANT,
    alipay,
    alipay_row,
    deal,
    deals_csv,
    grant,
    put,
)


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(settings) as warehouse:
        return warehouse.execute(sql).fetchall()


def ingest_one(settings: Settings, feed: str, content: bytes, name: str = "file") -> BatchReport:
    put(settings, feed, content, name)
    [report] = ingest_feed(settings, feed)
    return report


def test_a_row_carries_its_whole_lineage(settings: Settings) -> None:
    report = ingest_one(settings, "partner_deals", deals_csv(deal(1), deal(2)))
    rows = query(
        settings,
        "select _feed, _delivery_id, _file_sha256, _line_number, _received_at, "
        "_business_date::varchar, amount_fen, occurred_at from raw.partner_deals order by all",
    )
    assert rows == [
        (
            "partner_deals",
            report.delivery_id,
            report.file_sha256,
            line,
            datetime(2026, 11, 1, 4),
            "2026-10-05",
            12850,
            datetime(2026, 10, 5, 2),
        )
        for line in (2, 3)
    ]


def test_identifiers_pass_the_door_as_tokens_only(settings: Settings) -> None:
    ingest_one(settings, "partner_deals", deals_csv(deal(1)))
    [(token,)] = query(settings, "select customer_phone_token from raw.partner_deals")
    assert token.startswith("ph_")
    for path in settings.home.rglob("*"):
        if path.is_file():
            assert b"13800000001" not in path.read_bytes(), path


def test_what_the_contract_has_sealed_can_be_revealed(settings: Settings) -> None:
    person = {
        "subject_key": "S0000001",
        "full_name": "测试一",
        "id_number": "11010519491231002X",
        "phone": "13800000001",
        "region_code": "11",
        "registered_at": "2026-01-01 00:00:00",
        "recorded_at": "2026-01-01 00:00:00",
    }
    bad = person | {"subject_key": "S0000002", "phone": "10086"}
    report = ingest_one(
        settings, "people", "\n".join(json.dumps(p) for p in (person, bad)).encode()
    )
    assert (report.accepted_records, report.reasons) == (1, {("phone", "bad_identifier"): 1})
    [(token,)] = query(settings, "select phone_token from raw.people")
    vault = open_vault(settings)
    assert vault.reveal("S0000001", token) == "13800000001"
    assert vault.reveal("S0000002", token) is None


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"amount": "1e5"}, "amount_fen", "bad_amount"),
        ({"amount": "１２.３"}, "amount_fen", "bad_amount"),
        ({"amount": "--"}, "amount_fen", "bad_amount"),
        ({"amount": "=cmd()"}, "amount_fen", "bad_amount"),
        ({"amount": "10.555"}, "amount_fen", "bad_amount"),
        ({"amount": "-1.00"}, "amount_fen", "out_of_range"),
        ({"amount": ""}, "amount_fen", "missing_required"),
        ({"occurred_at": "2026-02-30 00:00:00"}, "occurred_at", "bad_timestamp"),
        ({"occurred_at": "2026-12-01 00:00:00"}, "occurred_at", "in_future"),
        ({"currency_code": "USD"}, "currency_code", "not_in_enum"),
        ({"partner_id": "Q1"}, "partner_id", "pattern_mismatch"),
        ({"customer_phone": "12345"}, "customer_phone", "bad_identifier"),
    ],
)
def test_a_bad_cell_is_quarantined_with_line_column_and_reason(
    settings: Settings, changes: dict[str, str], column: str, reason: str
) -> None:
    report = ingest_one(settings, "partner_deals", deals_csv(deal(1), deal(2, **changes)))
    assert (report.accepted_records, report.rejected_records) == (1, 1)
    assert query(
        settings,
        "select delivery_id, line_number, column_name, reason_code from ledger.rejected_rows",
    ) == [(report.delivery_id, 3, column, reason)]


def test_every_fault_of_a_row_is_named(settings: Settings) -> None:
    report = ingest_one(
        settings, "partner_deals", deals_csv(deal(1, amount="1e5", currency_code="", deal_id=""))
    )
    assert report.rejected_records == 1
    assert set(report.reasons) == {
        ("amount_fen", "bad_amount"),
        ("currency_code", "missing_required"),
        ("deal_id", "missing_required"),
    }


def test_broken_lines_lose_only_themselves(settings: Settings) -> None:
    lines = [deal(1), "D2,P0001", deal(3) + ",surplus", deal(4, order_id='"open'), deal(5) + "\0"]
    report = ingest_one(settings, "partner_deals", deals_csv(*lines))
    assert report.physical_records == 5
    assert report.accepted_records == 1
    assert {reason for _, reason in report.reasons} == {
        "too_few_columns",
        "too_many_columns",
        "broken_quotes",
        "nul_byte",
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"\xff\xfe\xfd\x00garbage\x81", None),
        (deals_csv(deal(1), header=DEAL_HEADER.replace("amount", "value")), "header_missing"),
        (b"PK\x03\x04not a workbook", None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_next_one_is_not(
    settings: Settings, content: bytes, reason: str | None
) -> None:
    put(settings, "partner_deals", content, "bad")
    put(settings, "partner_deals", deals_csv(deal(1)), "good")
    reports = {r.status_code: r for r in ingest_feed(settings, "partner_deals")}
    refused = reports["refused"]
    assert reason is None or refused.reason_code == reason
    assert refused.found
    assert refused.expected
    assert refused.remedy
    assert query(settings, "select count(*) from raw.partner_deals") == [(1,)]
    assert query(
        settings, "select reason_code from ledger.batches where status_code = 'refused'"
    ) == [(refused.reason_code,)]


def test_an_unknown_column_follows_the_drift_policy(settings: Settings) -> None:
    """partner_deals discards rows, partner_deal_updates refuses files, people evolves."""
    header = DEAL_HEADER + ",colour"
    report = ingest_one(
        settings, "partner_deals", deals_csv(deal(1) + ",", deal(2) + ",red", header=header)
    )
    assert report.accepted_records == 1
    assert report.reasons == {("", "unknown_column"): 1}
    update = {
        "update_id": "U1",
        "partner_id": "P0001",
        "deal_id": "D1",
        "update_code": "approved",
        "occurred_at": "2026-10-06 00:00:00",
        "colour": "red",
    }
    refused = ingest_one(settings, "partner_deal_updates", json.dumps(update).encode())
    assert refused.reason_code == "unknown_column"
    check = {
        "verification_id": "V1",
        "subject_key": "S0000001",
        "method_code": "face",
        "outcome_code": "passed",
        "verified_at": "2026-10-06 00:00:00",
        "colour": "red",
    }
    evolved = ingest_one(settings, "verifications", json.dumps(check).encode())
    assert (evolved.accepted_records, evolved.unknown_headers) == (1, ("colour",))


def test_a_file_of_mostly_bad_rows_is_refused(settings: Settings) -> None:
    lines = [deal(n, amount="x" if n % 3 else "1.00") for n in range(30)]
    report = ingest_one(settings, "partner_deals", deals_csv(*lines))
    assert report.reason_code == "too_many_rejects"
    assert query(settings, "select count(*) from raw.partner_deals") == [(0,)]
    assert not list(settings.lake.glob("partner_deals/*"))


def test_a_bill_needs_a_grant_in_force(settings: Settings) -> None:
    grant(settings)
    grant(settings, "A0000002", revoked_at="2026-10-31 00:00:00")
    grant(settings, "A0000003", expires_at="2026-10-31 00:00:00")
    grant(settings, "A0000004", scope_code="sms_messages")
    ingest_feed(settings, "authorisations")
    outcomes = {}
    for number in range(1, 6):
        authorisation_id = f"A000000{number}"
        report = ingest_one(
            settings,
            "alipay_bills",
            alipay(alipay_row(number)),
            f"authorisation_id={authorisation_id}/bill.csv",
        )
        outcomes[authorisation_id] = (report.accepted_records, dict(report.reasons))
    column = "authorisation_id"
    assert outcomes == {
        GRANT: (1, {}),
        "A0000002": (0, {(column, "consent_revoked"): 1}),
        "A0000003": (0, {(column, "consent_expired"): 1}),
        "A0000004": (0, {(column, "consent_missing"): 1}),
        "A0000005": (0, {(column, "consent_missing"): 1}),
    }
    assert query(settings, "select authorisation_id, subject_key from raw.alipay_bills") == [
        (GRANT, "S0000001")
    ]


def test_a_bill_without_any_grant_is_quarantined(settings: Settings) -> None:
    report = ingest_one(settings, "alipay_bills", alipay(alipay_row(1)), "bill.csv")
    assert set(report.reasons) == {
        ("authorisation_id", "missing_required"),
        ("authorisation_id", "consent_missing"),
    }
    assert query(settings, "select count(*) from raw.alipay_bills") == [(0,)]


def test_declared_counts_are_kept_beside_what_was_found(settings: Settings) -> None:
    grant(settings)
    ingest_feed(settings, "authorisations")
    report = ingest_one(
        settings, "alipay_bills", alipay(alipay_row(1), count=7), f"authorisation_id={GRANT}/b.csv"
    )
    assert (report.declared_records, report.physical_records, report.encoding) == (7, 1, "gb18030")


def test_a_delivery_is_loaded_once_however_often_it_comes(settings: Settings) -> None:
    content = deals_csv(deal(1))
    ingest_one(settings, "partner_deals", content, "first.csv")
    put(settings, "partner_deals", content, "again.csv")
    taken = land_and_screen_feed(settings, "partner_deals")
    assert (taken.reports, taken.repeated_files) == ((), 1)
    assert load_feed(settings, "partner_deals") == []
    assert query(settings, "select count(*) from raw.partner_deals") == [(1,)]
    assert list(settings.inbox.rglob("*.csv")) == []


def test_the_warehouse_has_one_writer_and_says_so(settings: Settings) -> None:
    with open_warehouse(settings):
        pass
    holder = (
        f"import duckdb, sys; c = duckdb.connect({str(settings.warehouse)!r}); "
        "print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with (
            pytest.raises(WarehouseBusyError, match="another process"),
            open_warehouse(settings, wait_seconds=0.3),
        ):
            pass
        process.kill()


def test_raw_is_rebuilt_from_the_lake_row_for_row(settings: Settings) -> None:
    ingest_one(settings, "partner_deals", deals_csv(deal(1), deal(2, amount="x")))
    ingest_one(settings, "partner_deals", deals_csv(deal(3)))
    before = query(settings, "select * from raw.partner_deals order by all")
    query(settings, "delete from raw.partner_deals")
    assert rebuild_raw(settings)["partner_deals"] == 2
    assert query(settings, "select * from raw.partner_deals order by all") == before


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(blacklist_categories=["Cs"]), max_size=60),
            st.integers(0, 10**6).map(deal),
        ),
        max_size=15,
    )
)
def test_accepted_and_rejected_are_all_there_is(settings: Settings, lines: list[str]) -> None:
    """Whatever lines a file holds, every one of them is accepted, rejected or blank."""
    lines = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    settings = type(settings)(settings.home / str(abs(hash(tuple(lines)))), settings.keys)
    report = ingest_one(settings, "partner_deals", deals_csv(deal(0), *lines))
    blank = sum(not line.strip(" \t\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u3000") for line in lines)
    assert report.is_refused or report.accepted_records + report.rejected_records in range(
        len(lines) + 1 - blank, len(lines) + 2
    )
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        rows = warehouse.execute("select count(*) from raw.partner_deals").fetchone()
    assert rows == (report.accepted_records,)
