"""What the credit reference centre has on record of a block's people."""

from __future__ import annotations

import numpy as np

from simulate.population import institutions as who_lends
from simulate.population.credit_facts import (
    ADDRESS_ITEM,
    AFTER_LOAN,
    AS_OFFICER,
    CARD,
    EMPLOYER_ITEM,
    FOR_CARD,
    FOR_LOAN,
    LINE,
    LOAN,
    MORTGAGE,
    PHONE_ITEM,
    Record,
    no_facts,
)
from simulate.population.employers import next_firm
from simulate.population.life_events import LifeEvents
from simulate.population.people import CREDIT_CARD, MORTGAGED, People
from simulate.population.plan import DAY, Plan


def live(plan: Plan, block: int, people: People, life: LifeEvents, employers: np.ndarray) -> Record:
    """Everything honest."""
    rng = plan.chance("credit", block)
    facts = no_facts()
    _standing(rng, plan, people, facts, employers)
    _own_loans(rng, people, life, facts)
    _shopping(rng, people, life, facts)
    _cards(rng, people, life, facts)
    _troubles(rng, people, life, facts)
    return facts


def _standing(
    rng: np.random.Generator,
    plan: Plan,
    people: People,
    facts: Record,
    employers: np.ndarray,
) -> None:
    """What was there before the world began."""
    everybody = np.arange(len(people))

    def long_ago(count: int) -> np.ndarray:
        return plan.start - (100 + rng.random(count) * 2_900).astype(np.int64) * DAY

    holders = np.flatnonzero(people.has_account[:, CREDIT_CARD])
    second = holders[rng.random(len(holders)) < 0.4]
    for who, lender in (
        (holders, people.bank[holders]),
        (second, rng.integers(0, who_lends.OWN_BANKS, len(second))),
    ):
        limit = rng.choice(np.array([10, 20, 30, 50, 80]) * 100_000, len(who))
        opened = long_ago(len(who))
        facts["accounts"].add(
            who, kind=CARD, lender=lender, opened=opened, granted=limit, shown=opened
        )
        _after(rng, plan, facts, who, lender)
    who = np.flatnonzero(people.home == MORTGAGED)
    opened = long_ago(len(who))
    lender = people.bank[who]
    facts["accounts"].add(
        who,
        kind=MORTGAGE,
        lender=lender,
        opened=opened,
        shown=opened,
        granted=people.home_cost[who] * 180,
    )
    _after(rng, plan, facts, who, lender)
    who = everybody[rng.random(len(people)) < 0.5]
    lender = who_lends.BRAND + (people.number[who] % len(who_lends.BRANDS))
    opened = long_ago(len(who))
    facts["accounts"].add(
        who,
        kind=LINE,
        lender=lender,
        opened=opened,
        shown=opened,
        granted=rng.integers(2, 60, len(who)) * 100_000,
    )
    _after(rng, plan, facts, who, lender)
    bank = people.bank
    for kind, value in (
        (PHONE_ITEM, people.number * 8),
        (ADDRESS_ITEM, people.number * 4),
        (EMPLOYER_ITEM, employers),
    ):
        facts["identity"].add(
            everybody, kind=kind, value=value, lender=bank, at=long_ago(len(people))
        )


def _after(
    rng: np.random.Generator,
    plan: Plan,
    facts: Record,
    who: np.ndarray,
    lender: np.ndarray,
) -> None:
    """Lenders look after what they lent, now and then."""
    counts = rng.poisson(1.0 + plan.days / 365, len(who))
    rows = np.repeat(np.arange(len(who)), counts)
    at = plan.start - 330 * DAY + rng.integers(0, 330 + plan.days, len(rows)) * DAY
    facts["enquiries"].add(who[rows], lender=lender[rows], reason=AFTER_LOAN, at=at)


def _own_loans(rng: np.random.Generator, people: People, life: LifeEvents, facts: Record) -> None:
    who, at = life.who["own_loan"], life.at["own_loan"]
    lender = own_lender(people, who)
    facts["enquiries"].add(who, lender=lender, reason=FOR_LOAN, at=at)
    # Some are looked after before they are reported.
    slow = rng.random(len(who)) < 0.15
    asked = at[slow] + 9 * DAY
    facts["enquiries"].add(who[slow], lender=lender[slow], reason=AFTER_LOAN, at=asked)
    facts["accounts"].add(
        who,
        kind=LOAN,
        lender=lender,
        opened=at + 2 * DAY,
        shown=at + np.where(slow, 40, 4) * DAY,
        granted=rng.integers(5, 80, len(who)) * 100_000,
    )
    early = np.flatnonzero(rng.random(len(who)) < 0.15)  # Looked after before it is reported.
    facts["enquiries"].add(
        who[early], lender=lender[early], reason=AFTER_LOAN, at=at[early] + 3 * DAY
    )
    who, at = life.who["co_lender_loan"], life.at["co_lender_loan"]
    brand = brand_of(people, who)
    partner = brand - who_lends.BRAND + who_lends.CO_LENDER
    for lender in (brand, partner):
        facts["enquiries"].add(who, lender=lender, reason=FOR_LOAN, at=at)
    facts["accounts"].add(
        who,
        kind=LOAN,
        lender=partner,
        opened=at + DAY,
        shown=at + 4 * DAY,
        granted=rng.integers(3, 60, len(who)) * 100_000,
    )


