"""Which rows of a sheet hold something, as its own structure says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SheetRows:
    """Row numbers, from 1: rows with a value, and those of them with an error value."""

    filled: set[int] = field(default_factory=set)
    with_error: set[int] = field(default_factory=set)


Counter = Callable[[int, str], SheetRows]
"""Rows of a sheet, by its position in the workbook and its name, counted without its reader."""
