"""Who exports what and when, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulate.bills import Export
from simulate.calendar import Calendar, hours
from simulate.grants import NOBODY
from simulate.holders import first_cut, withdrawal
from simulate.wallets import Holder

OVERLAP_DAYS = 25


def exports_of(
    holder: Holder, number: int, rng: np.random.Generator, calendar: Calendar
) -> list[Export]:
    """The exports of a holder, the `number`th of its block, in order of time."""
    delay = hours(0.5 + rng.random() * 2)
    whole = Export(
        number,
        holder.feed,
        holder.authorisation_id,
        f"user{holder.person + 1:07d}@example.com",
        holder.layout,
        holder.since,
        holder.until,
        holder.until + delay,
        "bad_rows" if holder.role == "bad_rows" else "",
    )

    def until(instant: np.datetime64, fault: str = "") -> Export:
        return replace(whole, until=instant, received=instant + delay, fault=fault)

    first = first_cut(holder, calendar)
    if holder.story == "expired":
        return [until(first, "consent_expired")]
    if holder.story == "revoked":
        return [until(first), until(withdrawal(calendar) + hours(50), "consent_revoked")]
    if holder.role == "twice":
        return [replace(whole, fault="twice")]
    if holder.role == "garbled":
        late = replace(whole, since=whole.until - hours(24 * 30), authorisation_id=NOBODY)
        return [whole, replace(late, fault="consent_missing")]
    if first < holder.until:
        return [until(first), replace(whole, since=first - hours(24 * OVERLAP_DAYS))]
    return [whole]
