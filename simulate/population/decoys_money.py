"""Honest movements of money that look like misuse."""

from __future__ import annotations

import numpy as np

from simulate.population import payees, places
from simulate.population.life_events import LifeEvents
from simulate.population.movements import (
    BINDING_CHECK,
    BROKERAGE_IN,
    BROKERAGE_OUT,
    LOAN_PAYOUT,
    MEDICAL,
    ONLINE,
    PREMIUM,
    PURCHASE,
    RED_PACKET_IN,
    RED_PACKET_OUT,
    RENT,
    TOP_UP,
    TRANSFER_IN,
    TRANSFER_OUT,
    TUITION,
    Movements,
    moved,
)
from simulate.population.people import ALIPAY, DEBIT, SECOND, WECHAT, People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import FEED_OF_ACCOUNT, Plot, feed_of
from simulate.population.season import Season

OUTLIER = "IM-BK-011;IM-BK-013"


class Decoys:
    """Adds honest look-alikes of a block; `rows` are their movements."""

    def __init__(self, plan: Plan, block: int, people: People, plot: Plot, days: Season) -> None:
        self.plan, self.people, self.plot, self.days = plan, people, plot, days
        self.rng = plan.chance("decoys", block)
        self.rows: list[Movements] = []

    def some(self, rate: float, mask: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """People whom something befalls at `rate` per 90 days, and the start of the day."""
        drawn = self.rng.random(len(self.people)) < min(rate * self.plan.days / 90, 0.9)
        who = np.flatnonzero(drawn if mask is None else drawn & mask)
        day = self.rng.integers(0, self.plan.days - 1, len(who))
        return who, self.plan.start + day * DAY

    def yuan(self, low: float, high: float, count: int) -> np.ndarray:
        """Round amounts in fen between two bounds, the small ones more often."""
        drawn = np.exp(self.rng.uniform(np.log(low), np.log(high), count))
        return np.maximum(drawn // 10, 1).astype(np.int64) * 1_000

    def note(
        self,
        kind: str,
        tempts: str,
        who: np.ndarray,
        at: np.ndarray,
        amount: np.ndarray,
        role: int | np.ndarray,
        account: np.ndarray | int,
        movement: int,
        city: np.ndarray | int = -1,
        *,
        declared: np.ndarray | None = None,
    ) -> None:
        """One movement each, and that it lures the rules named."""
        account = np.broadcast_to(account, np.shape(who))
        payee = payees.around(self.people.number[who], role)
        self.rows.append(moved(who, at, amount, payee, account, movement, city))
        for feed in ("bank_statements", *FEED_OF_ACCOUNT.values()):
            rows = np.flatnonzero(feed_of(account) == feed)
            told = None if declared is None else declared[rows]
            self.plot.lure(
                kind, feed, tempts, who[rows], at[rows], is_declared=told, payee=payee[rows]
            )

    def wallet(self, who: np.ndarray) -> np.ndarray:
        """A wallet of each, else the bank account."""
        has = self.people.has_account[who]
        return np.where(has[:, WECHAT], WECHAT, np.where(has[:, ALIPAY], ALIPAY, DEBIT))


def tell_money_decoys(
    plan: Plan, block: int, people: People, plot: Plot, days: Season, life: LifeEvents
) -> list[Movements]:
    """All look-alikes of a block."""
    decoys = Decoys(plan, block, people, plot, days)
    _large_payments(decoys)
    _family(decoys)
    _festivals(decoys)
    _habits(decoys)
    _accounts(decoys)
    _life(decoys, life)
    return decoys.rows


def _large_payments(d: Decoys) -> None:
    month = (d.days.months % 12)[None, :]
    school_days = np.flatnonzero(np.isin(month[0], (1, 8)))
    if len(school_days):
        who, _ = d.some(0.10)
        at = d.plan.start + d.rng.choice(school_days, len(who)) * DAY + 10 * HOUR
        amount = -d.yuan(1_500, 15_000, len(who))
        d.note("tuition", OUTLIER, who, at, amount, payees.SCHOOL, d.wallet(who), TUITION)
    for kind, rate, low, high, role, movement in (
        ("hospital", 0.08, 300, 20_000, payees.HOSPITAL, MEDICAL),
        ("yearly_premium", 0.05, 1_500, 12_000, payees.INSURER, PREMIUM),
        ("car", 0.006, 20_000, 150_000, payees.CAR_DEALER, TRANSFER_OUT),
        ("renovation", 0.008, 5_000, 60_000, payees.BUILDER, TRANSFER_OUT),
    ):
        who, day = d.some(rate)
        at = day + d.rng.integers(8 * HOUR, 18 * HOUR, len(who))
        d.note(kind, OUTLIER, who, at, -d.yuan(low, high, len(who)), role, DEBIT, movement)


def _family(d: Decoys) -> None:
    for kind, rate, low, high, role in (
        ("family_support", 0.25, 300, 5_000, payees.MOTHER),
        ("family_gift", 0.03, 5_000, 50_000, payees.SIBLING),
        ("to_spouse", 0.15, 500, 20_000, payees.SPOUSE),
        ("to_friend", 0.12, 100, 3_000, payees.FRIENDS),
    ):
        who, day = d.some(rate)
        at = day + d.rng.integers(8 * HOUR, 23 * HOUR, len(who))
        role_of = role + d.rng.integers(0, 8, len(who)) if role == payees.FRIENDS else role
        account = np.where(d.rng.random(len(who)) < 0.5, d.wallet(who), DEBIT)
        d.note(kind, OUTLIER, who, at, -d.yuan(low, high, len(who)), role_of, account, TRANSFER_OUT)
    who, day = d.some(0.02)
    at = day + d.rng.integers(9 * HOUR, 20 * HOUR, len(who))
    amount = d.yuan(5_000, 60_000, len(who))
    later = at + d.rng.integers(300, 2 * HOUR, len(who))
    part = -(amount * d.rng.uniform(0.8, 1.0, len(who))).astype(np.int64)
    name = "family_pass_through"
    d.note(name, "IM-BK-015", who, at, amount, payees.SIBLING, DEBIT, TRANSFER_IN)
    d.note(name, "IM-BK-015", who, later, part, payees.MOTHER, DEBIT, TRANSFER_OUT)


def _festivals(d: Decoys) -> None:
    spring = np.flatnonzero(d.days.spring_days < 99)
    holders = np.flatnonzero(d.people.has_account[:, WECHAT])
    if len(spring):
        for movement, sign in ((RED_PACKET_OUT, -1), (RED_PACKET_IN, 1)):
            who = np.repeat(holders, d.rng.poisson(2.0, len(holders)))
            at = d.plan.start + d.rng.choice(spring, len(who)) * DAY
            at += d.rng.integers(8 * HOUR, 24 * HOUR, len(who))
            amount = sign * d.rng.choice(
                np.array([666, 8_800, 20_000, 60_000, 100_000, 200_000]), len(who)
            )
            role = payees.FRIENDS + d.rng.integers(0, 8, len(who))
            d.note("red_packet", OUTLIER, who, at, amount, role, WECHAT, movement)
    for day in np.flatnonzero(d.days.is_shopping):
        who, _ = d.some(0.06)
        at = d.plan.start + day * DAY + d.rng.integers(0, 2 * HOUR, len(who))
        for _ in range(2):
            amount = -(d.people.usual_95[who] * d.rng.uniform(1.1, 6, len(who))).astype(np.int64)
            role = payees.BYSTANDER + d.rng.integers(0, 16, len(who))
            city = places.HEAD_OFFICE_CITIES[d.rng.integers(0, 4, len(who))]
            d.note(
                "shopping_night",
                "IM-BK-011;IM-BK-012",
                who,
                at,
                amount,
                role,
                d.wallet(who),
                ONLINE,
                city,
            )
            at = at + d.rng.integers(60, 2 * HOUR, len(who))


def _habits(d: Decoys) -> None:
    who, day = d.some(0.03)
    at = day + d.rng.integers(22 * HOUR, 25 * HOUR, len(who))
    for _ in range(2):
        amount = -(d.people.usual_95[who] * d.rng.uniform(1.0, 3.0, len(who))).astype(np.int64)
        role = payees.BYSTANDER + d.rng.integers(0, 16, len(who))
        account = np.argmax(np.diff(d.people.shares[who], axis=1, prepend=0), axis=1)
        d.note(
            "night_out", "IM-BK-012", who, at, amount, role, account, PURCHASE, d.people.city[who]
        )
        at = at + d.rng.integers(HOUR, 2 * HOUR, len(who))
    travels = d.people.trip_day >= 0
    who, _ = d.some(0.03, travels)
    at = (
        d.plan.start
        + (d.people.trip_day[who] + 1) * DAY
        + d.rng.integers(11 * HOUR, 18 * HOUR, len(who))
    )
    amount = -d.yuan(50, 400, len(who))
    d.note(
        "supplementary_card",
        "IM-BK-016",
        who,
        at,
        amount,
        payees.BYSTANDER,
        DEBIT,
        PURCHASE,
        d.people.city[who],
    )
    d.note(
        "supplementary_card",
        "IM-BK-016",
        who,
        at + 900,
        amount,
        payees.BYSTANDER + 1,
        DEBIT,
        PURCHASE,
        d.people.trip_city[who],
    )


def _accounts(d: Decoys) -> None:
    who, day = d.some(0.04)
    at = day + d.rng.integers(9 * HOUR, 21 * HOUR, len(who))
    check = -d.rng.integers(1, 100, len(who))
    name = "wallet_binding"
    d.note(name, "IM-BK-014", who, at, check, payees.OWN_WALLET, DEBIT, BINDING_CHECK)
    top_up = -d.yuan(2_000, 8_000, len(who))
    d.note(name, "IM-BK-014", who, at + 1_200, top_up, payees.OWN_WALLET, DEBIT, TOP_UP)
    who, day = d.some(0.05)
    at = day + d.rng.integers(9 * HOUR, 14 * HOUR, len(who))
    amount = d.yuan(5_000, 80_000, len(who))
    d.note("brokerage", "IM-BK-013;IM-BK-015", who, at, amount, payees.BROKER, DEBIT, BROKERAGE_IN)
    back = np.flatnonzero(d.rng.random(len(who)) < 0.5)
    d.note(
        "brokerage",
        "IM-BK-013;IM-BK-015",
        who[back],
        at[back] + 4_000,
        -amount[back],
        payees.BROKER,
        DEBIT,
        BROKERAGE_OUT,
    )
    who, day = d.some(0.05, d.people.has_account[:, SECOND])
    amount = -d.yuan(1_000, 6_000, len(who))
    d.note(
        "own_second_account",
        "IM-BK-017",
        who,
        day + 15 * HOUR,
        amount,
        payees.OWN_CARD,
        SECOND,
        TRANSFER_OUT,
    )


def _life(d: Decoys, life: LifeEvents) -> None:
    who, day = life.who["new_home"], life.at["new_home"]
    deposit = -d.people.home_cost[who] * 4
    told = life.is_declared["new_home"]
    d.note(
        "new_home",
        OUTLIER,
        who,
        day + 15 * HOUR,
        deposit,
        payees.NEW_LANDLORD,
        DEBIT,
        RENT,
        declared=told,
    )
    who, day = life.who["own_loan"], life.at["own_loan"] + 3 * DAY
    amount = d.yuan(5_000, 80_000, len(who))
    told = life.is_declared["own_loan"]
    at = day + d.rng.integers(9 * HOUR, 16 * HOUR, len(who))
    d.note(
        "own_loan", "IM-BK-015", who, at, amount, payees.LENDER, DEBIT, LOAN_PAYOUT, declared=told
    )
    spent = np.flatnonzero(d.rng.random(len(who)) < 0.3)
    part = -(amount[spent] * d.rng.uniform(0.7, 1.0, len(spent))).astype(np.int64)
    d.note(
        "own_loan",
        "IM-BK-015;IM-BK-013",
        who[spent],
        at[spent] + 5_000,
        part,
        payees.BUILDER,
        DEBIT,
        TRANSFER_OUT,
        declared=told[spent],
    )
