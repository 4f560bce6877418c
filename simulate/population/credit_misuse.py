"""How each kind of misuse shows on record at the credit reference centre."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.population import institutions as who_lends
from simulate.population.cast import Cast
from simulate.population.chains_money import LOAN_AFTER
from simulate.population.credit_facts import (
    AFTER_LOAN,
    AS_OFFICER,
    CARD,
    FOR_CARD,
    FOR_FUND,
    FOR_LOAN,
    LOAN,
    PHONE_ITEM,
    Facts,
)
from simulate.population.people import People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot

FEED = "credit_reports"
THIEVES_PHONES = 80_000_000
"""Numbers from here on belong to thieves; one may serve several victims."""


class CreditMisuse:
    """Adds facts and tells of them."""

    def __init__(
        self,
        plan: Plan,
        block: int,
        people: People,
        cast: Cast,
        plot: Plot,
        facts: dict[str, Facts],
    ) -> None:
        self.rng = plan.chance("creditm", block)
        self.people, self.cast, self.plot, self.facts = people, cast, plot, facts

    def first_lender(self, kind: str) -> np.ndarray:
        """The lender that is asked first: the same in every feed."""
        who = self.cast.victims[kind]
        return first_lender(self.people, who)

    def enquire(
        self,
        kind: str,
        rules: str,
        who: np.ndarray,
        at: np.ndarray,
        lender: np.ndarray,
        reason: int,
        stage: str = "S4",
    ) -> None:
        """An enquiry each."""
        events = self.plot.tell(
            kind,
            stage,
            FEED,
            rules,
            who,
            at + 12 * HOUR,
            thing_type="institution",
            thing=pa.array(who_lends.group_of(lender)),
        )
        self.facts["enquiries"].add(who, lender=lender, reason=reason, at=at, event=events)

    def open(
        self,
        kind: str,
        rules: str,
        who: np.ndarray,
        at: np.ndarray,
        lender: np.ndarray,
        account: int,
        amount: np.ndarray,
        late_after: int | None,
    ) -> None:
        """An account each, and for some arrears after so many days."""
        group = pa.array(who_lends.group_of(lender))
        events = self.plot.tell(
            kind,
            "S5",
            FEED,
            rules,
            who,
            at + 12 * HOUR,
            amount=amount,
            thing_type="institution",
            thing=group,
        )
        slow = self.rng.random(len(who)) < 0.15
        late_from = np.full(len(who), 2**62)
        late_events = np.full(len(who), -1)
        if late_after is not None:
            rows = np.flatnonzero(self.rng.random(len(who)) < 0.8)
            late_from[rows] = at[rows] + late_after * DAY
            late_events[rows] = self.plot.tell(
                kind,
                "S7",
                FEED,
                "IM-CR-008",
                who[rows],
                late_from[rows],
                amount=amount[rows],
                thing_type="institution",
                thing=group.take(pa.array(rows)),
            )
        self.facts["accounts"].add(
            who,
            kind=account,
            lender=lender,
            opened=at,
            granted=amount,
            event=events,
            shown=at + np.where(slow, 30, 2) * DAY,
            late_from=late_from,
            late_event=late_events,
        )


def first_lender(people: People, who: np.ndarray) -> np.ndarray:
    """The lender that a thief asks first for a victim: drawn from the victim's number."""
    rng = np.random.Generator(np.random.SFC64(99))
    drawn = who_lends.lenders_to_thieves(rng, 997)
    return drawn[people.number[who] % 997]


def tell_credit_misuse(
    plan: Plan, block: int, people: People, cast: Cast, plot: Plot, facts: dict[str, Facts]
) -> None:
    """All kinds that the centre has on record."""
    told = CreditMisuse(plan, block, people, cast, plot, facts)
    for kind in ("loan_in_name", "unofficial_query"):
        _loans(told, kind)
    _card(told)
    _guarantee(told)
    who, at = cast.victims["fund_theft"], cast.starts["fund_theft"]
    rows = np.flatnonzero(told.rng.random(len(who)) < 0.5)
    told.enquire(
        "fund_theft",
        "IM-CR-006",
        who[rows],
        at[rows],
        np.full(len(rows), who_lends.FUND_CENTRE),
        FOR_FUND,
        "S3",
    )


