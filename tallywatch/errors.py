"""Errors that say what was found, what was expected and what to do.

Two kinds decide what a scheduler does: a `TransientError` may pass when tried again, a
`TerminalError` will not. No message may carry a personal identifier or a cell's value.
"""

from __future__ import annotations

from typing import Any


class TallywatchError(Exception):
    """Root of every error the project raises on purpose."""

    def __init__(self, found: str, expected: str, remedy: str) -> None:
        self.found = found
        self.expected = expected
        self.remedy = remedy
        super().__init__(f"found: {found}; expected: {expected}; remedy: {remedy}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.found, self.expected, self.remedy)


class TransientError(TallywatchError):
    """May pass when tried again: a lock held, a server away."""


class TerminalError(TallywatchError):
    """Will not pass when tried again; somebody has to mend something."""


class SettingsError(TerminalError):
    """A setting is missing or wrong."""


class WarehouseBusyError(TransientError):
    """Another process writes the warehouse (DuckDB has one writer and then no reader)."""
