"""The door in: good rows pass, and each promise broken on purpose goes red and says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations.page import write_page
from expectations.report import Check, GateReport, latest_report

if TYPE_CHECKING:
    from tests.expectations.conftest import Warehouse

AT_LINE_2 = "update raw.bills set {} where _line_number = 2"


def failed(report: GateReport) -> list[Check]:
    return [check for check in report.checks if not check.passed]


def test_good_rows_pass_every_check(raw_warehouse: Warehouse) -> None:
    report = raw_warehouse.check()
    assert failed(report) == []
    assert report.passed
    assert len(report.checks) > 20


@pytest.mark.parametrize(
    ("change", "column", "says"),
    [
        ("bill_id = null", "bill_id", "is never empty"),
        ("bill_id = 'B12'", "bill_id", "matches B[0-9]{3}"),
        ("occurred_at = null", "occurred_at", "is never empty"),
        (
            "occurred_at = _received_at + interval 1 second",
            "occurred_at",
            "is not after the delivery was received",
        ),
        ("direction_code = 'sideways'", "direction_code", "is one of out, in"),
        ("amount_fen = -1", "amount_fen", "is at least 0 and at most 1,000"),
        ("amount_fen = 1001", "amount_fen", "is at least 0 and at most 1,000"),
        ("phone_token = '13800138000'", "phone_token", "has the shape of a token"),
        ("subject_key = null", "subject_key", "is never empty"),
        ("_file_sha256 = null", "_file_sha256", "is never empty"),
        ("_business_date = null", "_business_date", "is never empty"),
        ("_feed = 'people'", "_feed", "is one of bills"),
        ("remark = 'call 13800138000'", None, "no text looks like"),
    ],
)
def test_a_broken_promise_blocks_and_names_delivery_and_line(
    raw_warehouse: Warehouse, change: str, column: str | None, says: str
) -> None:
    raw_warehouse.change(AT_LINE_2.format(change))
    report = raw_warehouse.check()
    assert not report.passed
    [check] = failed(report)
    assert (check.table, check.column, check.severity) == ("raw.bills", column, "critical")
    assert check.expectation.startswith(says)
    assert (check.unexpected_count, check.where) == (1, ("d1:2",))


def test_rows_that_the_ledger_does_not_know_block(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("delete from raw.bills where _line_number = 3")
    [check] = failed(raw_warehouse.check())
    assert (check.observed, check.where) == ("2 in raw, 3 in the ledger", ("d1:?",))


def test_what_was_erased_is_counted_with_what_is_there(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("delete from raw.bills where _line_number = 3")
    raw_warehouse.change("delete from ledger.rejected_rows")
    raw_warehouse.change(
        "update ledger.batches set erased_records = 1, erased_rejected_records = rejected_records"
    )
    assert failed(raw_warehouse.check()) == []


def test_a_delivery_in_raw_without_a_ledger_entry_blocks(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change(
        """insert into raw.bills by name
            (select * replace ('d2' as _delivery_id) from raw.bills)"""
    )
    [check] = failed(raw_warehouse.check())
    assert (check.observed, check.where) == ("3 in raw, 0 in the ledger", ("d2:?",))


def test_records_that_do_not_reconcile_block(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("update ledger.batches set physical_records = 5")
    [check] = failed(raw_warehouse.check())
    assert check.observed == "5 physical, 3 accepted, 1 rejected"
    assert (check.severity, check.where) == ("critical", ("d1:?",))


def test_a_rejected_record_that_is_not_in_quarantine_blocks(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("delete from ledger.rejected_rows")
    [check] = failed(raw_warehouse.check())
    assert check.observed == "1 rejected, 0 erased, 0 in quarantine"
    assert (check.severity, check.where) == ("critical", ("d1:?",))


@pytest.mark.parametrize(
    ("change", "observed"),
    [
        (
            "update raw.bills set _received_at = timestamp '2026-08-31 07:59'",
            "newest row received on 2026-08-31",
        ),
        ("update ledger.batches set declared_records = 9", "4 physical, 9 declared"),
    ],
)
def test_a_warning_is_reported_and_does_not_block(
    raw_warehouse: Warehouse, change: str, observed: str
) -> None:
    raw_warehouse.change(change, "update raw.bills set occurred_at = timestamp '2026-08-01'")
    report = raw_warehouse.check()
    assert report.passed
    [check] = report.warnings
    assert (check.severity, check.observed) == ("warning", observed)


def test_a_feed_that_never_delivered_is_listed_and_not_checked(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("delete from raw.bills", "delete from ledger.batches")
    report = raw_warehouse.check()
    assert report.passed
    assert report.never_delivered == ("bills",)
    assert {check.table for check in report.checks} == {"ledger.batches"}
    assert report.last_loaded_at is None
    assert latest_report(raw_warehouse.settings, "raw") == report
    page = write_page(raw_warehouse.settings).read_text("utf-8")
    assert "Never delivered" in page
    assert "<code>bills</code>" in page


def test_a_feed_of_which_everything_was_refused_has_delivered_nothing(
    raw_warehouse: Warehouse,
) -> None:
    raw_warehouse.change(
        "drop table raw.bills",
        "delete from ledger.rejected_rows",
        "update ledger.batches set status_code = 'refused', reason_code = 'empty_file'",
    )
    assert raw_warehouse.check().never_delivered == ("bills",)


def test_rows_without_any_ledger_entry_are_no_feed_that_never_delivered(
    raw_warehouse: Warehouse,
) -> None:
    raw_warehouse.change("delete from ledger.batches", "delete from ledger.rejected_rows")
    report = raw_warehouse.check()
    assert not report.passed
    assert report.never_delivered == ()


def test_rows_are_located_up_to_twenty(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change(
        "update ledger.batches set accepted_records = 53, physical_records = 54",
        """insert into raw.bills by name (
            select b.* replace (r.range + 10 as _line_number, null as bill_id)
            from raw.bills as b, range(50) as r where b._line_number = 1)""",
        "update raw.bills set amount_fen = -1, phone_token = 'x' where bill_id is null",
    )
    checks = failed(raw_warehouse.check())
    assert {check.column for check in checks} == {"bill_id", "amount_fen", "phone_token"}
    for check in checks:
        assert check.unexpected_count == 50
        assert len(set(check.where)) == 20


def test_a_table_that_lost_a_column_blocks_with_the_kind_of_error(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("alter table raw.bills drop column amount_fen")
    report = raw_warehouse.check()
    assert not report.passed
    [check] = failed(report)
    assert (check.column, check.unexpected_count) == ("amount_fen", None)
    assert check.observed.startswith("could not be evaluated")


def test_a_table_that_is_gone_blocks(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change("drop table raw.bills")
    report = raw_warehouse.check()
    assert not report.passed
    assert {check.table for check in failed(report)} == {"raw.bills"}
    assert all(check.passed for check in report.checks if check.table == "ledger.batches")
