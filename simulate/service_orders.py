"""Orders of single services: special enquiries, legal consultations, objection help."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulate.calendar import Calendar, generator, hours
from simulate.columns import chosen, joined, number_text, utc
from simulate.deliveries import Inbox
from simulate.people import Register, subject_keys

FEED = "service_orders"
STREAM = 40
ORDERS_PER_PERSON_AND_MONTH = 0.06
SERVICES = ("special_enquiry", "legal_consultation", "objection_help")
PRICES_FEN = np.array([9_900, 39_900, 19_900])
SERVED_BY = (None, "P0002", None)
STATES = ("ordered", "done", "cancelled")
SCHEMA = pa.schema(
    [
        ("order_id", pa.string()),
        ("subject_key", pa.string()),
        ("service_code", pa.string()),
        ("partner_id", pa.string()),
        ("amount_fen", pa.int64()),
        ("status_code", pa.string()),
        ("ordered_at", pa.timestamp("us", tz="UTC")),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
    ]
)


def write_orders(
    inbox: Inbox, everybody: Register, partners: int, seed: int, calendar: Calendar
) -> None:
    """One Parquet file per month with every version recorded in it; most orders end within days."""
    rng = generator(seed, STREAM)
    months = calendar.months
    count = rng.poisson(len(everybody) * ORDERS_PER_PERSON_AND_MONTH * months)
    start, end = calendar.day(0, 1), calendar.day(months, 1) - hours(48)
    span = float((end - start).astype(np.int64))
    who = rng.integers(0, len(everybody), count)
    at = start + (rng.random(count) * span).astype("timedelta64[s]")
    at = np.maximum(at, everybody.registered[who] + hours(2))
    service = rng.integers(0, len(SERVICES), count)
    ended = rng.random(count) < 0.8
    state = np.where(rng.random(count) < 0.9, 1, 2)
    after = at + (rng.random(count) * 4 * 86_400).astype("timedelta64[s]")
    order = np.concatenate([np.arange(count), np.flatnonzero(ended)])
    status = np.concatenate([np.zeros(count, np.int64), state[ended]])
    recorded = np.concatenate([at, after[ended]])
    served_by = SERVED_BY if partners > 1 else (None, None, None)
    for month in range(months):
        low, high = calendar.day(month, 1), calendar.day(month + 1, 1)
        rows = np.flatnonzero((recorded >= low) & (recorded < high))
        rows = rows[np.argsort(recorded[rows], kind="stable")]
        if not len(rows):
            continue
        of = order[rows]
        table = pa.table(
            [
                joined("O", number_text(of + 1, 8)),
                subject_keys(who[of]),
                chosen(SERVICES, service[of]),
                chosen(served_by, service[of]),
                pa.array(PRICES_FEN[service[of]]),
                chosen(STATES, status[rows]),
                utc(at[of]),
                utc(recorded[rows]),
            ],
            schema=SCHEMA,
        )
        path = inbox.place(FEED, f"service_orders_{calendar.month_text(month)}.parquet")
        pq.write_table(table, path, compression="snappy")
        inbox.note(FEED, path, high + hours(7), len(rows))
