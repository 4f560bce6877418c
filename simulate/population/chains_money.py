"""How each kind of misuse moves money.

Amounts are drawn against what the victim usually spends for half of them and against nothing for
the others, as thieves do not know their victims: some are glaring, some drown in a heavy tail.
"""

from __future__ import annotations

import numpy as np

from simulate.population import payees, places
from simulate.population.cast import Cast
from simulate.population.movements import (
    LOAN_PAYOUT,
    ONLINE,
    PURCHASE,
    TRANSFER_IN,
    TRANSFER_OUT,
    moved,
)
from simulate.population.people import CREDIT_CARD, DEBIT, SECOND, People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot

MINUTE = 60
LOAN_AFTER = 2 * DAY
"""A loan in the person's name is opened so long after the first enquiry."""


def tell_money_chains(plan: Plan, block: int, people: People, cast: Cast, plot: Plot) -> None:
    """All kinds that touch the person's accounts."""
    rng = plan.chance("thefts", block)
    _card_run(rng, people, cast, plot)
    _cloned_card(rng, people, cast, plot)
    _takeover(rng, people, cast, plot)
    _one_big(rng, people, cast, plot)
    _quiet_theft(rng, people, cast, plot, plan.end)
    _mule(rng, people, cast, plot)
    _loan_money(rng, people, cast, plot)


