"""What comes and goes by the month: pay, rent, mortgage, bills, premiums, a second account."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulate.population import payees
from simulate.population.movements import (
    CARD_REPAID,
    CARD_REPAYMENT,
    CASH,
    FEE,
    INTEREST,
    MORTGAGE,
    PREMIUM,
    RENT,
    SALARY,
    TOP_UP,
    TRANSFER_IN,
    UTILITY_BILL,
    WALLET_FILLED,
    Movements,
    moved,
    together,
)
from simulate.population.people import (
    ALIPAY,
    CREDIT_CARD,
    DEBIT,
    EMPLOYED,
    IDLE,
    MORTGAGED,
    RENTS,
    SECOND,
    STUDENT,
    WECHAT,
    People,
)
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.season import days_of_month


def recurring(plan: Plan, block: int, people: People) -> Movements:
    """Everything that the month brings."""
    rng = plan.chance("month", block)
    return together(
        [
            _pay(plan, rng, people),
            _homes(plan, rng, people),
            *_bills(plan, rng, people),
            *_cards(plan, rng, people),
            *_top_ups(plan, rng, people),
            *_second_accounts(plan, rng, people),
        ]
    )


def monthly(
    plan: Plan, day: np.ndarray, chosen: np.ndarray, hour: np.ndarray | int
) -> tuple[np.ndarray, np.ndarray]:
    """Person and instant of a monthly thing of those for whom `chosen` holds."""
    who, at = days_of_month(plan, day)
    keep = chosen[who]
    hours = np.broadcast_to(np.asarray(hour), chosen.shape)
    return who[keep], at[keep] + hours[who[keep]] * HOUR


def _pay(plan: Plan, rng: np.random.Generator, people: People) -> Movements:
    paid = (people.salary > 0) & (people.work != IDLE) & (people.work != STUDENT)
    who, at = monthly(plan, people.payday, paid, 10)
    at += rng.integers(0, 5 * HOUR, len(who))
    spread = np.where(people.work[who] == EMPLOYED, 0.04, 0.25)
    amount = people.salary[who] * np.clip(1 + spread * rng.standard_normal(len(who)), 0.4, 2.0)
    payer = payees.around(people.number[who], payees.EMPLOYER)
    return moved(who, at, amount.astype(np.int64), payer, DEBIT, SALARY)


def _homes(plan: Plan, rng: np.random.Generator, people: People) -> Movements:
    who, at = monthly(plan, people.home_day, people.home == RENTS, 19)
    at += rng.integers(0, 3 * HOUR, len(who))
    landlord = payees.around(people.number[who], payees.LANDLORD)
    has_alipay = people.has_account[who, ALIPAY] & (people.number[who] % 3 == 0)
    rent = moved(
        who, at, -people.home_cost[who], landlord, np.where(has_alipay, ALIPAY, DEBIT), RENT
    )
    who, at = monthly(plan, people.home_day, people.home == MORTGAGED, 6)
    bank = payees.around(people.number[who], payees.LENDER)
    return together([rent, moved(who, at, -people.home_cost[who], bank, DEBIT, MORTGAGE)])


def _bills(plan: Plan, rng: np.random.Generator, people: People) -> Iterator[Movements]:
    wallet = np.where(
        people.has_account[:, WECHAT],
        WECHAT,
        np.where(people.has_account[:, ALIPAY], ALIPAY, DEBIT),
    )
    for day, low, high, role in ((8, 40, 320, payees.UTILITY), (21, 29, 199, payees.TELECOM)):
        who, at = monthly(plan, np.full(len(people), day), people.work != STUDENT, 20)
        at += rng.integers(-8 * HOUR, 2 * HOUR, len(who))
        amount = (rng.uniform(low, high, len(who)) * 100).astype(np.int64)
        payee = payees.around(people.number[who], role)
        yield moved(who, at, -amount, payee, wallet[who], UTILITY_BILL)
    insured = rng.random(len(people)) < 0.2
    who, at = monthly(plan, np.minimum(people.payday + 3, 28), insured, 9)
    premium = (people.salary[who] * 0.03).astype(np.int64) // 1000 * 1000 + 20_000
    payee = payees.around(people.number[who], payees.INSURER)
    yield moved(who, at, -premium, payee, DEBIT, PREMIUM)
    counts = rng.poisson(0.006 * plan.days, len(people))
    who = np.repeat(np.arange(len(people)), counts)
    at = plan.start + rng.integers(0, plan.days * DAY - 15 * HOUR, len(who)) // DAY * DAY
    at += rng.integers(9 * HOUR, 20 * HOUR, len(who))
    cash = rng.choice(np.array([200, 500, 1_000, 2_000]) * 100, len(who), p=[0.35, 0.35, 0.2, 0.1])
    payee = payees.around(people.number[who], payees.BANK)
    yield moved(who, at, -cash, payee, DEBIT, CASH, people.city[who])


def _cards(plan: Plan, rng: np.random.Generator, people: People) -> Iterator[Movements]:
    who, at = monthly(
        plan, np.minimum(people.payday + 2, 28), people.has_account[:, CREDIT_CARD], 8
    )
    at += rng.integers(0, 12 * HOUR, len(who))
    share = np.diff(people.shares, axis=1, prepend=0)[who, CREDIT_CARD]
    usual = people.rate[who] * 30 * share * people.usual_95[who] / 2.5
    amount = (usual * rng.uniform(0.7, 1.3, len(who))).astype(np.int64) // 100 * 100 + 10_000
    card = payees.around(people.number[who], payees.OWN_CARD)
    bank = payees.around(people.number[who], payees.BANK)
    yield moved(who, at, -amount, card, DEBIT, CARD_REPAYMENT)
    yield moved(who, at + 60, amount, bank, CREDIT_CARD, CARD_REPAID)


def _top_ups(plan: Plan, rng: np.random.Generator, people: People) -> Iterator[Movements]:
    """Money that people put into their own wallet; the wallet shows it too."""
    who, at = monthly(plan, np.minimum(people.payday + 1, 28), people.has_account[:, WECHAT], 12)
    keep = rng.random(len(who)) < 0.5
    who, at = who[keep], at[keep] + rng.integers(0, 8 * HOUR, int(keep.sum()))
    amount = rng.choice(np.array([300, 500, 1_000, 2_000]) * 100, len(who))
    payee = payees.around(people.number[who], payees.OWN_WALLET)
    yield moved(who, at, -amount, payee, DEBIT, TOP_UP)
    yield moved(who, at + 2, amount, payee, WECHAT, WALLET_FILLED, drew_card=True)


def _second_accounts(plan: Plan, rng: np.random.Generator, people: People) -> Iterator[Movements]:
    """An account that sleeps: a movement long ago, interest each quarter, a fee a year."""
    who = np.flatnonzero(people.has_account[:, SECOND])
    long_ago = (
        plan.start - rng.integers(150, 420, len(who)) * DAY + rng.integers(9, 18, len(who)) * HOUR
    )
    amount = (rng.uniform(200, 6_000, len(who)) * 100).astype(np.int64)
    own = payees.around(people.number[who], payees.OWN_CARD)
    yield moved(who, long_ago, amount, own, SECOND, TRANSFER_IN)
    quarter = np.isin(np.arange(12) + 1, (3, 6, 9, 12))
    at_days, at = days_of_month(plan, np.full(len(people), 21))
    month = (at // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    keep = quarter[month] & people.has_account[at_days, SECOND]
    who, at = at_days[keep], at[keep] + 2 * HOUR
    bank = payees.around(people.number[who], payees.BANK)
    yield moved(who, at, rng.integers(1, 900, len(who)), bank, SECOND, INTEREST)
    fee_day = plan.start + rng.integers(0, plan.days, len(people)) * DAY
    charged = np.flatnonzero(people.has_account[:, SECOND] & (rng.random(len(people)) < 0.25))
    bank = payees.around(people.number[charged], payees.BANK)
    yield moved(
        charged, fee_day[charged] + 3 * HOUR, -np.full(len(charged), 1_000), bank, SECOND, FEE
    )
