"""Rows of partners' raw tables in which something became of every deal; all invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

SOLD, TOLD, CHANGED, LATER = (datetime(2026, 9, day, 4) for day in (1, 2, 9, 10))

Row = dict[str, Any]


TOLD_IN_TURN: dict[str, list[Row]] = {
    "awin_transactions": [
        {
            "partner_id": "P0007",
            "transaction_id": "1",
            "advertiser_id": "7",
            "commission_status_code": "pending",
            "sale_fen": 5000,
            "sale_currency_code": "GBP",
            "transacted_at": SOLD,
        },
        {
            "commission_status_code": "approved",
            "sale_fen": 4000,
            "old_sale_fen": 5000,
            "is_amended": True,
            "validated_at": CHANGED,
        },
    ],
    "cj_commissions": [
        {
            "partner_id": "P0007",
            "commission_id": "c1",
            "original_action_id": "A1",
            "is_original": True,
            "action_status_code": "locked",
            "advertiser_id": "9",
            "event_at": SOLD,
            "posted_at": TOLD,
            "sale_fen": 1000,
            "commission_fen": 100,
        },
        {
            "commission_id": "c2",
            "is_original": False,
            "posted_at": CHANGED,
            "sale_fen": -300,
            "commission_fen": -30,
            "correction_reason": "OTHER_REASON",
        },
    ],
    "impact_actions": [
        {
            "partner_id": "P0007",
            "action_id": "1.1.1",
            "campaign_id": "1",
            "state_code": "pending",
            "amount_fen": 2199,
            "intended_amount_fen": 2199,
            "currency_code": "USD",
            "event_at": SOLD,
        }
    ],
    "impact_action_updates": [
        {
            "partner_id": "P0007",
            "update_id": "u1",
            "action_id": "1.1.1",
            "state_code": "approved",
            "delta_amount_fen": -199,
            "adjustment_reason": "ITEM_RETURNED",
            "updated_at": CHANGED,
        }
    ],
    "rakuten_transactions": [
        {
            "partner_id": "P0007",
            "event_id": "e1",
            "advertiser_id": "3",
            "order_id": "O1",
            "sku_number": "S1",
            "sale_fen": 1000,
            "currency_code": "USD",
            "transacted_at": SOLD,
            "processed_at": TOLD,
        },
        {"event_id": "e2", "sale_fen": -1000, "processed_at": CHANGED},
    ],
    "jd_union_orders": [
        {
            "partner_id": "P0007",
            "row_id": "r1",
            "union_id": "8",
            "valid_code": 16,
            "estimated_base_fen": 990,
            "actual_base_fen": 0,
            "ordered_at": SOLD,
            "modified_at": TOLD,
        },
        {"valid_code": 18, "actual_base_fen": 490, "modified_at": CHANGED},
    ],
    "taobao_orders": [
        {
            "partner_id": "P0007",
            "trade_id": "t1",
            "adzone_id": "5",
            "status_code": "settled",
            "total_fen": 8800,
            "settled_fen": 8000,
            "created_at": SOLD,
            "earned_at": CHANGED,
        }
    ],
    "referral_events": [
        {
            "partner_id": "P0007",
            "event_code": "commission.created",
            "event_id": "e1",
            "commission_id": "cm_1",
            "status_code": "pending",
            "amount_fen": 500,
            "currency_code": "usd",
            "occurred_at": SOLD,
        },
        {"event_id": "e2", "status_code": "refunded", "updated_at": CHANGED},
    ],
    "partner_statements": [
        {
            "partner_id": "P0007",
            "statement_id": "S1",
            "line_code": "total",
            "gross_fen": 300,
            "issued_date": TOLD.date(),
        }
    ],
    "wechat_merchant_bills": [
        {
            "merchant_id": "M1",
            "transaction_id": "T1",
            "refund_id": "0",
            "trade_state_code": "success",
            "traded_at": SOLD,
        },
        {"refund_id": "R1", "trade_state_code": "refund", "traded_at": CHANGED},
    ],
}
"""Per feed a row, and what of it was told differently later."""


def partner_rows() -> dict[str, list[Row]]:
    """Rows by raw table: every version, the last of them told twice."""
    tables = {}
    for feed, (first, *changes) in TOLD_IN_TURN.items():
        versions = [first, *(first | change for change in changes)]
        tables[f"raw.{feed}"] = [
            row | {"_delivery_id": f"{feed}-{number}", "_received_at": received_at}
            for number, (row, received_at) in enumerate(
                zip([*versions, versions[-1]], (TOLD, CHANGED, LATER), strict=False), 1
            )
        ]
    return tables
