"""What social insurance and housing fund have on record, month by month, and what misuse adds."""

from __future__ import annotations

import numpy as np

from simulate.population import employers as firms
from simulate.population import places
from simulate.population.cast import Cast
from simulate.population.life_events import LifeEvents
from simulate.population.people import People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot
from simulate.population.ragged import (
    month_start,
    months_of,
)
from simulate.population.social_lists import (
    FUND,
    HISTORY,
    INSURANCE,
    REMITTED,
    SEALED,
    TRANSFERRED,
    WITHDRAWN,
    Entries,
    entries,
)


def social_record(
    plan: Plan,
    block: int,
    people: People,
    life: LifeEvents,
    cast: Cast,
    plot: Plot,
    employed_at: np.ndarray,
) -> tuple[Entries, Entries]:
    """What both portals have on record of a block."""
    rng = plan.chance("social", block)
    first, last = (
        int(months_of(np.array([plan.start]))[0]) - HISTORY,
        int(months_of(np.array([plan.end - 1]))[0]),
    )
    workers = np.flatnonzero(employed_at >= 0)
    months = np.arange(first, last + 1)
    who = np.repeat(workers, len(months))
    month = np.tile(months, len(workers))
    posting_day = 8 + people.number[who] % 12
    posted = month_start(month) + posting_day * DAY + 10 * HOUR
    changed = np.full(len(people), 2**62)
    changed[life.who["job_change"]] = life.at["job_change"]
    agent = np.zeros(len(people), bool)
    agent[life.who["payroll_agent"]] = True
    moved = posted >= changed[who]
    firm = np.where(moved, firms.next_firm(people, who), employed_at[who])
    since_agent = np.full(len(people), 2**62)
    since_agent[life.who["payroll_agent"]] = life.at["payroll_agent"]
    firm = np.where(posted >= since_agent[who], firms.agent_of(people, who), firm)
    base = people.salary[who] * (100 + (people.number[who] % 9)) // 100 // 100 * 100
    july = np.isin(month % 12, (6, 7, 8, 9, 10, 11))
    base = np.where(july, base * 108 // 100, base)
    base = np.where(moved, base * (90 + people.number[who] % 60) // 100, base)
    gap = (month_start(month) <= changed[who]) & (changed[who] < month_start(month + 1))
    keep = ~(gap & (people.number[who] % 3 == 0)) & (posted < plan.end)
    who, month, posted, firm, base = (c[keep] for c in (who, month, posted, firm, base))
    city = people.city[who]
    base, event = _jumps(people, cast, plot, who, posted, month, base)
    insured = [(who, posted, month, firm, base, REMITTED, 0, city, event)]
    fund = [(who, posted + 2 * DAY, month, firm, base * 24 // 100, REMITTED, 0, city, -1)]
    _honest_withdrawals(rng, plan, people, life, fund)
    _wrong_employers(rng, plan, people, cast, plot, insured)
    _fund_thefts(rng, people, cast, plot, fund)
    return entries(insured), entries(fund)


def _honest_withdrawals(
    rng: np.random.Generator, plan: Plan, people: People, life: LifeEvents, fund: list
) -> None:
    who, at = life.who["fund_rent"], life.at["fund_rent"]
    for number in range(3):
        posted = at + number * 30 * DAY + 11 * HOUR
        keep = posted < plan.end
        rent = np.minimum(people.home_cost[who[keep]], 300_000)
        fund.append(
            (who[keep], posted[keep], 0, -1, rent, WITHDRAWN, 3, people.city[who[keep]], -1)
        )
    who, at = life.who["fund_purchase"], life.at["fund_purchase"]
    amount = people.salary[who] * 6
    fund.append((who, at + 11 * HOUR, 0, -1, amount, WITHDRAWN, 2, people.city[who], -1))
    who, at = life.who["job_change"], life.at["job_change"]
    keep = people.number[who] % 2 == 0
    fund.append((who[keep], at[keep] + 15 * HOUR, 0, -1, 0, SEALED, 0, people.city[who[keep]], -1))


def _jumps(
    people: People,
    cast: Cast,
    plot: Plot,
    who: np.ndarray,
    posted: np.ndarray,
    month: np.ndarray,
    base: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Of some whose number is used for false wages the own base jumps; gives bases and events."""
    event = np.full(len(who), -1)
    since = np.full(len(people), 2**62)
    victims = cast.victims["wrong_employer"]
    chosen = people.number[victims] % 2 == 0
    since[victims[chosen]] = cast.starts["wrong_employer"][chosen]
    jumped = posted >= since[who]
    first = np.flatnonzero(jumped & (posted < since[who] + 31 * DAY))
    first = first[np.unique(who[first], return_index=True)[1]]
    event[first] = plot.tell(
        "wrong_employer", "S7", INSURANCE, "IM-SI-023", who[first], month_start(month[first])
    )
    return np.where(jumped, base * 17 // 10, base), event


def _wrong_employers(
    rng: np.random.Generator, plan: Plan, people: People, cast: Cast, plot: Plot, insured: list
) -> None:
    who, start = cast.victims["wrong_employer"], cast.starts["wrong_employer"]
    shell = firms.SHELL + rng.integers(0, firms.SHELLS, len(who))
    city = places.far_cities(rng, people.city[who])
    for number in range(3):
        month = months_of(start) + number
        posted = month_start(month) + 16 * DAY + 10 * HOUR
        rows = np.flatnonzero((posted < plan.end) & (posted >= start))
        events = plot.tell(
            "wrong_employer",
            "S7",
            INSURANCE,
            "IM-SI-022",
            who[rows],
            month_start(month[rows]),
            thing_type="employer",
            thing=shell[rows],
        )
        base = np.full(len(rows), 450_000)
        insured.append(
            (
                who[rows],
                posted[rows],
                month[rows],
                shell[rows],
                base,
                REMITTED,
                0,
                city[rows],
                events,
            )
        )


def _fund_thefts(
    rng: np.random.Generator, people: People, cast: Cast, plot: Plot, fund: list
) -> None:
    who, start = cast.victims["fund_theft"], cast.starts["fund_theft"]
    at = start + 4 * DAY + rng.integers(9 * HOUR, 17 * HOUR, len(who))
    amount = np.maximum(people.salary[who] * rng.integers(2, 9, len(who)), 600_000)
    moved = rng.random(len(who)) < 0.25
    for kind, stage in ((WITHDRAWN, "S6"), (TRANSFERRED, "S5")):
        rows = np.flatnonzero(moved if kind == TRANSFERRED else ~moved)
        events = plot.tell(
            "fund_theft", stage, FUND, "IM-HF-024", who[rows], at[rows], amount=amount[rows]
        )
        fund.append(
            (who[rows], at[rows], 0, -1, amount[rows], kind, 1, people.city[who[rows]], events)
        )
