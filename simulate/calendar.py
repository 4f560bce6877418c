"""When things happen: months, cut-offs and the last moment of a simulated world.

Instants are naive numpy `datetime64[s]` on the clock of Asia/Shanghai, which has one zone and no
summer time; only the border to files (`deliveries`) turns them into UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from tallywatch.errors import TerminalError

UTC_OFFSET = np.timedelta64(8, "h")
HISTORY_DAYS = 60
CUT_OFF_DAY = 8


@dataclass(frozen=True)
class Calendar:
    """`months` whole months from `first_month` ('YYYY-MM'), each closed on the 8th of the next at
    00:00 UTC; no delivery is later than an hour before the last cut-off."""

    first_month: str
    months: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", self.first_month) or self.months < 1:
            raise TerminalError(
                f"first_month={self.first_month!r}, months={self.months}",
                "a month as YYYY-MM and at least one month",
                "correct the arguments of the simulation",
            )

    def day(self, month: int, day: int, hour: int = 0) -> np.datetime64:
        """An hour of a day; `month` counts from 0, `day` from 1 and may run over the month."""
        start = (np.datetime64(self.first_month, "M") + month).astype("datetime64[s]")
        return start + np.timedelta64((day - 1) * 24 + hour, "h")

    def month_text(self, month: int) -> str:
        """'YYYY-MM' of the month counted from 0."""
        return str(np.datetime64(self.first_month, "M") + month)

    def cut_off(self, month: int) -> np.datetime64:
        """Until when a delivery counts for the close of the month."""
        return self.day(month + 1, CUT_OFF_DAY) + UTC_OFFSET

    @property
    def last_month(self) -> int:
        """The last month, counted from 0."""
        return self.months - 1

    @property
    def history_start(self) -> np.datetime64:
        """Since when wallets have movements, as a rule."""
        return self.day(0, 1 - HISTORY_DAYS)

    @property
    def end(self) -> np.datetime64:
        """After this nothing is delivered."""
        return self.cut_off(self.last_month) - np.timedelta64(1, "h")


def generator(seed: int, *stream: int) -> np.random.Generator:
    """An independent stream of random numbers; what one part draws never shifts another."""
    return np.random.default_rng([seed, *stream])


def hours(count: float) -> np.timedelta64:
    """A number of hours, fractions allowed, to the second."""
    return np.timedelta64(round(count * 3600), "s")