def _card_run(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    who, start = _of(cast, "card_run")
    account = main_account(people, who)
    first = start + _hours(rng, len(who), 0.6)
    shop = payees.criminals(rng, len(who))
    tried = rng.random(len(who)) < 0.7
    plot.pay(
        "card_run",
        "S2",
        "IM-BK-014",
        who[tried],
        first[tried],
        -rng.integers(1, 990, int(tried.sum())),
        shop[tried],
        account[tried],
        ONLINE,
        places.HEAD_OFFICE_CITIES[shop[tried] % 4],
    )
    times = rng.integers(2, 7, len(who))
    at = first + rng.integers(10 * MINUTE, 5 * HOUR, len(who))
    for number in range(6):
        rows = np.flatnonzero(times > number)
        other = rng.random(len(rows)) < 0.6
        payee = np.where(other, payees.criminals(rng, len(rows)), shop[rows])
        amount = stolen(rng, people, who[rows], 900)
        plot.pay(
            "card_run",
            "S5",
            "IM-BK-011;IM-BK-012;IM-BK-014",
            who[rows],
            at[rows],
            -amount,
            payee,
            account[rows],
            ONLINE,
            places.HEAD_OFFICE_CITIES[payee % 4],
        )
        at = at + rng.integers(3 * MINUTE, 3 * HOUR, len(who))


def _cloned_card(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    who, start = _of(cast, "cloned_card")
    is_credit = people.has_account[who, CREDIT_CARD] & (rng.random(len(who)) < 0.5)
    account = np.where(is_credit, CREDIT_CARD, DEBIT)
    at = start + rng.integers(10 * HOUR, 21 * HOUR, len(who))
    own = np.maximum(people.centre[who], 500).astype(np.int64)
    usual = people.favourites[who, 0]
    plot.money.append(moved(who, at, -own, usual, account, PURCHASE, people.city[who]))
    far = places.far_cities(rng, people.city[who])
    times = rng.integers(1, 5, len(who))
    for number in range(4):
        rows = np.flatnonzero(times > number)
        at = at + rng.integers(8 * MINUTE, 40 * MINUTE, len(who))
        plot.pay(
            "cloned_card",
            "S3" if number == 0 else "S5",
            "IM-BK-016" if number == 0 else "IM-BK-011;IM-BK-016",
            who[rows],
            at[rows],
            -stolen(rng, people, who[rows], 1_200),
            payees.criminals(rng, len(rows)),
            account[rows],
            PURCHASE,
            far[rows],
        )


def _takeover(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    who, start = _of(cast, "takeover")
    account = np.where(rng.random(len(who)) < 0.6, main_account(people, who), DEBIT)
    first = start + DAY + _hours(rng, len(who), 0.75)
    mule = payees.criminals(rng, len(who))
    tried = rng.random(len(who)) < 0.5
    plot.pay(
        "takeover",
        "S2",
        "IM-BK-014",
        who[tried],
        first[tried],
        -rng.integers(1, 1_000, int(tried.sum())),
        mule[tried],
        account[tried],
        TRANSFER_OUT,
    )
    at = first + rng.integers(5 * MINUTE, 90 * MINUTE, len(who))
    loaded = np.flatnonzero(rng.random(len(who)) < 0.3)
    credit = rng.lognormal(np.log(12_000), 0.5, len(loaded)).astype(np.int64) * 100
    credit = np.maximum(credit, 550_000)
    plot.pay(
        "takeover",
        "S6",
        "IM-BK-015",
        who[loaded],
        at[loaded],
        credit,
        payees.criminals(rng, len(loaded)),
        np.full(len(loaded), DEBIT),
        LOAN_PAYOUT,
    )
    plot.pay(
        "takeover",
        "S6",
        "IM-BK-015;IM-BK-013",
        who[loaded],
        at[loaded] + rng.integers(4 * MINUTE, 100 * MINUTE, len(loaded)),
        -(credit * rng.uniform(0.85, 1.0, len(loaded))).astype(np.int64),
        mule[loaded],
        np.full(len(loaded), DEBIT),
        TRANSFER_OUT,
    )
    times = rng.integers(1, 6, len(who))
    for number in range(5):
        rows = np.flatnonzero(times > number)
        payee = np.where(rng.random(len(rows)) < 0.4, payees.criminals(rng, len(rows)), mule[rows])
        at[rows] += rng.integers(2 * MINUTE, 50 * MINUTE, len(rows))
        plot.pay(
            "takeover",
            "S5",
            "IM-BK-011;IM-BK-012;IM-BK-013;IM-BK-014",
            who[rows],
            at[rows],
            -stolen(rng, people, who[rows], 4_500),
            payee,
            account[rows],
            TRANSFER_OUT,
        )


def _one_big(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    who, start = _of(cast, "one_big")
    at = start + _hours(rng, len(who), 0.2)
    amount = np.maximum(people.usual_95[who] * rng.uniform(4, 25, len(who)), 60_000)
    plot.pay(
        "one_big",
        "S5",
        "IM-BK-011;IM-BK-013",
        who,
        at,
        -amount.astype(np.int64),
        payees.criminals(rng, len(who)),
        main_account(people, who),
        ONLINE,
    )


def _quiet_theft(
    rng: np.random.Generator, people: People, cast: Cast, plot: Plot, end: int
) -> None:
    who, start = _of(cast, "quiet_theft")
    shop, account = payees.criminals(rng, len(who)), main_account(people, who)
    times = rng.integers(3, 8, len(who))
    for number in range(7):
        at = start + number * 7 * DAY + _hours(rng, len(who), 0.1)
        rows = np.flatnonzero((times > number) & (at < end - 2 * DAY))
        amount = people.usual_95[who[rows]] * rng.uniform(0.1, 0.5, len(rows))
        plot.pay(
            "quiet_theft",
            "S5",
            "",
            who[rows],
            at[rows],
            -np.maximum(amount, 300).astype(np.int64),
            shop[rows],
            account[rows],
            ONLINE,
            is_subtle=True,
        )


def _mule(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    who, start = _of(cast, "mule")
    asleep = people.has_account[who, SECOND]
    account = np.where(asleep, SECOND, DEBIT)
    at = start + rng.integers(9 * HOUR, 18 * HOUR, len(who))
    woken = np.flatnonzero(asleep)
    plot.pay(
        "mule",
        "S3",
        "IM-BK-017",
        who[woken],
        at[woken],
        -rng.integers(100_000, 300_000, len(woken)),
        payees.criminals(rng, len(woken)),
        account[woken],
        TRANSFER_OUT,
    )
    times = rng.integers(1, 6, len(who))
    for number in range(5):
        rows = np.flatnonzero(times > number)
        at[rows] += rng.integers(6 * HOUR, 40 * HOUR, len(rows))
        inflow = np.maximum(rng.lognormal(np.log(15_000), 0.7, len(rows)), 5_200)
        inflow = inflow.astype(np.int64) * 100
        plot.pay(
            "mule",
            "S6",
            "IM-BK-015",
            who[rows],
            at[rows],
            inflow,
            payees.criminals(rng, len(rows)),
            account[rows],
            TRANSFER_IN,
        )
        left = (inflow * rng.uniform(0.84, 1.0, len(rows))).astype(np.int64)
        pieces = rng.integers(1, 4, len(rows))
        moment = at[rows]
        for piece in range(3):
            some = np.flatnonzero(pieces > piece)
            part = np.where(pieces[some] == piece + 1, left[some], left[some] // 2)
            left[some] -= part
            moment = moment + rng.integers(3 * MINUTE, 38 * MINUTE, len(rows))
            plot.pay(
                "mule",
                "S6",
                "IM-BK-015",
                who[rows][some],
                moment[some],
                -part,
                payees.criminals(rng, len(some)),
                account[rows][some],
                TRANSFER_OUT,
            )


def _loan_money(rng: np.random.Generator, people: People, cast: Cast, plot: Plot) -> None:
    """Of loans in a victim's name, some pass through the victim's own account."""
    for kind in ("loan_in_name", "unofficial_query"):
        who, start = _of(cast, kind)
        rows = np.flatnonzero(rng.random(len(who)) < 0.3)
        at = start[rows] + LOAN_AFTER + rng.integers(9 * HOUR, 17 * HOUR, len(rows))
        paid = (
            np.maximum(rng.lognormal(np.log(16_000), 0.6, len(rows)), 5_200).astype(np.int64) * 100
        )
        account = np.full(len(rows), DEBIT)
        lender = payees.CRIMINAL + 60_000 + people.number[who[rows]] % 40
        plot.pay(kind, "S6", "IM-BK-015", who[rows], at, paid, lender, account, LOAN_PAYOUT)
        plot.pay(
            kind,
            "S6",
            "IM-BK-015;IM-BK-013",
            who[rows],
            at + rng.integers(5 * MINUTE, 110 * MINUTE, len(rows)),
            -(paid * rng.uniform(0.82, 1.0, len(rows))).astype(np.int64),
            payees.criminals(rng, len(rows)),
            account,
            TRANSFER_OUT,
        )


def stolen(
    rng: np.random.Generator, people: People, who: np.ndarray, middle_yuan: float
) -> np.ndarray:
    """Amounts that thieves take, in fen: by the victim's habits or by nothing at all."""
    relative = people.usual_95[who] * rng.uniform(1.6, 10, len(who))
    absolute = rng.lognormal(np.log(middle_yuan * 100), 0.8, len(who))
    amount = np.where(rng.random(len(who)) < 0.5, relative, absolute)
    whole = rng.random(len(who)) < 0.6
    amount = np.clip(amount, 5_000, 8_000_000).astype(np.int64)
    return np.where(whole, np.maximum(amount // 10_000, 1) * 10_000, amount)


def main_account(people: People, who: np.ndarray) -> np.ndarray:
    """The account that each uses most."""
    return np.argmax(np.diff(people.shares[who], axis=1, prepend=0), axis=1)


def _of(cast: Cast, kind: str) -> tuple[np.ndarray, np.ndarray]:
    return cast.victims[kind], cast.starts[kind]


def _hours(rng: np.random.Generator, count: int, at_night: float) -> np.ndarray:
    """Seconds after the start of a day: 22:00 to 03:30 of the next by that share, else by day."""
    night = rng.integers(22 * HOUR, 27 * HOUR + 30 * MINUTE, count)
    day = rng.integers(8 * HOUR, 22 * HOUR, count)
    return np.where(rng.random(count) < at_night, night, day)
