"""The people of a block: where they live, what they earn, how they spend, what they let us read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population import places
from simulate.population.payees import NATIONAL, local_merchants
from simulate.population.plan import DAY, Plan
from simulate.population.ragged import one_of, zipf_places

NEAR_NORMAL, LOG_NORMAL, PARETO, LUMPY = range(4)
SHAPE_WEIGHTS = (0.36, 0.34, 0.15, 0.15)
DEBIT, CREDIT_CARD, ALIPAY, WECHAT, SECOND = range(5)
EMPLOYED, SELF_EMPLOYED, STUDENT, RETIRED, IDLE = range(5)
RENTS, MORTGAGED, OWNS = range(3)
DAYTIME, EVENING, NIGHT_SHIFT, EARLY = range(4)
FAVOURITES = 14
NORMAL_95 = 1.645

HOUR_WEIGHTS = np.array(
    [
        [1, 0, 0, 0, 0, 1, 4, 9, 8, 5, 5, 9, 12, 7, 4, 4, 5, 8, 10, 8, 6, 4, 3, 2],
        [3, 1, 0, 0, 0, 0, 1, 3, 4, 4, 5, 7, 9, 6, 5, 5, 6, 8, 10, 11, 11, 9, 7, 5],
        [11, 9, 8, 7, 6, 5, 6, 5, 2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 4, 4, 5, 7, 9],
        [0, 0, 0, 0, 1, 6, 12, 11, 9, 9, 9, 9, 8, 5, 5, 5, 6, 6, 5, 3, 2, 1, 0, 0],
    ],
    float,
)


@dataclass
class People:
    """Traits, an array each; `first` is the position in the world of the first of them.

    Money is in fen, days are positions in the world, instants are seconds on the Shanghai clock.
    """

    first: int
    number: np.ndarray
    city: np.ndarray
    birth_day: np.ndarray
    registered: np.ndarray
    shape: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    usual_95: np.ndarray
    rate: np.ndarray
    hours: np.ndarray
    work: np.ndarray
    salary: np.ndarray
    payday: np.ndarray
    home: np.ndarray
    home_cost: np.ndarray
    home_day: np.ndarray
    shares: np.ndarray
    has_account: np.ndarray
    bank: np.ndarray
    favourites: np.ndarray
    diligence: np.ndarray
    trip_day: np.ndarray
    trip_days: np.ndarray
    trip_city: np.ndarray
    outage_at: np.ndarray
    outage_days: np.ndarray
    is_weekly: np.ndarray

    def __len__(self) -> int:
        return len(self.number)


def draw_people(plan: Plan, block: int) -> People:
    """Everybody of a block."""
    rng = plan.chance("people", block)
    count = plan.size_of(block)
    first = plan.first_of(block)
    city = one_of(rng, places.WEIGHTS, count)
    age = np.clip(rng.gamma(6.0, 6.5, count), 18, 88)
    work = _work(rng, age)
    shape = one_of(rng, SHAPE_WEIGHTS, count)
    centre, spread, usual_95 = _spending(rng, shape)
    salary = np.where(
        work <= SELF_EMPLOYED,
        rng.lognormal(np.log(7_500), 0.5, count),
        np.where(work == RETIRED, rng.lognormal(np.log(3_200), 0.35, count), 0),
    )
    home = np.where(age < 33, one_of(rng, (0.6, 0.2, 0.2), count), one_of(rng, (2, 4, 4), count))
    home = np.where(work == STUDENT, OWNS, home)
    cost = np.where(
        home == RENTS,
        np.clip(salary * rng.uniform(0.15, 0.35, count), 800, 12_000),
        np.clip(salary * rng.uniform(0.25, 0.45, count), 1_500, 20_000),
    )
    shares, has_account = _accounts(rng, work, age)
    late = rng.random(count) < 0.06
    early_by = (10 + rng.random(count) * 500) * DAY
    registered = np.where(
        late, plan.start + rng.random(count) * 0.6 * plan.days * DAY, plan.start - early_by
    ).astype(np.int64)
    rank = zipf_places(rng, 1_400, count * FAVOURITES, 0.8).reshape(count, FAVOURITES)
    favourites = local_merchants(city[:, None], rank, len(places.CITIES))
    national = zipf_places(rng, NATIONAL, count * FAVOURITES, 1.0).reshape(count, FAVOURITES)
    favourites = np.where(rng.random(favourites.shape) < 0.35, national, favourites)
    travels = rng.random(count) < 0.3
    has_outage = rng.random(count) < 0.15
    return People(
        first=first,
        number=np.arange(first, first + count),
        city=city,
        birth_day=(plan.start // DAY - age * 365.25).astype(np.int64),
        registered=registered,
        shape=shape,
        centre=centre,
        spread=spread,
        usual_95=usual_95,
        rate=np.clip(rng.lognormal(np.log(0.9), 0.45, count), 0.15, 4.0),
        hours=one_of(rng, (0.55, 0.3, 0.05, 0.1), count),
        work=work,
        salary=(salary * 100).astype(np.int64),
        payday=one_of(rng, [3 if d in (5, 10, 15) else 0.2 for d in range(1, 29)], count) + 1,
        home=home,
        home_cost=(cost // 50 * 5_000).astype(np.int64),
        home_day=rng.integers(1, 29, count),
        shares=np.cumsum(shares, axis=1),
        has_account=has_account,
        bank=rng.integers(0, 8, count),
        favourites=favourites,
        diligence=one_of(rng, (0.15, 0.3, 0.55), count) / 2,
        trip_day=np.where(travels, rng.integers(0, plan.days, count), -100),
        trip_days=rng.integers(2, 10, count),
        trip_city=places.far_cities(rng, city),
        outage_at=np.where(has_outage, rng.integers(0, plan.days, count), -100),
        outage_days=rng.integers(2, 12, count),
        is_weekly=rng.random(count) < 0.25,
    )


def _work(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    grown = one_of(rng, (0.78, 0.14, 0.0, 0.0, 0.08), len(age))
    young = one_of(rng, (0.35, 0.0, 0.6, 0.0, 0.05), len(age))
    return np.where(age < 23, young, np.where(age > 60, RETIRED, grown))


def _spending(
    rng: np.random.Generator, shape: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre, spread and 95th percentile of single payments.

    Near-normal: mean and share of it; log-normal: median and sigma; Pareto: least and exponent;
    lumpy: near-normal with now and then ten times as much.
    """
    count = len(shape)
    centre = np.select(
        [shape == NEAR_NORMAL, shape == LOG_NORMAL, shape == PARETO],
        [rng.uniform(25, 160, count), rng.uniform(15, 80, count), rng.uniform(8, 35, count)],
        rng.uniform(20, 70, count),
    )
    spread = np.select(
        [shape == NEAR_NORMAL, shape == LOG_NORMAL, shape == PARETO],
        [
            rng.uniform(0.12, 0.45, count),
            rng.uniform(0.6, 1.25, count),
            rng.uniform(1.2, 2.4, count),
        ],
        rng.uniform(0.2, 0.4, count),
    )
    usual_95 = np.select(
        [shape == NEAR_NORMAL, shape == LOG_NORMAL, shape == PARETO],
        [
            centre * (1 + NORMAL_95 * spread),
            centre * np.exp(NORMAL_95 * spread),
            centre * 0.05 ** (-1 / np.maximum(spread, 0.1)),
        ],
        centre * 10,
    )
    return centre * 100, spread, np.minimum(usual_95, 5_000) * 100


def _accounts(
    rng: np.random.Generator, work: np.ndarray, age: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which accounts people have, and what share of their payments each takes."""
    count = len(work)
    has = np.ones((count, 5), bool)
    has[:, CREDIT_CARD] = (rng.random(count) < 0.45) & (work != STUDENT)
    has[:, ALIPAY] = rng.random(count) < np.where(age > 60, 0.35, 0.8)
    has[:, WECHAT] = rng.random(count) < np.where(age > 60, 0.7, 0.92)
    has[:, SECOND] = rng.random(count) < 0.12
    weights = rng.gamma(1.2, 1.0, (count, 4)) * np.array([1.0, 0.9, 1.1, 1.2])
    weights = np.where(has[:, :4], weights, 0.0) + np.array([0.02, 0, 0, 0])
    return weights / weights.sum(axis=1, keepdims=True), has
