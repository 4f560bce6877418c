"""What a story of a wallet holder is told with: the place and time, the events, the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulate.calendar import Calendar, hours
from simulate.deliveries import clock
from simulate.truth import Decoy, Planted
from simulate.wallets import Event, Holder

OUTLIER, NIGHT_BURST, NEW_PAYEE, BLIND_SPOT = "IM-BK-011", "IM-BK-012", "IM-BK-013", "IM-MT-025"
CONFIRMED, WAS_ME = "confirmed_misuse", "was_me"


@dataclass(frozen=True)
class Answer:
    """What the person says of an alert. `about`: a payee in clear, or None for the feed."""

    rule_id: str
    about: str | None
    outcome_code: str
    noted: np.datetime64


@dataclass(frozen=True)
class Told:
    """A story told: its movements, its truth, and the answers it leads to."""

    events: tuple[Event, ...] = ()
    planted: tuple[Planted, ...] = ()
    decoys: tuple[Decoy, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Where and when a story plays; `variant` makes it differ from holder to holder."""

    holder: Holder
    calendar: Calendar
    variant: int
    can_answer: bool

    def at(self, month: int, day: int, hour: int, minute: int = 0) -> np.datetime64:
        """An instant; the day shifts a little with the variant."""
        return self.calendar.day(month, day + self.variant % 3, hour) + hours(minute / 60)

    @property
    def month(self) -> int:
        """The month in which the story peaks."""
        return self.variant % self.calendar.months

    def pick(self, names: Sequence[str], offset: int = 0) -> str:
        """One of the names."""
        return names[(self.variant + offset) % len(names)]

    def planted(self, events: Sequence[Event], *rule_ids: str) -> tuple[Planted, ...]:
        """The events as misuse that each of the rules must find."""
        window = _window(events)
        who = (self.holder.subject_key,)
        return tuple(
            Planted(*who, r, self.holder.feed, self.holder.story, *window) for r in rule_ids
        )

    def decoys(
        self, events: Sequence[Event], expectation: str, *rule_ids: str
    ) -> tuple[Decoy, ...]:
        """The events as honest behaviour near each of the rules."""
        window = _window(events)
        holder = self.holder
        return tuple(
            Decoy(holder.subject_key, r, holder.feed, holder.story, expectation, *window)
            for r in rule_ids
        )


def _window(events: Sequence[Event]) -> tuple[str, str]:
    return clock(min(e.at for e in events)), clock(max(e.at for e in events))
