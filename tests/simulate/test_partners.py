"""Partners' totals, added up again from the delivered files in exact decimals."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.simulate.made_world import World

FEN = Decimal("0.01")
Rows = Iterator[tuple[Path, int, dict[str, str]]]


def _known(world: World, feed: str, cut_off: str) -> list[Path]:
    limit = datetime.fromisoformat(cut_off).replace(tzinfo=UTC).timestamp()
    paths = sorted((world.inbox / feed).iterdir(), key=lambda p: p.stat().st_mtime)
    return [p for p in paths if p.stat().st_mtime <= limit]


def _csv_rows(world: World, feed: str, cut_off: str) -> Rows:
    for path in _known(world, feed, cut_off):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                yield path, number, row


def _deals(world: World, cut_off: str) -> dict[tuple[str, str], dict[str, str]]:
    bad = {(r.file, r.line_number) for r in world.truth.rejected_rows}
    return {
        (row["partner_id"], row["deal_id"]): row
        for path, number, row in _csv_rows(world, "partner_deals", cut_off)
        if (path.relative_to(world.inbox).as_posix(), number) not in bad
    }


def _eligible(world: World, cut_off: str) -> dict[tuple[str, str], list[Decimal]]:
    """Amounts by partner and month."""
    deals = _deals(world, cut_off)
    states = {key: row["status_code"] for key, row in deals.items()}
    amounts = {key: Decimal(row["amount"]) for key, row in deals.items()}
    reversed_keys = set()
    for path in _known(world, "partner_deal_updates", cut_off):
        for line in path.read_text(encoding="utf-8").splitlines():
            update = json.loads(line)
            key = (update["partner_id"], update["deal_id"])
            if update["update_code"] == "approved":
                states[key] = "approved"
            elif update["update_code"] == "reversed":
                reversed_keys.add(key)
            else:
                amounts[key] = Decimal(update["amount"])
    found = defaultdict(list)
    for key, row in deals.items():
        if states[key] == "approved" and key not in reversed_keys:
            if row["product_code"] == "gift_card":
                continue
            found[row["partner_id"], row["occurred_at"][:7]].append(amounts[key])
    return found


@pytest.mark.parametrize("close", [0, 1])
def test_deal_totals_are_those_of_the_files(world: World, close: int) -> None:
    cut_off, month = world.truth.cut_offs[close], world.truth.months[close]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (partner, _), row in _deals(world, cut_off).items():
        counts[partner, row["occurred_at"][:7]] += 1
    eligible = _eligible(world, cut_off)
    told = [t for t in world.truth.deal_totals if t.close_month == month]
    assert len(told) == 4 * (close + 1)
    for total in told:
        key = (total.partner_id, total.origin_month)
        assert total.deal_count == counts[key]
        assert total.eligible_count == len(eligible[key])
        assert total.eligible_fen == 100 * sum(eligible[key])


@pytest.mark.parametrize("close", [0, 1])
def test_commission_totals_follow_from_the_terms_delivered(world: World, close: int) -> None:
    cut_off, month = world.truth.cut_offs[close], world.truth.months[close]
    eligible = _eligible(world, cut_off)
    for told in (t for t in world.truth.commission_totals if t.close_month == month):
        terms = _terms(world, cut_off, told.partner_id, told.origin_month)
        amounts = eligible[told.partner_id, told.origin_month]
        net = tax = Decimal(0)
        for base, rate in _bases(terms, amounts):
            line_net, line_tax = _line(base * rate, terms[0])
            net, tax = net + line_net, tax + line_tax
        assert (told.net_fen, told.tax_fen) == (100 * net, 100 * tax)
        assert told.gross_fen == told.net_fen + told.tax_fen
        assert told.direction_code == terms[0]["direction_code"]


def _terms(world: World, cut_off: str, partner: str, month: str) -> list[dict[str, str]]:
    """The tiers in force on the first of the month: of the last delivery about the last start."""
    day = f"{month}-01"
    latest: dict[str, tuple[Path, list[dict[str, str]]]] = {}
    for path, _, row in _csv_rows(world, "partner_agreements", cut_off):
        if row["partner_id"] != partner:
            continue
        known = latest.get(row["valid_from"])
        rows = known[1] if known and known[0] == path else []
        latest[row["valid_from"]] = (path, [*rows, row])
    in_force = [
        (start, rows)
        for start, (_, rows) in latest.items()
        if start <= day and (not rows[0]["valid_to"] or day < rows[0]["valid_to"])
    ]
    return max(in_force)[1]


def _bases(terms: list[dict[str, str]], amounts: list[Decimal]) -> list[tuple[Decimal, Decimal]]:
    rates = [Decimal(t["rate"].rstrip("%")) / 100 for t in terms]
    if terms[0]["deal_type"] == "percentage":
        return [(amount, rates[0]) for amount in amounts]
    left, lower, slices = sum(amounts), Decimal(0), []
    for tier, rate in zip(terms, rates, strict=True):
        width = Decimal(tier["tier_up_to"]) - lower if tier["tier_up_to"] else left
        slices.append((min(left, width), rate))
        left, lower = left - slices[-1][0], lower + width
    return slices


def _line(commission: Decimal, terms: dict[str, str]) -> tuple[Decimal, Decimal]:
    amount = commission.quantize(FEN, ROUND_HALF_UP)
    rate = Decimal(terms["tax_rate"].rstrip("%")) / 100
    if terms["is_tax_inclusive"] == "true":
        tax = (amount * rate / (1 + rate)).quantize(FEN, ROUND_HALF_UP)
        return amount - tax, tax
    return amount, (amount * rate).quantize(FEN, ROUND_HALF_UP)


def test_the_second_close_has_something_to_adjust_for_every_partner(world: World) -> None:
    first, second = world.truth.months
    totals = {
        (t.partner_id, t.close_month): t for t in world.truth.deal_totals if t.origin_month == first
    }
    late = [
        d.file
        for d in world.truth.deliveries
        if d.feed == "partner_deals" and "2026-10-10" <= d.received_at[:10] <= "2026-10-12"
    ]
    assert len(late) == 4
    for partner in ("P0001", "P0002", "P0003", "P0004"):
        before, after = totals[partner, first], totals[partner, second]
        assert after.deal_count > before.deal_count
        assert after.eligible_fen != before.eligible_fen


def test_terms_tell_their_stories(world: World) -> None:
    last = world.truth.cut_offs[-1]
    rows = [row for _, _, row in _csv_rows(world, "partner_agreements", last)]
    assert {(r["direction_code"], r["deal_type"]) for r in rows} == {
        ("payable", "percentage"),
        ("payable", "graduated"),
        ("receivable", "percentage"),
    }
    assert {r["is_tax_inclusive"] for r in rows} == {"true", "false"}
    assert _terms(world, last, "P0001", "2026-09")[0]["rate"] == "8%"
    assert _terms(world, last, "P0001", "2026-10")[0]["rate"] == "9.5%"
    assert len(_terms(world, last, "P0002", "2026-09")) == 3
    first = world.truth.cut_offs[0]
    assert _terms(world, first, "P0003", "2026-09")[0]["rate"] == "5%"
    assert _terms(world, last, "P0003", "2026-09")[0]["rate"] == "5.5%"
    received = [
        d.received_at[:10] for d in world.truth.deliveries if d.feed == "partner_agreements"
    ]
    assert received[-1] == "2026-10-20"


def test_bad_deals_are_bad(world: World) -> None:
    told = {
        (r.file, r.line_number): r for r in world.truth.rejected_rows if r.feed == "partner_deals"
    }
    found = {}
    for path, number, row in _csv_rows(world, "partner_deals", world.truth.cut_offs[-1]):
        key = (path.relative_to(world.inbox).as_posix(), number)
        if key in told:
            found[told[key].column_name] = row
    assert len(told) == 5
    assert found["amount_fen"]["amount"] == "1e5"
    assert found["occurred_at"]["occurred_at"].startswith("2026-02-31")
    assert found["product_code"]["product_code"] == ""


def test_orders_are_typed_and_in_the_month_of_their_file(world: World) -> None:
    paths = sorted((world.inbox / "service_orders").iterdir())
    records = {d.file: d.records for d in world.truth.deliveries}
    assert len(paths) == 2
    for path in paths:
        table = pq.read_table(path)
        assert table.num_rows == records[path.relative_to(world.inbox).as_posix()] > 0
        versions = table.select(["order_id", "recorded_at"]).to_pylist()
        assert len({tuple(v.values()) for v in versions}) == table.num_rows
        received = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        assert max(v["recorded_at"] for v in versions) < received
