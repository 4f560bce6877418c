"""Deals that partners report, and what becomes of them: approvals, reversals, amendments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.agreements import Terms
from simulate.calendar import Calendar, generator, hours

APPROVED, REVERSED, AMENDED = 0, 1, 2
STREAM = 30


@dataclass(frozen=True)
class Deals:
    """A partner's deals of all months, in order of time; arrays of equal length. `received`: when
    the deal was first delivered; `updated`, `code`, `new_fen`, `heard` with `of` (position of the
    deal): its updates, when they happened and when they were delivered (not-a-time: never)."""

    partner_id: str
    product_code: str
    month: np.ndarray
    at: np.ndarray
    fen: np.ndarray
    is_approved: np.ndarray
    is_covered: np.ndarray
    received: np.ndarray
    of: np.ndarray
    code: np.ndarray
    updated: np.ndarray
    new_fen: np.ndarray
    heard: np.ndarray


def deal(terms: Terms, number: int, per_month: int, seed: int, calendar: Calendar) -> Deals:
    """A partner's deals and updates; about 3 % of a month's deals come after its close."""
    rng = generator(seed, STREAM, number)
    counts = rng.poisson(per_month, calendar.months)
    month = np.repeat(np.arange(calendar.months), counts)
    starts = np.array([calendar.day(m, 1) for m in range(calendar.months + 1)])
    lengths = np.diff(starts).astype(np.int64)
    at = starts[month] + (rng.random(len(month)) * lengths[month]).astype("timedelta64[s]")
    at.sort()
    fen = (np.exp(rng.normal(6.7, 0.8, len(at))) * 100).astype(np.int64)
    near_the_end = at >= starts[month + 1] - hours(10 * 24)
    is_late = near_the_end & (rng.random(len(at)) < 0.09) & (month < calendar.last_month)
    usual = np.array([calendar.day(m + 1, 2, 9) for m in range(calendar.months)])
    late = np.array([calendar.day(m + 1, 10 + number % 3, 10) for m in range(calendar.months)])
    received = np.where(is_late, late[month], usual[month]) + hours(number * 0.2)
    is_approved = rng.random(len(at)) < 0.7
    updates = _updates(rng, at, fen, is_approved, calendar)
    return Deals(
        terms.partner_id,
        terms.product_code,
        month,
        at,
        fen,
        is_approved,
        rng.random(len(at)) >= 0.015,
        received,
        *updates,
    )


def batch_times(calendar: Calendar) -> np.ndarray:
    """When updates are delivered: on the 16th and the 2nd of every month, and once at the end."""
    times = [
        t
        for m in range(calendar.months)
        for t in (calendar.day(m, 16, 10), calendar.day(m + 1, 2, 11))
    ]
    return np.array([*times, calendar.end - hours(20)])


def _updates(
    rng: np.random.Generator,
    at: np.ndarray,
    fen: np.ndarray,
    is_approved: np.ndarray,
    calendar: Calendar,
) -> tuple[np.ndarray, ...]:
    draw = rng.random((3, len(at)))
    approved = np.flatnonzero(~is_approved & (draw[0] < 0.85))
    reversed_ = np.flatnonzero(draw[1] < 0.045)
    amended = np.flatnonzero(draw[2] < 0.035)
    of = np.concatenate([approved, reversed_, amended])
    code = np.repeat([APPROVED, REVERSED, AMENDED], [len(approved), len(reversed_), len(amended)])
    longest_days = np.array([9.0, 24.0, 15.0])[code]
    soonest_days = np.array([0.5, 10.0, 1.0])[code]
    delay = soonest_days + rng.random(len(of)) * longest_days
    updated = at[of] + (delay * 86_400).astype("timedelta64[s]")
    new_fen = (fen[of] * (0.5 + rng.random(len(of)))).astype(np.int64)
    times = batch_times(calendar)
    batch = np.searchsorted(times, updated + hours(1))
    heard = np.append(times, np.datetime64("NaT"))[batch]
    return of, code, updated, new_fen, heard
