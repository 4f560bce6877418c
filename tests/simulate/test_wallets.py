"""Ordinary days in a wallet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulate.kinds import CODES, DIRECTIONS, OUT, PAYEES
from simulate.wallets import LARGEST_FEN, SHIFT_WORK_SHARE, Event, Holder, Movements, move

HOLDER = Holder(
    "alipay_bills",
    0,
    "S0000001",
    "A0000001",
    np.datetime64("2026-01-01T00:00:00"),
    np.datetime64("2026-04-01T09:30:00"),
    rate=3.0,
    median_fen=3_000,
    layout="app_2023",
    night_share=0.1,
)


@pytest.fixture
def moved() -> Movements:
    """Forty wallets by day and forty of people who work at night."""
    at_night = replace(HOLDER, night_share=SHIFT_WORK_SHARE)
    holders = [HOLDER] * 40 + [at_night] * 40
    return move(holders, [()] * 80, np.random.default_rng(1))


def _is_night(moved: Movements) -> np.ndarray:
    hour = moved.at.astype("datetime64[h]").astype(np.int64) % 24
    return (hour >= 22) | (hour < 4)


def test_payments_stay_ordinary_and_small_at_night(moved: Movements) -> None:
    paid = (DIRECTIONS[moved.kind] == OUT) & ~moved.is_refund
    assert moved.fen[paid].max() <= LARGEST_FEN
    by_night = paid & _is_night(moved)
    assert np.count_nonzero(by_night & (moved.holder < 40)) > 500
    assert moved.fen[by_night & (moved.holder < 40)].max() <= 0.8 * HOLDER.median_fen
    assert moved.fen[by_night & (moved.holder >= 40)].max() > HOLDER.median_fen


def test_movements_lie_within_the_wallet_in_order(moved: Movements) -> None:
    assert moved.at.min() >= HOLDER.since
    assert moved.at.max() < HOLDER.until
    order = np.lexsort((moved.at, moved.holder))
    assert (moved.at[order] == moved.at).all()


def test_a_refund_follows_its_purchase_and_never_exceeds_it(moved: Movements) -> None:
    bought = {s: i for i, s in enumerate(moved.serial) if not moved.is_refund[i]}
    legs = np.flatnonzero(moved.is_refund)
    assert len(legs) > 100
    assert len(bought) + len(legs) == len(moved)
    for leg in legs:
        original = bought[moved.serial[leg]]
        assert moved.refunded_fen[original] == moved.fen[leg] <= moved.fen[original]
        assert moved.refunded_at[original] == moved.at[leg] > moved.at[original]
        assert moved.payee[leg] == moved.payee[original]
    in_full = moved.refunded_fen == moved.fen
    assert 0.3 < np.count_nonzero(in_full) / len(legs) < 0.7


def test_events_of_a_story_are_added_as_told() -> None:
    event = Event(np.datetime64("2026-02-03T23:10:00"), 777_700, "business", "速达通信代办")
    moved = move([HOLDER, HOLDER], [(), (event,)], np.random.default_rng(1))
    row = np.flatnonzero(moved.fen == event.fen)
    assert len(row) == 1
    assert moved.holder[row[0]] == 1
    assert moved.at[row[0]] == event.at
    assert moved.kind[row[0]] == CODES["business"]
    assert PAYEES[moved.payee[row[0]]] == event.payee
