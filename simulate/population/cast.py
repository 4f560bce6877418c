"""Who is misused, how and when: drawn once per block, told by every feed in its own way.

The kinds are written from what can go wrong with an identity, not from what a rule can see. Some
leave traces in five feeds, some in one, some are so small that nobody should notice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population.people import SECOND, People
from simulate.population.plan import DAY, Plan
from simulate.population.ragged import one_of

KINDS = {
    "card_run": (17, "stolen card data: a trial payment, then purchases on the net"),
    "takeover": (14, "a wallet or bank app taken over, emptied by transfers at night"),
    "one_big": (8, "a single payment far beyond what the person spends"),
    "quiet_theft": (8, "small payments to one new shop, week after week, within the usual"),
    "mule": (8, "the person's account used to pass stolen money on"),
    "loan_in_name": (17, "a leak, codes, enquiries, a loan in the person's name, arrears"),
    "card_in_name": (7, "a credit card opened in the person's name and used up"),
    "phone_cards": (5, "telephone cards registered under the identity number"),
    "wrong_employer": (5, "a firm that books wages under the identity number"),
    "fund_theft": (4, "the housing fund drawn by somebody else"),
    "guarantee": (3, "the person made guarantor or officer of a firm unknowingly"),
    "unofficial_query": (4, "the report asked for on a false site, then a loan"),
    "cloned_card": (5, "a copy of the card used far away while the person pays at home"),
    "shared_identity": (3, "the identity number registered a second time by a stranger"),
}
"""Name to weight and meaning."""
WARM_UP = 0.4
"""Nothing happens in this first part of the world: habits have to be known first."""
SPAN_DAYS = {"loan_in_name": 45, "card_in_name": 40, "guarantee": 30, "unofficial_query": 40}
USUAL_SPAN_DAYS = 14
LONGEST_SPAN = 0.45
"""Of the world: in a short one a chain does not come to its end."""
PERIOD_DAYS = 90


@dataclass(frozen=True)
class Cast:
    """Victims by kind: places in the block, and when it starts."""

    victims: dict[str, np.ndarray]
    starts: dict[str, np.ndarray]

    def everyone(self) -> np.ndarray:
        """All victims, in order."""
        return np.sort(np.concatenate(list(self.victims.values())))


def draw_cast(plan: Plan, block: int, people: People) -> Cast:
    """The victims of a block; each is in one story."""
    rng = plan.chance("cast", block)
    share = plan.misuse_ppm / 1_000_000 * plan.days / PERIOD_DAYS
    is_victim = rng.random(len(people)) < min(share, 0.9)
    kind = one_of(rng, [weight for weight, _ in KINDS.values()], len(people))
    moment = rng.random(len(people))
    victims, starts = {}, {}
    for number, name in enumerate(KINDS):
        who = np.flatnonzero(is_victim & (kind == number))
        first = np.maximum(
            plan.start + plan.days * DAY * WARM_UP, people.registered[who] + 20 * DAY
        )
        span = min(SPAN_DAYS.get(name, USUAL_SPAN_DAYS), plan.days * LONGEST_SPAN)
        last = plan.end - span * DAY
        who = who[first < last]
        first = first[first < last]
        victims[name] = who
        starts[name] = (first + moment[who] * (last - first)).astype(np.int64) // DAY * DAY
    return Cast(victims, starts)


SERVICE_FAULTS = {
    "double_charge": "the service took the same payment twice",
    "charged_for_nothing": "the service charged for a query that failed",
}
"""Faults of the service itself: no misuse, but somebody has to mend them."""


def meaning(kind: str) -> str:
    """What a kind of chain or of fault is."""
    return KINDS[kind][1] if kind in KINDS else SERVICE_FAULTS[kind]


def wake_sleepers(people: People, cast: Cast) -> None:
    """Most accounts through which stolen money runs had been asleep."""
    who = cast.victims["mule"]
    people.has_account[who[people.number[who] % 5 < 3], SECOND] = True


def draw_strangers(plan: Plan, block: int, people: People, cast: Cast) -> np.ndarray:
    """Who registers with a victim's identity number: per person the victim's place, else -1.

    The strangers' day of joining is moved into the story.
    """
    rng = plan.chance("stranger", block)
    victim_of = np.full(len(people), -1)
    free = np.setdiff1d(np.arange(len(people)), cast.everyone())
    victims = cast.victims["shared_identity"]
    chosen = rng.choice(free, min(len(victims), len(free)), replace=False)
    victim_of[chosen] = victims[: len(chosen)]
    starts = cast.starts["shared_identity"][: len(chosen)]
    people.registered[chosen] = starts + 2 * DAY + rng.integers(9, 20, len(chosen)) * 3_600
    return victim_of
