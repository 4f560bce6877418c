"""What a grid of a detailed report is: labels above cells, and what becomes of its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Rows(Enum):
    """How the rows of a grid are told apart."""

    ONE = "one"
    """All that follows is one row."""
    NUMBERED = "numbered"
    """By the number in the first column."""
    LINES = "lines"
    """Each line is one."""
    DATED = "dated"
    """By the date in one of the columns."""


class Fate(Enum):
    """What becomes of the rows of a grid."""

    OPENS = "opens"
    """Each is an item of its own."""
    JOINS = "joins"
    """Each adds cells to the item of that number, or to the last item."""
    HANGS = "hangs"
    """Each is an item that belongs to the last one."""


@dataclass(frozen=True)
class Grid:
    """`columns`: label to cell, in printed order; the cell of the number column is ""."""

    columns: tuple[tuple[str, str], ...]
    item_type: str
    fate: Fate = Fate.OPENS
    rows: Rows = Rows.ONE

    @property
    def labels(self) -> tuple[str, ...]:
        """Texts of the header, from the left."""
        return tuple(label for label, _ in self.columns)

    @property
    def cells(self) -> tuple[str, ...]:
        """Names of the cells, from the left."""
        return tuple(cell for _, cell in self.columns)


def plain(label: str) -> str:
    """A label with one kind of dash."""
    return re.sub(r"[\u2010-\u2015\u2212~]", "-", label)
