"""Wallet movements: what a holder pays and receives on ordinary days, and what stories add to it.

Ordinary people here never pay 500 yuan or more at once outside the stories, and hardly anything at
night, so that what the rules find can be told from noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulate.kinds import CODES, FIRST_FRIEND, IS_GOODS, KINDS, PAYEES, SHARES
from simulate.vocabulary import FRIENDS, FUND, SHOPS

NEVER = np.datetime64("NaT")
STREAM = 20
SPREAD = 0.7
LARGEST_FEN, SMALLEST_FEN = 45_000, 100
DAY_HOURS = np.arange(7, 22)
DAY_WEIGHTS = np.array([4, 6, 4, 3, 8, 10, 5, 3, 3, 4, 7, 10, 8, 6, 4]) / 85
NIGHT_HOURS = np.array([22, 23, 0, 1, 2, 3])
SHIFT_WORK_SHARE = 0.3
"""From this share at night on, a holder works at night and pays then as others do by day."""


@dataclass(frozen=True)
class Holder:
    """A wallet. `rate`: movements a day, `median_fen`: of a usual payment, `night_share`: of
    movements between 22:00 and 04:00, `story` and `role`: '' for ordinary holders."""

    feed: str
    person: int
    subject_key: str
    authorisation_id: str
    since: np.datetime64
    until: np.datetime64
    rate: float
    median_fen: int
    layout: str
    night_share: float = 0.02
    story: str = ""
    role: str = ""


@dataclass(frozen=True)
class Event:
    """A movement that a story asks for."""

    at: np.datetime64
    fen: int
    kind: str
    payee: str


@dataclass(frozen=True)
class Movements:
    """Movements of a block of holders, by holder and time; arrays of equal length.

    `serial`: number of the trade within the block; a refund shares that of its purchase and has
    `is_refund`. `refunded_fen`, `refunded_at`: of a purchase that was paid back.
    """

    holder: np.ndarray
    at: np.ndarray
    fen: np.ndarray
    kind: np.ndarray
    payee: np.ndarray
    serial: np.ndarray
    is_refund: np.ndarray
    refunded_fen: np.ndarray
    refunded_at: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: np.ndarray) -> Movements:
        """The rows at these positions."""
        return Movements(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def move(
    holders: Sequence[Holder], events: Sequence[Sequence[Event]], rng: np.random.Generator
) -> Movements:
    """All movements of a block of holders; `events[i]` are the story of `holders[i]`."""
    ordinary = _ordinary(holders, rng)
    told = [(i, event) for i, story in enumerate(events) for event in story]
    extra = _movements(
        np.array([i for i, _ in told], np.int64),
        np.array([e.at for _, e in told], "datetime64[s]"),
        np.array([e.fen for _, e in told], np.int64),
        np.array([CODES[e.kind] for _, e in told], np.int64),
        np.array([PAYEES.index(e.payee) for _, e in told], np.int64),
    )
    bought = _sorted(_concatenated(ordinary, extra))
    bought = replace(bought, serial=np.arange(len(bought)))
    return _sorted(_with_refunds(bought, holders, rng))


def _movements(
    holder: np.ndarray, at: np.ndarray, fen: np.ndarray, kind: np.ndarray, payee: np.ndarray
) -> Movements:
    rows = len(at)
    return Movements(
        holder,
        at,
        fen,
        kind,
        payee,
        np.zeros(rows, np.int64),
        np.zeros(rows, bool),
        np.zeros(rows, np.int64),
        np.full(rows, NEVER, "datetime64[s]"),
    )


def _ordinary(holders: Sequence[Holder], rng: np.random.Generator) -> Movements:
    since = np.array([h.since for h in holders], "datetime64[s]")
    until = np.array([h.until for h in holders], "datetime64[s]")
    days = (until.astype("datetime64[D]") - since.astype("datetime64[D]")).astype(np.int64) + 1
    rates = np.array([h.rate for h in holders])
    holder = np.repeat(np.arange(len(holders)), rng.poisson(rates * days))
    night_share = np.array([h.night_share for h in holders])[holder]
    rows = len(holder)
    day = since[holder].astype("datetime64[D]") + (rng.random(rows) * days[holder]).astype(np.int64)
    at_night = rng.random(rows) < night_share
    hour = np.where(
        at_night, rng.choice(NIGHT_HOURS, rows), rng.choice(DAY_HOURS, rows, p=DAY_WEIGHTS)
    )
    at = day.astype("datetime64[s]") + (hour * 3600 + rng.integers(0, 3600, rows)).astype(
        "timedelta64[s]"
    )
    kind = rng.choice(len(SHARES), rows, p=SHARES)
    median = np.array([h.median_fen for h in holders])[holder]
    fen = np.clip(median * np.exp(rng.normal(0, SPREAD, rows)), SMALLEST_FEN, LARGEST_FEN)
    quiet = at_night & (night_share < SHIFT_WORK_SHARE)
    fen = np.where(quiet, np.minimum(fen, median * 0.8), fen).astype(np.int64)
    moved = rng.integers(5, 40, rows) * 10_000
    fen = np.where(kind == CODES["fund"], moved, fen)
    payee = _usual_payee(holder, kind, rng)
    kept = (at >= since[holder]) & (at < until[holder])
    return _movements(holder[kept], at[kept], fen[kept], kind[kept], payee[kept])


def _usual_payee(holder: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Everybody has own favourites among the shops of a kind and among friends."""
    taste = holder * 7 + np.floor(rng.exponential(1.8, len(holder))).astype(np.int64)
    firsts, counts = [], []
    start = 0
    for name in KINDS:
        own = SHOPS.get(name, ())
        firsts.append(start if own else FIRST_FRIEND)
        counts.append(len(own) or len(FRIENDS))
        start += len(own)
    payee = np.array(firsts)[kind] + taste % np.array(counts)[kind]
    return np.where(kind == CODES["fund"], PAYEES.index(FUND), payee)


def _with_refunds(
    bought: Movements, holders: Sequence[Holder], rng: np.random.Generator
) -> Movements:
    """Three purchases in a hundred are paid back in one to four days, half of them only in part."""
    until = np.array([h.until for h in holders], "datetime64[s]")
    back_at = bought.at + rng.integers(86_400, 4 * 86_400, len(bought)).astype("timedelta64[s]")
    in_part = rng.random(len(bought)) < 0.5
    is_back = (
        IS_GOODS[bought.kind]
        & (rng.random(len(bought)) < 0.03)
        & (back_at < until[bought.holder])
        & (bought.fen >= 2 * SMALLEST_FEN)
        & (bought.fen <= LARGEST_FEN)
    )
    back_fen = np.where(in_part, bought.fen // 2, bought.fen)
    marked = replace(
        bought,
        refunded_fen=np.where(is_back, back_fen, 0),
        refunded_at=np.where(is_back, back_at, NEVER),
    )
    legs = bought.take(np.flatnonzero(is_back))
    legs = replace(
        legs,
        at=back_at[is_back],
        fen=back_fen[is_back],
        is_refund=np.ones(len(legs), bool),
    )
    return _concatenated(marked, legs)


def _concatenated(first: Movements, second: Movements) -> Movements:
    names = Movements.__dataclass_fields__
    return Movements(*(np.concatenate([getattr(first, n), getattr(second, n)]) for n in names))


def _sorted(movements: Movements) -> Movements:
    return movements.take(np.lexsort((movements.is_refund, movements.at, movements.holder)))
