"""Partners' deliveries: deals as CSV, what became of them as JSON Lines."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulate.calendar import Calendar
from simulate.columns import (
    chosen,
    clock_text,
    csv_lines,
    joined,
    json_lines,
    number_text,
    offset_text,
    where,
    yuan_text,
)
from simulate.deliveries import Inbox
from simulate.identifiers import phones
from simulate.partners import AMENDED, Deals, batch_times
from simulate.truth import RejectedRow

DEALS, UPDATES = "partner_deals", "partner_deal_updates"
DEAL_HEADER = (
    "deal_id,partner_id,product_code,order_id,customer_phone,occurred_at,amount,currency_code,"
    "status_code"
)
UPDATE_CODES = ("approved", "reversed", "amended")
UPDATE_REASONS = ("checked", "customer_withdrew", "amount_corrected")

BAD_DEALS = (
    ("amount_fen", "bad_amount", {"amount": "1e5"}),
    ("currency_code", "not_in_enum", {"currency_code": "USD"}),
    ("occurred_at", "bad_timestamp", {"day": "31 10:00:00"}),
    ("status_code", "not_in_enum", {"status_code": "paid"}),
    ("product_code", "missing_required", {"product_code": ""}),
)


def write_deals(
    inbox: Inbox, all_deals: list[Deals], calendar: Calendar
) -> tuple[RejectedRow, ...]:
    """One CSV per partner and delivery; late files repeat five deals that came before. The first
    partner's first file also holds rows that must be rejected."""
    rejected: list[RejectedRow] = []
    for number, deals in enumerate(all_deals):
        lines = _deal_lines(deals)
        for received in np.unique(deals.received):
            mine = np.flatnonzero(deals.received == received)
            month = deals.month[mine[0]]
            regular = np.flatnonzero((deals.month == month) & (deals.received < received))
            body = lines.take(pa.array(np.concatenate([regular[:5], mine]))).to_pylist()
            name = f"deals_{deals.partner_id}_{received.astype('datetime64[D]')!s}.csv"
            bad = _bad_lines(deals, calendar) if number == 0 and not rejected else []
            content = "".join([DEAL_HEADER + "\n", *body, *bad]).encode()
            file = inbox.deliver(DEALS, name, content, received, len(body) + len(bad))
            first_bad = len(body) + 2
            rejected += [
                RejectedRow(DEALS, file, first_bad + i, BAD_DEALS[i][0], BAD_DEALS[i][1])
                for i in range(len(bad))
            ]
    return tuple(rejected)


def _deal_lines(deals: Deals) -> pa.Array:
    serial = np.arange(len(deals.at))
    rows = len(serial)
    phone = phones(serial, int(deals.partner_id[1:]))
    return csv_lines(
        [
            deal_ids(serial),
            chosen([deals.partner_id], np.zeros(rows, np.int64)),
            where(deals.is_covered, deals.product_code, "gift_card"),
            joined("OR", number_text(serial + 1, 8)),
            where(serial % 5 == 0, "", phone),
            clock_text(deals.at),
            yuan_text(deals.fen),
            chosen(["CNY"], np.zeros(rows, np.int64)),
            where(deals.is_approved, "approved", "pending"),
        ]
    )


def deal_ids(serial: np.ndarray) -> pa.Array:
    """The partner's ids of its deals, counted from 0."""
    return joined("D", number_text(serial + 1, 8))


def _bad_lines(deals: Deals, calendar: Calendar) -> list[str]:
    month = calendar.month_text(0)
    lines = []
    for position, (_, _, change) in enumerate(BAD_DEALS):
        cells = {
            "deal_id": f"D9{position:07d}",
            "partner_id": deals.partner_id,
            "product_code": deals.product_code,
            "order_id": "",
            "customer_phone": "",
            "day": "15 10:00:00",
            "amount": "100.00",
            "currency_code": "CNY",
            "status_code": "approved",
        } | change
        day = cells["day"]
        bad_month = f"{month[:4]}-02" if day.startswith("31") else month
        cells["day"] = f"{bad_month}-{day}"
        lines.append(",".join(cells.values()) + "\n")
    return lines


def write_updates(inbox: Inbox, all_deals: list[Deals], calendar: Calendar) -> None:
    """One JSON Lines file per batch with the updates of all partners."""
    for heard in batch_times(calendar):
        parts = [_update_lines(d, d.heard == heard) for d in all_deals]
        lines = pa.chunked_array(parts, pa.string())
        if len(lines):
            name = f"deal_updates_{heard.astype('datetime64[D]')!s}.jsonl"
            content = "".join(lines.to_pylist()).encode()
            inbox.deliver(UPDATES, name, content, heard, len(lines))


def _update_lines(deals: Deals, mask: np.ndarray) -> pa.Array:
    rows = np.flatnonzero(mask)
    code = deals.code[rows]
    amount = yuan_text(deals.new_fen[rows])
    return json_lines(
        {
            "update_id": joined("U", number_text(rows + 1, 8)),
            "partner_id": chosen([deals.partner_id], np.zeros(len(rows), np.int64)),
            "deal_id": deal_ids(deals.of[rows]),
            "update_code": chosen(UPDATE_CODES, code),
            "amount": pc.if_else(pa.array(code == AMENDED), amount, pa.scalar(None, pa.string())),
            "reason_code": chosen(UPDATE_REASONS, code),
            "occurred_at": offset_text(deals.updated[rows]),
        }
    )
