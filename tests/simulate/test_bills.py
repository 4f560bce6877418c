"""Wallet bills, read by a plain reader: layouts, counts, consents, stories."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

from simulate import alipay_layouts, wechat_export
from simulate.truth import Delivered
from tests.simulate.bill_reader import AMOUNTS, KEYS, TIMES, Bill, read_bills
from tests.simulate.made_world import World

WALLETS = ("alipay_bills", "wechat_bills")
AMOUNT = re.compile(r"[¥￥]?[0-9]+\.[0-9]{1,2}", re.ASCII)


@pytest.fixture(scope="module")
def bills(world: World) -> list[tuple[Delivered, list[Bill]]]:
    """Every readable bill."""
    refused = {f.file for f in world.truth.refused_files}
    return [
        (d, read_bills(world.inbox / d.file))
        for d in world.truth.deliveries
        if d.feed in WALLETS and d.file not in refused
    ]


def test_every_bill_holds_the_records_that_the_truth_says(
    bills: list[tuple[Delivered, list[Bill]]],
) -> None:
    assert len(bills) > 50
    for delivered, sheets in bills:
        assert sum(len(b.rows) for b in sheets) == delivered.records > 0, delivered.file


def test_every_layout_appears(world: World, bills: list[tuple[Delivered, list[Bill]]]) -> None:
    headers = Counter((d.feed, b.encoding, tuple(b.header)) for d, sheets in bills for b in sheets)
    alipay = {(e, h) for f, e, h in headers if f == "alipay_bills"}
    for columns, encoding in (
        (alipay_layouts.COLUMNS_WEB, "gb18030"),
        (alipay_layouts.COLUMNS_2021, "gb18030"),
        (alipay_layouts.COLUMNS_2021, "utf-8-sig"),
        (alipay_layouts.COLUMNS_2023, "gb18030"),
        (alipay_layouts.COLUMNS_2023, "utf-8-sig"),
    ):
        assert (encoding, (*columns, "")) in alipay
    wechat = {(e, h) for f, e, h in headers if f == "wechat_bills"}
    for encoding in ("utf-8-sig", "xlsx"):
        assert (encoding, wechat_export.COLUMNS) in wechat
    assert ("utf-8-sig", (*wechat_export.COLUMNS, "备注")) in wechat
    texts = [(world.inbox / d.file).read_bytes() for d, _ in bills if d.file.endswith(".csv")]
    with_carriage_returns = {
        d.feed
        for d, _ in bills
        if d.file.endswith(".csv") and b"\r\n" in (world.inbox / d.file).read_bytes()
    }
    assert with_carriage_returns == set(WALLETS)
    assert any(t.startswith(b"\xef\xbb\xbf") for t in texts)
    assert any("支付宝支付科技有限公司  电子客户回单".encode("gb18030") in t for t in texts)
    assert any(b'\t",' in t and b'"\t,' in t for t in texts)
    assert max(len(sheets) for _, sheets in bills) == 2


def test_workbooks_hold_amounts_as_numbers_and_as_text(
    bills: list[tuple[Delivered, list[Bill]]],
) -> None:
    kinds = {
        row["金额(元)"][0] in "¥￥"
        for d, sheets in bills
        if d.file.endswith(".xlsx")
        for row in sheets[-1].sound()
    }
    assert kinds == {True, False}


def test_alipay_pads_cells_and_guards_order_numbers(world: World) -> None:
    path = next(
        p
        for p in sorted((world.inbox / "alipay_bills").rglob("*.csv"))
        if p.read_bytes().startswith("支付宝交易记录明细查询".encode("gb18030"))
    )
    lines = path.read_bytes().decode("gb18030").split("\n")
    first = lines[5].split(",")
    assert first[0].endswith("\t")
    assert first[-1] == ""
    assert {len(c) for c in first[2:6]} == {20}
    assert any(re.fullmatch(r"共[0-9]+笔记录", line) for line in lines[-8:])


def test_rows_are_spoilt_where_the_truth_says_and_nowhere_else(
    world: World, bills: list[tuple[Delivered, list[Bill]]]
) -> None:
    for delivered, sheets in bills:
        faults = {
            (line, reason)
            for bill in sheets
            for line, row in zip(bill.lines, bill.rows, strict=True)
            if (reason := _fault(bill, row))
        }
        expected = {
            (r.line_number, r.reason_code)
            for r in world.truth.rejected_rows
            if r.file == delivered.file
        }
        assert faults == expected, delivered.file
    assert Counter(r.reason_code for r in world.truth.rejected_rows if r.feed in WALLETS) == {
        "bad_amount": 6,
        "bad_timestamp": 2,
        "missing_required": 2,
        "too_few_columns": 1,
        "too_many_columns": 1,
    }


def _fault(bill: Bill, row: list[str]) -> str | None:
    if len(row) != len(bill.header):
        return "too_few_columns" if len(row) < len(bill.header) else "too_many_columns"
    status = next(bill.header.index(n) for n in ("交易状态", "当前状态") if n in bill.header)
    if not row[status]:
        return "missing_required"
    try:
        datetime.fromisoformat(row[bill.position(TIMES)])
    except ValueError:
        return "bad_timestamp"
    return None if AMOUNT.fullmatch(row[bill.position(AMOUNTS)]) else "bad_amount"


def test_exports_overlap_and_agree(bills: list[tuple[Delivered, list[Bill]]]) -> None:
    """One trade has one time and one amount, in however many exports it stands."""
    seen: dict[str, set[tuple[str, str]]] = defaultdict(set)
    files: dict[str, set[str]] = defaultdict(set)
    for delivered, sheets in bills:
        for row in sheets[-1].sound():
            key = next(row[k] for k in KEYS if k in row)
            time = next(row[t] for t in TIMES if t in row)
            amount = next(row[a] for a in AMOUNTS if a in row).lstrip("¥￥")
            if AMOUNT.fullmatch(amount) and "02-30" not in time:
                seen[key].add((time, amount))
                files[key].add(delivered.file)
    assert all(len(facts) == 1 for facts in seen.values())
    assert sum(len(names) > 1 for names in files.values()) > 100


def test_consents_stand_except_where_the_truth_says(
    world: World, bills: list[tuple[Delivered, list[Bill]]]
) -> None:
    """Judged on the versions of the grants that had been delivered before the bill."""
    versions = [
        (path.stat().st_mtime, json.loads(line))
        for path in sorted((world.inbox / "authorisations").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    expected = {f.file: (f.reason_code, f.row_count) for f in world.truth.rejected_files}
    assert {reason for reason, _ in expected.values()} == {
        "consent_missing",
        "consent_expired",
        "consent_revoked",
    }
    for delivered, sheets in bills:
        received = datetime.fromisoformat(delivered.received_at).replace(tzinfo=UTC)
        wanted = delivered.file.split("authorisation_id=")[1].split("/")[0]
        known = [v for t, v in versions if t < received.timestamp()]
        mine = [v for v in known if v["authorisation_id"] == wanted]
        grant = max(mine, key=lambda v: v["recorded_at"], default=None)
        reason = _consent_fault(grant, received)
        found = (reason, sum(len(b.rows) for b in sheets)) if reason else None
        assert found == expected.get(delivered.file), delivered.file


def _consent_fault(grant: dict[str, str | None] | None, received: datetime) -> str | None:
    def moment(name: str) -> datetime:
        return datetime.fromisoformat((grant or {}).get(name) or "2999-01-01T00:00:00+00:00")

    if grant is None or grant["scope_code"] != "wallet_bills" or moment("granted_at") > received:
        return "consent_missing"
    if moment("revoked_at") <= received:
        return "consent_revoked"
    return "consent_expired" if moment("expires_at") <= received else None
