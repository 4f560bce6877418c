"""Published vectors of revenue share, run through the models: one world, one partner per vector."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt.revenue.commission_sql import Commission
from tests.dbt.revenue.facts import Facts
from tests.dbt.revenue.vectors import fits, graduated, percent, ppm, whole

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))[
    "vectors"
]
IN_SEPTEMBER = datetime(2026, 9, 10)
LATE = datetime(2026, 10, 20)
CUT_OFFS = {"2026-09": "2026-10-08 00:00:00", "2026-10": "2026-11-08 00:00:00"}
PARTNERS = {vector["id"]: f"P{number:04d}" for number, vector in enumerate(VECTORS, 1)}


@pytest.fixture(scope="module")
def posted(commission: Commission) -> Callable[[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Postings of a vector's partner by month, after both months were closed."""
    facts = Facts()
    for vector in VECTORS:
        WORLDS[vector["calc"]](facts, PARTNERS[vector["id"]], vector)
    commission.empty()
    commission.put(facts)
    months = {month: commission.close(month, cut_off) for month, cut_off in CUT_OFFS.items()}

    def find(vector: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        partner = PARTNERS[vector["id"]]
        return {
            month: [row for row in rows if row["partner_id"] == partner]
            for month, rows in months.items()
        }

    return find


def _terms(facts: Facts, partner: str, rate_ppm: int, **terms: Any) -> None:
    facts.terms(f"AG{partner[1:]}", partner, [(None, rate_ppm)], **{"tax_rate_ppm": 0} | terms)


def _tiered(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    made = graduated(vector["params"])
    facts.terms(f"AG{partner[1:]}", partner, made.tiers, deal_type="graduated", tax_rate_ppm=0)
    quantity = made.fen(vector["input"]["quantity"])
    facts.deal(partner, "D1", quantity // 3, IN_SEPTEMBER)
    facts.deal(partner, "D2", quantity - quantity // 3, IN_SEPTEMBER)


def _delta(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    made = graduated(vector["params"])
    facts.terms(f"AG{partner[1:]}", partner, made.tiers, deal_type="graduated", tax_rate_ppm=0)
    before = made.fen(vector["input"]["cumulative_before"])
    after = made.fen(vector["input"]["cumulative_after"])
    facts.deal(partner, "D1", before, IN_SEPTEMBER)
    facts.deal(partner, "D2", after - before, IN_SEPTEMBER, received_at=LATE)


def _commission(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    _terms(facts, partner, percent(vector["params"]["rate_pct"]))
    facts.deal(partner, "D1", int(vector["input"]["base_minor"]), IN_SEPTEMBER)


def _clawback(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    _terms(facts, partner, percent(vector["params"]["rate_pct"]))
    sale, refund = (int(vector["input"][name]) for name in ("sale_minor", "refund_minor"))
    facts.deal(partner, "D1", sale, IN_SEPTEMBER)
    facts.update(partner, "D1", "amended", LATE, amount_fen=sale - refund)


def _multiply_chain(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    share = Decimal(1)
    for factor in vector["params"]["factors_pct"]:
        share *= Decimal(factor) / 100
    _terms(facts, partner, ppm(share))
    facts.deal(partner, "D1", _fen(vector["input"]["base"]), IN_SEPTEMBER)


def _vat(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    inclusive = vector["calc"] == "vat_from_gross"
    tax = percent(vector["params"]["rate_pct"])
    _terms(facts, partner, 1_000_000, tax_rate_ppm=tax, is_tax_inclusive=inclusive)
    facts.deal(partner, "D1", _fen(vector["input"]["gross" if inclusive else "net"]), IN_SEPTEMBER)


def _nothing(facts: Facts, partner: str, vector: dict[str, Any]) -> None:
    """A vector of statements needs postings, not deals."""


WORLDS: dict[str, Callable[[Facts, str, dict[str, Any]], None]] = {
    "tiered": _tiered,
    "delta_rerate": _delta,
    "commission": _commission,
    "clawback": _clawback,
    "multiply_chain": _multiply_chain,
    "vat_from_gross": _vat,
    "vat_from_net": _vat,
    "statement_carry_forward": _nothing,
}


def _fen(yuan: str) -> int:
    return whole(Decimal(yuan) * 100)


def _of(calc: str) -> Any:
    chosen = [vector for vector in VECTORS if vector["calc"] == calc]
    assert chosen, calc
    return pytest.mark.parametrize("vector", chosen, ids=lambda vector: vector["id"])


def _sum(rows: list[dict[str, Any]], column: str) -> int:
    return sum(row[column] for row in rows)


@_of("tiered")
def test_graduated_tiers(posted: Callable, vector: dict[str, Any]) -> None:
    expected = graduated(vector["params"]).expected_fen(vector["expected"]["amount"])
    assert _sum(posted(vector)["2026-09"], "gross_fen") == expected


@_of("delta_rerate")
def test_a_late_deal_posts_the_difference(posted: Callable, vector: dict[str, Any]) -> None:
    made, rows = graduated(vector["params"]), posted(vector)
    before, after = _sum(rows["2026-09"], "gross_fen"), _sum(rows["2026-10"], "gross_fen")
    assert before == made.expected_fen(vector["expected"]["previously_posted"])
    assert after == made.expected_fen(vector["expected"]["adjustment"])
    assert {row["reason_code"] for row in rows["2026-10"]} == {"tier_rerated"}


@_of("commission")
def test_percentage(posted: Callable, vector: dict[str, Any]) -> None:
    rows = posted(vector)["2026-09"]
    assert [row["gross_fen"] for row in rows] == [int(vector["expected"]["commission_minor"])]


@_of("clawback")
def test_a_partial_refund_takes_back_the_difference(
    posted: Callable, vector: dict[str, Any]
) -> None:
    rows = posted(vector)
    assert _sum(rows["2026-09"], "gross_fen") == int(vector["expected"]["commission_minor"])
    assert _sum(rows["2026-10"], "gross_fen") == int(vector["expected"]["clawback_minor"])


@_of("multiply_chain")
def test_a_chain_of_rates_is_rounded_once(posted: Callable, vector: dict[str, Any]) -> None:
    assert _sum(posted(vector)["2026-09"], "gross_fen") == _fen(vector["expected"]["amount"])


@_of("vat_from_gross")
def test_tax_inside_an_amount(posted: Callable, vector: dict[str, Any]) -> None:
    rows = posted(vector)["2026-09"]
    assert _sum(rows, "net_fen") == _fen(vector["expected"]["net"])
    assert _sum(rows, "tax_fen") == _fen(vector["expected"]["tax"])


@_of("vat_from_net")
def test_tax_on_top_of_an_amount(posted: Callable, vector: dict[str, Any]) -> None:
    rows = posted(vector)["2026-09"]
    assert _sum(rows, "gross_fen") == _fen(vector["expected"]["gross"])
    assert _sum(rows, "tax_fen") == _fen(vector["expected"]["tax"])


@_of("statement_carry_forward")
def test_a_statement_opens_with_the_balance_before(
    commission: Commission, vector: dict[str, Any]
) -> None:
    """The vector also pays out; payments are not in the statement, so openings are compared."""
    commission.empty()
    for number, month in enumerate(vector["input"]["months"], 1):
        fen = _fen(month["earned"])
        commission.con.execute(
            """
            insert into postings.commission_postings by name
            select
                'posting ' || ? as posting_id, '2026-0' || ? as posting_month,
                'P0001' as partner_id,
                'payable' as direction_code, 'earned' as posting_type,
                ?::bigint as net_fen, 0 as tax_fen, ?::bigint as gross_fen
            """,
            [number, number, fen, fen],
        )
    commission.build("2026-12-01 00:00:00", "", until="rpt_partner_statement")
    rows = commission.rows("select * from rpt_partner_statement order by posting_month")
    expected = [Decimal(month["opening"]) for month in vector["expected"]["months"]]
    assert [row["opening_gross_yuan"] for row in rows] == expected
    assert rows[-1]["closing_gross_yuan"] == sum(
        Decimal(month["earned"]) for month in vector["input"]["months"]
    )


def test_the_copied_vectors_are_the_published_ones(shared: Callable[[str], Path]) -> None:
    published = json.loads(shared("vectors/revenue_share.json").read_text(encoding="utf-8"))
    facts = ("id", "calc", "params", "input", "expected")
    fitting = [{name: v[name] for name in facts} for v in published["vectors"] if fits(v)]
    assert [{name: v[name] for name in facts} for v in VECTORS] == fitting