def own_lender(people: People, who: np.ndarray) -> np.ndarray:
    """A lender of whom the person has nothing yet."""
    return who_lends.BRAND + (people.number[who] + 3) % len(who_lends.BRANDS)


def brand_of(people: People, who: np.ndarray) -> np.ndarray:
    """The brand through which a person borrows from a partner that the person never heard of."""
    return who_lends.BRAND + (people.number[who] + 5) % len(who_lends.BRANDS)


def _shopping(rng: np.random.Generator, people: People, life: LifeEvents, facts: Record) -> None:
    for kind, first, lenders, least, most in (
        ("mortgage", 0, len(who_lends.BANKS), 3, 7),
        ("credit_shopping", who_lends.BRAND, len(who_lends.BRANDS), 4, 8),
    ):
        who, at = life.who[kind], life.at[kind]
        times = rng.integers(least, most, len(who))
        for number in range(most - 1):
            rows = np.flatnonzero(times > number)
            lender = first + (people.bank[who[rows]] + number) % lenders
            day = at[rows] + rng.integers(0, 8, len(rows)) * DAY
            facts["enquiries"].add(who[rows], lender=lender, reason=FOR_LOAN, at=day)
        lender = first + (people.bank[who] + 1) % lenders
        facts["accounts"].add(
            who,
            kind=MORTGAGE if kind == "mortgage" else LOAN,
            lender=lender,
            opened=at + 20 * DAY,
            shown=at + 22 * DAY,
            granted=rng.integers(30, 300, len(who)) * 1_000_000,
        )


def _cards(rng: np.random.Generator, people: People, life: LifeEvents, facts: Record) -> None:
    who, at = life.who["new_card"], life.at["new_card"]
    lender = (people.bank[who] + 3) % who_lends.OWN_BANKS
    facts["enquiries"].add(who, lender=lender, reason=FOR_CARD, at=at)
    limit = rng.integers(5, 60, len(who)) * 100_000
    for twin in range(2):  # A dual-currency card shows two accounts.
        rows = np.flatnonzero(rng.random(len(who)) < (1.0, 0.3)[twin])
        facts["accounts"].add(
            who[rows],
            kind=CARD,
            lender=lender[rows],
            opened=at[rows] + 3 * DAY,
            shown=at[rows] + 5 * DAY,
            granted=limit[rows],
            twin=twin,
        )
    who = life.who["card_replaced"]
    holders = people.has_account[who, CREDIT_CARD]
    who, at = who[holders], life.at["card_replaced"][holders]
    facts["accounts"].add(
        who,
        kind=CARD,
        lender=people.bank[who],
        opened=at,
        shown=at + 2 * DAY,
        granted=rng.integers(5, 60, len(who)) * 100_000,
    )


def _troubles(rng: np.random.Generator, people: People, life: LifeEvents, facts: Record) -> None:
    who, at = life.who["executive"], life.at["executive"]
    lender = rng.integers(0, who_lends.OWN_BANKS, len(who))
    facts["enquiries"].add(who, lender=lender, reason=AS_OFFICER, at=at)
    facts["liabilities"].add(
        who,
        lender=lender,
        opened=at + 9 * DAY,
        amount=rng.integers(10, 500, len(who)) * 1_000_000,
        debtor=people.number[who],
    )
    who, at = life.who["autopay_failed"], life.at["autopay_failed"]
    holders = people.has_account[who, CREDIT_CARD]
    who, at = who[holders], at[holders]
    facts["accounts"].add(
        who,
        kind=LINE,
        lender=own_lender(people, who),
        opened=at - 400 * DAY,
        shown=at - 398 * DAY,
        granted=2_000_000,
        late_from=at,
        late_until=at + 20 * DAY,
    )
    who, at = life.who["lawsuit"], life.at["lawsuit"]
    facts["judgments"].add(
        who, at=at, amount=rng.integers(1, 90, len(who)) * 100_000, number=people.number[who]
    )
    for name, kind in (
        ("second_sim", PHONE_ITEM),
        ("new_home", ADDRESS_ITEM),
        ("job_change", EMPLOYER_ITEM),
        ("address_variant", ADDRESS_ITEM),
    ):
        who, at = life.who[name], life.at[name] + 10 * DAY
        number = people.number[who]
        other = 2 if name == "address_variant" else 1  # The same address in other words.
        values = {PHONE_ITEM: number * 8 + 1, ADDRESS_ITEM: number * 4 + other}
        value = values.get(kind, next_firm(people, who))
        facts["identity"].add(who, kind=kind, value=value, lender=people.bank[who], at=at)
