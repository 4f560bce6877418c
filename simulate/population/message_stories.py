"""Messages that misuse leaves on the victim's phone, and honest ones that look alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.population.cast import Cast
from simulate.population.chains_money import LOAN_AFTER
from simulate.population.credit_life import brand_of, own_lender
from simulate.population.credit_misuse import first_lender
from simulate.population.institutions import BRAND, BRANDS, OWN_BANKS
from simulate.population.life_events import LifeEvents
from simulate.population.messages import Messages, circle
from simulate.population.people import People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot
from simulate.population.senders import (
    CARRIER_AT,
    CARRIERS,
    CHANGED,
    CODE,
    COLLECTION,
    LENDER_AT,
    LOAN_NEWS,
    OFFICE_AT,
    OTHER_AT,
    OTHER_BANK_AT,
    OTHERS,
    SENDERS,
    STRANGE_AT,
    WALLET_AT,
    WELCOME,
    sender_of_lender,
)

FEED = "sms_messages"
FLOOD = 14


class Stories:
    """Adds messages and tells of them."""

    def __init__(self, plan: Plan, block: int, people: People, plot: Plot, out: Messages) -> None:
        self.rng = plan.chance("smstales", block)
        self.people, self.plot, self.out = people, plot, out

    def plant(
        self,
        chain: str,
        stage: str,
        rules: str,
        who: np.ndarray,
        at: np.ndarray,
        sender: np.ndarray | int,
        kind: int,
    ) -> None:
        """A planted message each."""
        sender = np.broadcast_to(sender, np.shape(who))
        names = pa.array([SENDERS[place].platform for place in sender.tolist()], pa.string())
        events = self.plot.tell(
            chain, stage, FEED, rules, who, at, thing_type="platform", thing=names
        )
        self.out.add(who, at, sender, kind, events)


def tell_message_misuse(
    plan: Plan, block: int, people: People, cast: Cast, plot: Plot, out: Messages
) -> None:
    """Codes, notices and reminders that come of misuse."""
    told = Stories(plan, block, people, plot, out)
    rng = told.rng
    for chain in ("loan_in_name", "unofficial_query"):
        who, start = cast.victims[chain], cast.starts[chain]
        sender = sender_of_lender(first_lender(people, who))
        at = start + rng.integers(8 * HOUR, 11 * HOUR, len(who))
        for number in range(3):
            rows = np.flatnonzero(rng.random(len(who)) < (0.95, 0.6, 0.3)[number])
            place = sender[rows] if number < 2 else STRANGE_AT + (sender[rows] + 1) % 4
            told.plant(chain, "S2", "IM-OT-018;IM-OT-020", who[rows], at[rows], place, CODE)
            at = at + rng.integers(60, 2 * HOUR, len(who))
        rows = np.flatnonzero(rng.random(len(who)) < 0.5)
        opened = start[rows] + LOAN_AFTER + rng.integers(9 * HOUR, 17 * HOUR, len(rows))
        told.plant(chain, "S5", "IM-OT-018", who[rows], opened, sender[rows], LOAN_NEWS)
        rows = np.flatnonzero(rng.random(len(who)) < 0.5)
        late = start[rows] + 36 * DAY + rng.integers(9 * HOUR, 19 * HOUR, len(rows))
        rows, late = rows[late < plan.end], late[late < plan.end]
        told.plant(chain, "S7", "", who[rows], late, sender[rows], COLLECTION)
    _takeover(told, cast)
    who, start = cast.victims["card_in_name"], cast.starts["card_in_name"]
    at = start + rng.integers(9 * HOUR, 12 * HOUR, len(who))
    told.plant(
        "card_in_name",
        "S2",
        "IM-OT-018;IM-OT-020",
        who,
        at,
        OTHER_BANK_AT + people.number[who] % 4,
        CODE,
    )
    who, start = cast.victims["phone_cards"], cast.starts["phone_cards"]
    carrier = CARRIER_AT + (people.number[who] + 1) % len(CARRIERS)
    at = start + rng.integers(9 * HOUR, 20 * HOUR, len(who))
    told.plant("phone_cards", "S2", "IM-OT-018", who, at, carrier, CODE)
    rows = np.flatnonzero(rng.random(len(who)) < 0.6)
    told.plant("phone_cards", "S3", "IM-OT-018", who[rows], at[rows] + 900, carrier[rows], WELCOME)
    who, start = cast.victims["fund_theft"], cast.starts["fund_theft"]
    at = start + rng.integers(9 * HOUR, 20 * HOUR, len(who))
    told.plant("fund_theft", "S2", "", who, at, OFFICE_AT, CODE)


def _takeover(told: Stories, cast: Cast) -> None:
    rng, people = told.rng, told.people
    who, start = cast.victims["takeover"], cast.starts["takeover"]
    customers = circle(people)
    flooded = rng.random(len(who)) < 0.45
    at = start + DAY + rng.integers(19 * HOUR, 22 * HOUR, len(who))
    strangers = np.array([*range(LENDER_AT, WALLET_AT), *range(OTHER_AT, OTHER_AT + len(OTHERS))])
    for number in range(FLOOD):
        some = flooded & (number < 6 + people.number[who] % 9)
        place = strangers[(people.number[who] * 5 + number * 3) % len(strangers)]
        rows = np.flatnonzero(some & ~customers[who, place])
        told.plant("takeover", "S2", "IM-OT-018;IM-OT-019", who[rows], at[rows], place[rows], CODE)
        at = at + rng.integers(20, 260, len(who))
    rows = np.flatnonzero(~flooded & (rng.random(len(who)) < 0.7))
    wallet = WALLET_AT + people.number[who[rows]] % 2
    told.plant("takeover", "S2", "", who[rows], at[rows], wallet, CODE)
    rows = np.flatnonzero(rng.random(len(who)) < 0.5)
    wallet = WALLET_AT + people.number[who[rows]] % 2
    told.plant("takeover", "S3", "", who[rows], at[rows] + 400, wallet, CHANGED)


def tell_message_decoys(
    plan: Plan, block: int, people: People, life: LifeEvents, plot: Plot, out: Messages
) -> None:
    """Codes that the person asked for, and those that were meant for somebody else."""
    rng = plan.chance("smsdecoy", block)
    for kind, lender in (("own_loan", own_lender), ("co_lender_loan", brand_of)):
        who, at = life.who[kind], life.at[kind] + 10 * HOUR
        place = sender_of_lender(lender(people, who))
        out.add(who, at, place, CODE)
        out.add(who, at + 30 * HOUR, place, LOAN_NEWS)
    who, at = life.who["credit_shopping"], life.at["credit_shopping"]
    for number in range(5):
        brand = BRAND + (people.bank[who] + number) % len(BRANDS)
        moment = at + 9 * HOUR + number * 700 + rng.integers(0, 600, len(who))
        out.add(who, moment, sender_of_lender(brand), CODE)
    who, at = life.who["new_card"], life.at["new_card"]
    out.add(who, at + 11 * HOUR, (people.bank[who] + 3) % OWN_BANKS, CODE)
    who, at = life.who["recycled_number"], life.at["recycled_number"]
    times = rng.integers(3, 13, len(who))
    rows = np.repeat(np.arange(len(who)), times)
    moment = at[rows] + rng.integers(0, 60 * DAY, len(rows))
    place = LENDER_AT + rng.integers(0, WALLET_AT - LENDER_AT, len(rows))
    kinds = rng.choice(np.array([CODE, COLLECTION, LOAN_NEWS]), len(rows), p=[0.4, 0.5, 0.1])
    keep = moment < plan.end
    out.add(who[rows][keep], moment[keep], place[keep], kinds[keep])
    _new_platforms(plan, rng, people, plot, out)


def _new_platforms(
    plan: Plan, rng: np.random.Generator, people: People, plot: Plot, out: Messages
) -> None:
    count = len(people)
    share = plan.days / 90
    who = np.flatnonzero(rng.random(count) < min(0.12 * share, 0.9))
    at = plan.start + rng.integers(8 * HOUR, plan.days * DAY, len(who))
    out.add(who, at, OTHER_AT + rng.integers(0, len(OTHERS), len(who)), CODE)
    plot.lure("new_platform", FEED, "IM-OT-018", who, at)
    who = np.flatnonzero(rng.random(count) < min(0.03 * share, 0.5))
    at = plan.start + rng.integers(8 * HOUR, plan.days * DAY, len(who))
    out.add(who, at, LENDER_AT + rng.integers(0, WALLET_AT - LENDER_AT, len(who)), CODE)
    plot.lure("wrong_number", FEED, "IM-OT-018", who, at)
    who = np.flatnonzero(rng.random(count) < min(0.002 * share, 0.5))
    at = plan.start + rng.integers(8 * HOUR, plan.days * DAY, len(who))
    plot.lure("sms_bombing", FEED, "IM-OT-019", who, at, at + DAY)
    for number in range(18):
        place = (LENDER_AT + people.number[who] + number * 5) % len(SENDERS)
        out.add(who, at + number * 110, place, CODE)
