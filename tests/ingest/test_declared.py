"""What a file says of itself, held against its records; and when its data was taken."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from ingest.batch import BatchReport, read_report, report_path
from ingest.contracts import Column, Contract, DeclaredTotal
from ingest.landing import delivered, land
from ingest.pipeline import contract_of, ingest_feed
from ingest.screen import screen
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import GRANT, alipay, alipay_row, grant, put

OUTGOINGS = DeclaredTotal("支出：.*?([\\d.,]+)元", "amount_fen", (("direction_code", "out"),))
OUTGOING_COUNT = DeclaredTotal("支出：(\\d+)笔", None, (("direction_code", "out"),))
ROWS = (alipay_row(1), alipay_row(2, amount="1000.50"), alipay_row(3, amount="oops"))


def export(totals: str, *rows: str, exported: str = "") -> bytes:
    text = alipay(*rows).decode("gbk")
    return text.replace("导出信息：", f"导出信息：\n{totals}\n导出时间：{exported}").encode("gbk")


def screened(settings: Settings, contract: Contract, content: bytes) -> BatchReport:
    path = put(settings, contract.feed, content, "file")
    delivery = delivered(contract, path, (("authorisation_id", GRANT),))
    return screen(settings, contract, land(settings, delivery))


@pytest.fixture
def bills(settings: Settings) -> Contract:
    grant(settings)
    ingest_feed(settings, "authorisations")
    return replace(contract_of("alipay_bills"), declared_totals=(OUTGOINGS, OUTGOING_COUNT))


def test_declared_figures_are_held_against_all_records(settings: Settings, bills: Contract) -> None:
    report = screened(settings, bills, export("支出：2笔 1,050.24元", *ROWS))
    assert report.declared == (
        ("records", 3, 3),
        ("amount_fen (direction_code out)", 105024, 105024),
        ("records (direction_code out)", 2, 3),
    )
    assert json.loads(report.declared_differences or "") == [
        {"what": "records (direction_code out)", "declared": 2, "computed": 3}
    ]
    assert read_report(report_path(settings, report.feed, report.delivery_id)) == report


def test_what_agrees_or_is_not_declared_is_no_difference(
    settings: Settings, bills: Contract
) -> None:
    report = screened(settings, bills, export("", *ROWS[:2]))
    assert report.declared == (("records", 2, 2),)
    assert report.declared_differences is None


def test_a_contract_may_refuse_what_does_not_hold_what_it_declares(
    settings: Settings, bills: Contract
) -> None:
    strict = replace(bills, declared_mismatch="refuse")
    report = screened(settings, strict, export("支出：3笔 9.00元", *ROWS))
    assert (report.reason_code, report.accepted_records) == ("declared_mismatch", 0)
    assert "amount_fen (direction_code out): 900, as the file declares" in (report.expected or "")
    assert "105024 in the records" in (report.found or "")


def zipped(*contents: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.csv", content)
    return target.getvalue()


def test_the_members_of_an_archive_declare_each_for_itself(
    settings: Settings, bills: Contract
) -> None:
    first = export("支出：2笔 1,050.24元", *ROWS[:2])
    second = export("支出：1笔 50.00元", alipay_row(4))
    report = screened(settings, bills, zipped(first, second))
    assert report.declared == (
        ("records", 3, 3),
        ("amount_fen (direction_code out)", 110024, 109998),
        ("records (direction_code out)", 3, 3),
    )


def test_a_silent_member_leaves_nothing_to_hold_the_others_against(
    settings: Settings, bills: Contract
) -> None:
    telling = export("支出：2笔 1,050.24元", *ROWS[:2])
    silent = export("", alipay_row(4)).replace("共1笔".encode("gbk"), b"")
    assert screened(settings, bills, zipped(telling, silent)).declared == ()


def test_the_ledger_keeps_what_differed(settings: Settings) -> None:
    grant(settings)
    ingest_feed(settings, "authorisations")
    put(settings, f"alipay_bills/authorisation_id={GRANT}", alipay(alipay_row(1), count=7))
    ingest_feed(settings, "alipay_bills")
    with open_warehouse(settings) as warehouse:
        (text,) = warehouse.execute(
            "select declared_differences from ledger.batches where feed = 'alipay_bills'"
        ).fetchone() or ("",)
    assert json.loads(text) == [{"what": "records", "declared": 7, "computed": 1}]


def test_a_warehouse_of_an_earlier_version_gets_the_new_column(settings: Settings) -> None:
    with open_warehouse(settings) as warehouse:
        warehouse.execute("alter table ledger.batches drop column declared_differences")
    with open_warehouse(settings) as warehouse:
        warehouse.execute("select declared_differences from ledger.batches")


@pytest.mark.parametrize(
    ("exported", "consent_reason"),
    [
        ("2026-02-01 00:00:00", None),
        ("2025-12-31 23:59:59", "consent_revoked"),
        ("2099-01-01 00:00:00", "consent_revoked"),
        ("", "consent_revoked"),
    ],
)
def test_consent_is_judged_when_the_data_was_taken_but_not_after_it_was_received(
    settings: Settings, exported: str, consent_reason: str | None
) -> None:
    grant(settings, revoked_at="2026-10-20 00:00:00")
    ingest_feed(settings, "authorisations")
    bills = contract_of("alipay_bills")
    taken = Column(
        "exported_at",
        "timestamp",
        "When it was exported.",
        "internal",
        source="preamble",
        preamble="导出时间：(.*)",
    )
    contract = replace(bills, columns=(*bills.columns, taken), taken_at_column="exported_at")
    row = alipay_row(1, at="2026-01-15 08:00:00 ")
    report = screened(settings, contract, export("", row, exported=exported))
    reasons = {("authorisation_id", consent_reason): 1} if consent_reason else {}
    assert report.reasons == reasons
