"""The door out: a sound release passes, and each fault planted in the marts blocks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tallywatch.errors import TerminalError

if TYPE_CHECKING:
    from tests.expectations.conftest import Warehouse

FLAG_2 = "update marts.fct_flags set {} where line_number = 2"
LINE_2 = "update marts.fct_commission_lines set {} where source_line_number = 2"
POSTING_3 = "update marts.fct_commission_postings set {} where posting_id = 'p3'"
STATEMENT_2 = "update marts.rpt_partner_statement set {} where posting_month = '2026-10'"


def test_a_sound_release_passes_every_check(release_warehouse: Warehouse) -> None:
    report = release_warehouse.check()
    assert report.failures + report.warnings == ()
    assert report.passed
    assert len(report.checks) > 60


@pytest.mark.parametrize(
    ("change", "table", "column", "says", "where"),
    [
        (FLAG_2.format("flag_id = null"), "fct_flags", "flag_id", "is never empty", "d1:2"),
        (FLAG_2.format("flag_id = 'flag1'"), "fct_flags", "flag_id", "is unique", "d1:2"),
        (FLAG_2.format("status_code = 'lively'"), "fct_flags", "status_code", "is one of", "d1:2"),
        (
            FLAG_2.format("detected_at = available_at - interval 1 second"),
            "fct_flags",
            "detected_at",
            "is not seen before",
            "d1:2",
        ),
        (
            FLAG_2.format("event_at = available_at + interval 1 second"),
            "fct_flags",
            "event_at",
            "is not later than the delivery",
            "d1:2",
        ),
        (
            FLAG_2.format("status_code = 'suppressed'"),
            "fct_flags",
            "suppression_reason",
            "is suppressed with a reason",
            "d1:2",
        ),
        (
            "delete from intermediate.int_rulebook__rules where rule_id = 'IM-BK-011'",
            "fct_flags",
            "rule_id",
            "is of a rule that is known",
            "d1:1",
        ),
        (
            "update intermediate.int_rulebook__rules set status_code = 'shadow'",
            "fct_flags",
            "rule_id",
            "is of a rule that is known",
            "d1:1",
        ),
        (
            "insert into intermediate.int_alerts__flags values ('lost', null, 'd1', 9)",
            "fct_flags",
            None,
            "has every flag that a rule raised",
            "d1:9",
        ),
        (
            FLAG_2.format("event_at = event_at + interval 9 day"),
            "fct_alerts",
            None,
            "leaves no flag without an alert",
            "d1:2",
        ),
        (
            "update marts.fct_alerts set flag_count = 3",
            "fct_alerts",
            "flag_count",
            "counts the flags",
            "d1:1",
        ),
        (
            "insert into marts.fct_alerts select * from marts.fct_alerts",
            "fct_alerts",
            "alert_id",
            "is unique",
            "d1:1",
        ),
        (
            "update marts.fct_alerts set status_code = 'shadow'",
            "xtr_alerts",
            "alert_id",
            "is a live alert",
            "d1:1",
        ),
        (
            LINE_2.format("gross_fen = null"),
            "fct_commission_lines",
            "gross_fen",
            "is never empty",
            "d1:2",
        ),
        (
            LINE_2.format("gross_fen = gross_fen + 1"),
            "fct_commission_lines",
            "gross_fen",
            "is the net amount plus the tax",
            "d1:2",
        ),
        (
            POSTING_3.format("tax_fen = tax_fen - 1"),
            "fct_commission_postings",
            "gross_fen",
            "is the net amount plus the tax",
            "d1:2",
        ),
        (
            POSTING_3.format("posting_type = 'adjustment'"),
            "fct_commission_postings",
            "posting_type",
            "is earned in its own month",
            "d1:2",
        ),
        (
            POSTING_3.format("reason_code = 'because'"),
            "fct_commission_postings",
            "reason_code",
            "is one of earned",
            "d1:2",
        ),
        (
            "delete from marts.fct_commission_postings where posting_id = 'p3'",
            "rpt_partner_statement_lines",
            "posting_id",
            "stands on a statement once",
            "d1:2",
        ),
        (
            STATEMENT_2.format("opening_gross_yuan = 106.01"),
            "rpt_partner_statement",
            "opening_gross_yuan",
            "is the closing balance",
            "P0001:2026-10",
        ),
        (
            STATEMENT_2.format("closing_gross_yuan = 53.01"),
            "rpt_partner_statement",
            "closing_gross_yuan",
            "is the opening balance plus the movements",
            "P0001:2026-10",
        ),
        (
            "update marts.rpt_partner_statement_lines set tax_yuan = 3.01 where posting_id = 'p3'",
            "rpt_partner_statement",
            "gross_yuan",
            "is the sum of the statement's lines",
            "P0001:2026-10",
        ),
        (
            "delete from marts.rpt_partner_statement where posting_month = '2026-10'",
            "rpt_partner_statement",
            "gross_yuan",
            "is the sum of the statement's lines",
            "P0001:2026-10",
        ),
        (
            "delete from marts.rpt_feed_deliveries",
            "rpt_feed_deliveries",
            "delivery_id",
            "shows every delivery",
            "d1:?",
        ),
    ],
)
def test_a_fault_blocks_and_says_where(
    release_warehouse: Warehouse,
    change: str,
    table: str,
    column: str | None,
    says: str,
    where: str,
) -> None:
    release_warehouse.change(change)
    report = release_warehouse.check()
    assert not report.passed
    found = {(c.table, c.column): c for c in report.failures if c.expectation.startswith(says)}
    assert where in found[f"marts.{table}", column].where


def test_text_that_looks_like_an_identifier_blocks_whatever_the_table(
    release_warehouse: Warehouse,
) -> None:
    release_warehouse.change(
        """create table marts.rpt_new as select * from (values
            ('13800138000', 1),
            ('tel:+86 138-0013-8000.', 2),
            ('电话１３８００１３８０００，谢谢', 3),
            ('{"to": "11010119900307123X"}', 4),
            ('write to someone.else@example.com', 5)
        ) as t (remark, line_number)""",
        "alter table marts.rpt_new add column delivery_id varchar default 'd1'",
        "update marts.fct_flags set evidence = 'S0000001, 13800138000' where line_number = 2",
    )
    report = release_warehouse.check()
    found = {(c.table, c.observed, c.where) for c in report.failures}
    assert found == {
        ("marts.fct_flags", "in evidence", ("d1:2",)),
        ("marts.rpt_new", "in remark", ("d1:1", "d1:2", "d1:3", "d1:4", "d1:5")),
    }


def test_trade_numbers_amounts_and_tokens_are_no_identifiers(release_warehouse: Warehouse) -> None:
    release_warehouse.change(
        """create table marts.rpt_new as select unnest([
            '2026083122001412345138001380', '20260831', '1785542400', '2026-08-31 10:15:00',
            '{"amount_fen": 13800138000}', 'ph_13800138000abcdef13800138000abcd'
        ]) as remark""",
    )
    assert release_warehouse.check().passed


def test_a_mart_that_is_gone_blocks(release_warehouse: Warehouse) -> None:
    release_warehouse.change("drop table marts.fct_alerts")
    report = release_warehouse.check()
    assert not report.passed
    assert "marts.fct_alerts" in {c.table for c in report.failures}


def test_nothing_built_is_an_error_that_says_what_to_do(release_warehouse: Warehouse) -> None:
    release_warehouse.change("drop schema marts cascade")
    with pytest.raises(TerminalError, match="build first"):
        release_warehouse.check()