def _loans(told: CreditMisuse, kind: str) -> None:
    who, at = told.cast.victims[kind], told.cast.starts[kind]
    rng = told.rng
    first = told.first_lender(kind)
    burst = rng.random(len(who)) < 0.4
    rules = "IM-CR-003"
    told.enquire(kind, rules, who, at, first, FOR_LOAN)
    times = np.where(burst, rng.integers(2, 6, len(who)), rng.integers(0, 2, len(who)))
    for number in range(5):
        rows = np.flatnonzero(times > number)
        lender = (first[rows] + 1 + number - who_lends.STRANGER) % 4 + who_lends.STRANGER
        other = who_lends.BRAND + (told.people.number[who[rows]] + number) % 6
        lender = np.where(number % 2 == 0, lender, other)
        day = at[rows] + rng.integers(0, 5, len(rows)) * DAY
        told.enquire(kind, "IM-CR-003;IM-CR-004", who[rows], day, lender, FOR_LOAN)
    granted = rng.random(len(who)) < 0.75
    rows = np.flatnonzero(granted)
    amount = (rng.lognormal(np.log(20_000), 0.7, len(rows)) // 100).astype(np.int64) * 10_000
    told.open(kind, "IM-CR-001", who[rows], at[rows] + LOAN_AFTER, first[rows], LOAN, amount, 33)
    hidden = np.flatnonzero(~granted & (rng.random(len(who)) < 0.6))
    told.enquire(
        kind, "IM-CR-005", who[hidden], at[hidden] + 25 * DAY, first[hidden], AFTER_LOAN, "S5"
    )
    rows = rows[rng.random(len(rows)) < 0.5]
    phone = THIEVES_PHONES + rng.integers(0, 3_000, len(rows))
    when = at[rows] + LOAN_AFTER
    events = told.plot.tell(
        kind, "S3", FEED, "IM-CR-009", who[rows], when, thing_type="phone", thing=phone
    )
    told.facts["identity"].add(
        who[rows], kind=PHONE_ITEM, value=phone, lender=first[rows], at=when, event=events
    )


def _card(told: CreditMisuse) -> None:
    who, at = told.cast.victims["card_in_name"], told.cast.starts["card_in_name"]
    lender = who_lends.OWN_BANKS + told.people.number[who] % (
        len(who_lends.BANKS) - who_lends.OWN_BANKS
    )
    told.enquire("card_in_name", "IM-CR-003", who, at, lender, FOR_CARD)
    rows = np.flatnonzero(told.rng.random(len(who)) < 0.8)
    limit = told.rng.integers(5, 80, len(rows)) * 100_000
    told.open(
        "card_in_name", "IM-CR-002", who[rows], at[rows] + 4 * DAY, lender[rows], CARD, limit, 32
    )


def _guarantee(told: CreditMisuse) -> None:
    who, at = told.cast.victims["guarantee"], told.cast.starts["guarantee"]
    rng, people = told.rng, told.people
    lender = who_lends.CO_LENDER + people.number[who] % len(who_lends.CO_LENDERS)
    told.enquire("guarantee", "IM-CR-006", who, at, lender, AS_OFFICER, "S3")
    amount = rng.integers(20, 800, len(who)) * 1_000_000
    opened = at + 6 * DAY
    group = pa.array(who_lends.group_of(lender))
    events = told.plot.tell(
        "guarantee",
        "S5",
        FEED,
        "IM-CR-007",
        who,
        opened,
        amount=amount,
        thing_type="liability",
        thing=group,
    )
    told.facts["liabilities"].add(
        who,
        lender=lender,
        opened=opened,
        amount=amount,
        debtor=900_000 + people.number[who],
        event=events,
    )
    rows = np.flatnonzero(rng.random(len(who)) < 0.4)
    day = at[rows] + 24 * DAY
    events = told.plot.tell(
        "guarantee", "S7", FEED, "IM-CR-010", who[rows], day, amount=amount[rows]
    )
    told.facts["judgments"].add(
        who[rows], at=day, amount=amount[rows], number=people.number[who[rows]], event=events
    )
