"""Everyday payments: how many, when, how much, to whom, from which account."""

from __future__ import annotations

import numpy as np

from simulate.population import places
from simulate.population.movements import BY_CARD, ONLINE, PURCHASE, REFUND, Movements, moved
from simulate.population.payees import MERCHANTS, NATIONAL
from simulate.population.people import (
    ALIPAY,
    DEBIT,
    FAVOURITES,
    HOUR_WEIGHTS,
    LOG_NORMAL,
    NEAR_NORMAL,
    PARETO,
    People,
)
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.ragged import by_row, one_of, zipf_places
from simulate.population.season import Season

NEW_SHOP_SHARE = 0.07
DRAWN_SHARE = 0.25
MOST_FEN = 3_000_000
LEAST_FEN = 100


def everyday(plan: Plan, block: int, people: People, days: Season) -> Movements:
    """The payments that people make for what they need and like."""
    rng = plan.chance("spend", block)
    scale = days.weights.sum()
    counts = rng.poisson(people.rate * scale)
    person = np.repeat(np.arange(len(people), dtype=np.int32), counts)
    count = len(person)
    day = one_of(rng, days.weights, count)
    hour = hours_of(rng, people.hours[person])
    midnight = days.is_shopping[day] & (rng.random(count) < 0.18)
    hour = np.where(midnight, 0, hour)
    at = plan.start + day * DAY + hour * HOUR + rng.integers(0, HOUR, count)
    amount = amounts(rng, people, person)
    amount = np.where(days.is_shopping[day], (amount * 1.8).astype(np.int64), amount)
    payee = people.favourites[person, zipf_places(rng, FAVOURITES, count, 1.1)]
    new = np.flatnonzero(rng.random(count) < NEW_SHOP_SHARE)
    payee[new] = rng.integers(0, MERCHANTS, len(new))
    account = by_row(people.shares, person, rng.random(count, np.float32))
    is_online = (payee < NATIONAL) | midnight
    since = day - people.trip_day[person]
    on_trip = (since >= 0) & (since < people.trip_days[person])
    city = np.where(on_trip, people.trip_city[person], people.city[person])
    at_office = places.HEAD_OFFICE_CITIES[payee % len(places.HEAD_OFFICE_CITIES)]
    city = np.where(is_online, at_office, city)
    kind = np.where(is_online, ONLINE, PURCHASE)
    return moved(person, at, -amount, payee, account, kind, city)


def hours_of(rng: np.random.Generator, profile: np.ndarray) -> np.ndarray:
    """Hours of the day, each by its person's profile."""
    hour = np.empty(len(profile), np.int64)
    for number, weights in enumerate(HOUR_WEIGHTS):
        rows = np.flatnonzero(profile == number)
        hour[rows] = one_of(rng, weights, len(rows))
    return hour


def amounts(rng: np.random.Generator, people: People, person: np.ndarray) -> np.ndarray:
    """Single payments in fen, by the shape of each person's spending."""
    shape, centre, spread = people.shape[person], people.centre[person], people.spread[person]
    result = np.empty(len(person))
    for number in range(4):
        rows = np.flatnonzero(shape == number)
        middle, width = centre[rows], spread[rows]
        if number == PARETO:
            drawn = middle * (1 - rng.random(len(rows))) ** (-1 / width)
        elif number == LOG_NORMAL:
            drawn = middle * np.exp(width * rng.standard_normal(len(rows)))
        else:
            drawn = middle * np.maximum(1 + width * rng.standard_normal(len(rows)), 0.15)
            if number != NEAR_NORMAL:
                drawn *= np.where(rng.random(len(rows)) < 0.07, rng.uniform(5, 14, len(rows)), 1)
        result[rows] = drawn
    whole = rng.random(len(person), np.float32) < 0.4
    fen = np.clip(result, LEAST_FEN, MOST_FEN).astype(np.int64)
    return np.where(whole, np.maximum(fen // 100, 1) * 100, fen)


def card_legs(plan: Plan, block: int, spent: Movements) -> Movements:
    """What wallets drew from the bank card: marks it in `spent`, gives the bank's lines of it."""
    rng = plan.chance("legs", block)
    drawn = (spent.account >= ALIPAY) & (rng.random(len(spent), np.float32) < DRAWN_SHARE)
    spent.drew_card = drawn
    legs = spent.take(np.flatnonzero(drawn))
    return moved(legs.person, legs.at, legs.amount, legs.payee, DEBIT, BY_CARD)


def refunds(plan: Plan, block: int, spent: Movements) -> Movements:
    """Some of what was bought on the net comes back after days, to the bank or to Alipay."""
    rng = plan.chance("refund", block)
    rows = np.flatnonzero((spent.kind == ONLINE) & (spent.account <= ALIPAY))
    rows = rows[rng.random(len(rows)) < 0.012]
    back = spent.take(rows)
    back.at = back.at + rng.integers(1, 12, len(rows)) * DAY
    back.amount = -back.amount
    back.kind = np.full(len(rows), REFUND, np.int8)
    return back.take(np.flatnonzero(back.at < plan.end))
