"""What is planted: rows of every feed with the number of their event, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from simulate.population.movements import Movements, moved
from simulate.population.people import ALIPAY, WECHAT, People

FEED_OF_ACCOUNT = {ALIPAY: "alipay_bills", WECHAT: "wechat_bills"}
BANK_FEED = "bank_statements"


@dataclass
class Happening:
    """One step of a kind of chain for several victims: an array or a constant per column.

    `thing_type` and `thing`: by what a rule would name it (a payee, an institution); `thing` is a
    number of that kind of identifier or a list of words.
    """

    chain_kind: str
    stage: str
    feed: str
    rules: str
    person: np.ndarray
    at: np.ndarray
    events: np.ndarray
    amount: np.ndarray | None = None
    account: np.ndarray | None = None
    thing_type: str = ""
    thing: np.ndarray | pa.Array | None = None
    is_subtle: bool = False


@dataclass
class Lure:
    """Honest facts that look like misuse: who, of what kind, in which feed, from when to when."""

    kind: str
    feed: str
    tempts: str
    person: np.ndarray
    since: np.ndarray
    until: np.ndarray
    is_declared: np.ndarray
    payee: np.ndarray | None = None


@dataclass
class Plot:
    """Collects a block's happenings and lures; numbers the events in the order of telling."""

    people: People
    happenings: list[Happening] = field(default_factory=list)
    lures: list[Lure] = field(default_factory=list)
    money: list[Movements] = field(default_factory=list)
    count: int = 0

    def tell(
        self,
        chain_kind: str,
        stage: str,
        feed: str,
        rules: str,
        person: np.ndarray,
        at: np.ndarray,
        **more: object,
    ) -> np.ndarray:
        """Note a step; gives the numbers of its events for the rows that show it."""
        events = np.arange(self.count, self.count + len(person), dtype=np.int64)
        self.count += len(person)
        self.happenings.append(
            Happening(chain_kind, stage, feed, rules, person, at, events, **more)
        )
        return events

    def pay(
        self,
        chain_kind: str,
        stage: str,
        rules: str,
        person: np.ndarray,
        at: np.ndarray,
        amount: np.ndarray,
        payee: np.ndarray,
        account: np.ndarray,
        kind: int,
        city: np.ndarray | int = -1,
        *,
        is_subtle: bool = False,
    ) -> None:
        """A planted movement each; the feed is that of the account. Amounts are signed fen."""
        for feed in (BANK_FEED, *FEED_OF_ACCOUNT.values()):
            rows = np.flatnonzero(feed_of(account) == feed)
            if not len(rows):
                continue
            events = self.tell(
                chain_kind,
                stage,
                feed,
                rules,
                person[rows],
                at[rows],
                amount=np.abs(amount[rows]),
                account=account[rows],
                thing_type="payee",
                thing=payee[rows],
                is_subtle=is_subtle,
            )
            place = city if isinstance(city, int) else city[rows]
            self.money.append(
                moved(
                    person[rows],
                    at[rows],
                    amount[rows],
                    payee[rows],
                    account[rows],
                    kind,
                    place,
                    events,
                )
            )

    def lure(
        self,
        kind: str,
        feed: str,
        tempts: str,
        person: np.ndarray,
        since: np.ndarray,
        until: np.ndarray | None = None,
        is_declared: np.ndarray | None = None,
        payee: np.ndarray | None = None,
    ) -> None:
        """Note look-alikes; a payee may have been declared as well."""
        if not len(person):
            return
        self.lures.append(
            Lure(
                kind,
                feed,
                tempts,
                person,
                since,
                since if until is None else until,
                np.zeros(len(person), bool) if is_declared is None else is_declared,
                payee,
            )
        )


def feed_of(account: np.ndarray) -> np.ndarray:
    """The feed in which an account shows."""
    return np.select(
        [account == ALIPAY, account == WECHAT], ["alipay_bills", "wechat_bills"], BANK_FEED
    )


def tell_declared(plot: Plot, payees: np.ndarray) -> None:
    """Of look-alikes to or from one of these payees the service was told."""
    for lure in plot.lures:
        if lure.payee is not None:
            lure.is_declared = lure.is_declared | np.isin(lure.payee, payees)
