"""The command line: every step of the pipeline without Airflow, by the same functions."""

from __future__ import annotations

import os
import sys

from tallywatch.commands import (
    data,
    extracts,
    finance,
    intake,
    privacy,
    rules,
    scoring,
    workshop,
    worlds,
)
from tallywatch.commands.common import app, problems
from tallywatch.errors import TallywatchError, TransientError

__all__ = [
    "app",
    "data",
    "extracts",
    "finance",
    "intake",
    "main",
    "privacy",
    "rules",
    "scoring",
    "workshop",
    "worlds",
]


def main() -> None:
    """Run the command line; exit code 1 for what somebody must mend, 75 for what may pass."""
    try:
        app()
    except TallywatchError as error:
        problems.print(f"[bold red]{type(error).__name__}[/]")
        for label, text in (
            ("found", error.found),
            ("expected", error.expected),
            ("what to do", error.remedy),
        ):
            problems.print(f"  [bold]{label}:[/] ", end="")
            problems.print(text, markup=False, highlight=False)
        sys.exit(os.EX_TEMPFAIL if isinstance(error, TransientError) else 1)
