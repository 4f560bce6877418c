"""An error, told to a person."""

from __future__ import annotations

from rich.console import Console

from tallywatch.errors import TallywatchError


def explain(error: TallywatchError, headline: str, console: Console) -> None:
    """Print what was found, what was expected and what to do."""
    console.print(f"\n[bold red]{headline}[/]")
    parts = {"found": error.found, "expected": error.expected, "what to do": error.remedy}
    for label, text in parts.items():
        console.print(f"[bold]{label}:[/] ", end="")
        console.print(text, markup=False, highlight=False)
