"""Chance from a seed, in the forms that a credit life needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from simulate.calendar import generator

T = TypeVar("T")
STREAM = 70


class Draw:
    """Whole numbers, choices and days, all from one seed."""

    def __init__(self, seed: int, stream: int = 0) -> None:
        self._random: np.random.Generator = generator(seed, STREAM + stream)

    def whole(self, least: int, most: int) -> int:
        """A whole number, both ends possible."""
        return int(self._random.integers(least, most + 1))

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return bool(self._random.random() < share)

    def one(self, choices: Sequence[T]) -> T:
        """One of them."""
        return choices[self.whole(0, len(choices) - 1)]

    def day(self, first: date, last: date) -> date:
        """A day, both ends possible; `first` when the span is empty."""
        return first + timedelta(days=self.whole(0, max(0, (last - first).days)))

    def digits(self, count: int) -> str:
        """That many digits, the first of them not zero."""
        return str(self.whole(1, 9)) + "".join(str(self.whole(0, 9)) for _ in range(count - 1))


def add_months(day: date, months: int) -> date:
    """The same day some months on, the 28th at most."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, min(day.day, 28))


def months_between(first: date, last: date) -> list[date]:
    """First days of the months from one day's to the other's, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month
    start = first.replace(day=1)
    return [add_months(start, step) for step in range(count + 1)]
