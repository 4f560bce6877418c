"""Deals of affiliate networks become commission as any other: paid once, corrected by what came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.dbt.fixture_warehouse import insert_rows
from tests.dbt.revenue.commission_sql import Commission
from tests.dbt.revenue.facts import Facts

SEPTEMBER, OCTOBER = "2026-10-08 00:00:00", "2026-11-08 00:00:00"
ORDER = {
    "partner_id": "P0007",
    "row_id": "11000001",
    "order_id": "21000001",
    "union_id": "77",
    "sku_id": "31",
    "ordered_at": datetime(2026, 9, 5, 4),
    "finished_at": datetime(2026, 9, 9, 4),
    "modified_at": datetime(2026, 9, 9, 4),
    "estimated_base_fen": 990,
    "actual_base_fen": 990,
    "valid_code": 17,
}


@pytest.fixture
def networks(commission: Commission) -> Iterator[Commission]:
    """The empty models with 10 % agreed for the programmes of two networks."""
    commission.empty()
    facts = Facts()
    for number, product in enumerate(("jd_union:77", "cj:4001"), 1):
        facts.terms(f"AG000{number}", "P0007", [(None, 100_000)], direction="receivable")
        facts.agreements[-1]["product_code"] = product
    commission.put(facts)
    yield commission
    for table in ("raw.jd_union_orders", "raw.cj_commissions", "ledger.batches"):
        commission.con.execute(f"delete from {table}")


def pulled(commission: Commission, feed: str, number: int, at: datetime, **row: Any) -> None:
    """A page that was pulled at an instant."""
    lineage = {"_delivery_id": f"{feed}-{number}", "_received_at": at}
    insert_rows(commission.con, {f"raw.{feed}": [row | lineage]})


def amounts(postings: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(p["deal_id"], p["reason_code"], p["base_fen"]) for p in postings]


def test_a_refund_after_the_close_is_taken_back(networks: Commission) -> None:
    pulled(networks, "jd_union_orders", 1, datetime(2026, 9, 10), **ORDER)
    assert amounts(networks.close("2026-09", SEPTEMBER)) == [("jd_union:11000001", "earned", 990)]
    refunded = {"actual_base_fen": 490, "returned_sku_count": 1}
    refunded["modified_at"] = datetime(2026, 10, 20)  # type: ignore[assignment]
    pulled(networks, "jd_union_orders", 2, datetime(2026, 10, 21), **ORDER | refunded)
    [adjustment] = networks.close("2026-10", OCTOBER)
    assert amounts([adjustment]) == [("jd_union:11000001", "amended_deal", -500)]
    assert adjustment["source_delivery_id"] == "jd_union_orders-2"


def test_what_is_pulled_again_unchanged_changes_nothing(networks: Commission) -> None:
    """Networks are pulled with a look-back of months: every day tells most deals again."""
    pulled(networks, "jd_union_orders", 1, datetime(2026, 9, 10), **ORDER)
    networks.close("2026-09", SEPTEMBER)
    pulled(networks, "jd_union_orders", 2, datetime(2026, 10, 21), **ORDER)
    assert networks.close("2026-10", OCTOBER) == []
    [deal] = networks.rows("select known_at from int_commission__deal_states")
    assert deal["known_at"] == datetime(2026, 9, 10)


def test_a_month_is_closed_on_the_version_known_then(networks: Commission) -> None:
    pulled(networks, "jd_union_orders", 1, datetime(2026, 9, 10), **ORDER)
    invalid = {"valid_code": 3, "modified_at": datetime(2026, 10, 9)}
    pulled(networks, "jd_union_orders", 2, datetime(2026, 10, 9), **ORDER | invalid)
    assert amounts(networks.close("2026-09", SEPTEMBER)) == [("jd_union:11000001", "earned", 990)]
    assert amounts(networks.close("2026-10", OCTOBER)) == [("jd_union:11000001", "reversal", -990)]


def test_a_deal_in_another_currency_than_the_terms_waits(networks: Commission) -> None:
    record = {
        "partner_id": "P0007",
        "commission_id": "c1",
        "original_action_id": "A1",
        "is_original": True,
        "action_status_code": "locked",
        "advertiser_id": "4001",
        "event_at": datetime(2026, 9, 3),
        "posted_at": datetime(2026, 9, 4),
        "sale_fen": 10_000,
        "commission_fen": 700,
    }
    pulled(networks, "cj_commissions", 1, datetime(2026, 9, 10), **record)
    networks.build(SEPTEMBER, "2026-09", until=None)
    assert networks.rows("select deal_id, reason_code, amount_yuan from rpt_unmatched_deals") == [
        {"deal_id": "cj:A1", "reason_code": "other_currency", "amount_yuan": None}
    ]
    assert networks.number("select count(*) from int_commission__lines") == 0
