"""What happens to honest people: drawn once per block, told by every feed in its own way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population.people import EMPLOYED, MORTGAGED, RENTS, RETIRED, STUDENT, People
from simulate.population.plan import DAY, Plan

RATES = {
    "own_loan": 0.030,
    "co_lender_loan": 0.020,
    "mortgage": 0.010,
    "new_card": 0.030,
    "card_replaced": 0.020,
    "job_change": 0.030,
    "new_home": 0.030,
    "second_sim": 0.020,
    "child_card": 0.020,
    "new_device": 0.080,
    "fund_rent": 0.060,
    "fund_purchase": 0.008,
    "recycled_number": 0.015,
    "payroll_agent": 0.050,
    "executive": 0.010,
    "autopay_failed": 0.020,
    "lawsuit": 0.003,
    "credit_shopping": 0.006,
    "paused": 0.004,
    "address_variant": 0.03,
}
"""How many people each befalls within 90 days."""
NOBODY_TELLS = frozenset(
    {
        *("card_replaced", "recycled_number", "payroll_agent", "executive", "autopay_failed"),
        *("lawsuit", "address_variant"),
    }
)
"""Of these nobody thinks to tell the service."""
PERIOD_DAYS = 90


@dataclass(frozen=True)
class LifeEvents:
    """Places in the block, instants and whether the service was told, by kind."""

    who: dict[str, np.ndarray]
    at: dict[str, np.ndarray]
    is_declared: dict[str, np.ndarray]


def draw_life_events(plan: Plan, block: int, people: People) -> LifeEvents:
    """The events of a block."""
    rng = plan.chance("life", block)
    count = len(people)
    works = people.work == EMPLOYED
    earns = (people.work != STUDENT) & (people.salary > 0)
    able = {
        "own_loan": earns & (people.work != RETIRED),
        "co_lender_loan": earns & (people.work != RETIRED),
        "mortgage": earns & (people.home != MORTGAGED),
        "job_change": works,
        "new_home": people.home == RENTS,
        "fund_rent": works & (people.home == RENTS),
        "fund_purchase": works,
        "payroll_agent": works,
        "executive": earns,
    }
    who, at, declared = {}, {}, {}
    for name, rate in RATES.items():
        share = min(rate * plan.days / PERIOD_DAYS, 0.9)
        drawn, moment, told = rng.random(count), rng.random(count), rng.random(count)
        mask = drawn < share
        if name in able:
            mask &= able[name]
        who[name] = np.flatnonzero(mask)
        days = 5 + moment[who[name]] * (plan.days - 10)
        at[name] = plan.start + days.astype(np.int64) * DAY
        declared[name] = told[who[name]] < 0.2 + 0.6 * people.diligence[who[name]]
        if name in NOBODY_TELLS:
            declared[name][:] = False
    return LifeEvents(who, at, declared)
