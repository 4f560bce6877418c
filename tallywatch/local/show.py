"""What the demo shows while it works: a live list on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

PLAIN_TITLE_WIDTH = 34


@dataclass
class Step:
    """One line of the list. `seconds` is None while it works."""

    title: str
    started: float
    plain: Console | None
    detail: str = ""
    seconds: float | None = None
    has_failed: bool = False

    def update(self, detail: str) -> None:
        """Say what is being done now."""
        if detail != self.detail:
            self.detail = detail
            self.say(detail)

    def say(self, detail: str) -> None:
        """Print a line where there is no live list."""
        if self.plain:
            elapsed = time.monotonic() - self.started
            line = f"{self.title:<{PLAIN_TITLE_WIDTH}} {elapsed:6.1f} s  {detail}"
            self.plain.print(line, soft_wrap=True, highlight=False, markup=False)


@dataclass
class Show:
    """The steps so far; use as a context manager around all of them."""

    console: Console = field(default_factory=Console)
    steps: list[Step] = field(default_factory=list)
    live: Live | None = None

    @contextmanager
    def running(self) -> Iterator[Show]:
        """Keep the list on the screen until the block is left."""
        if not self.console.is_terminal:
            yield self
            return
        with Live(get_renderable=self._list, console=self.console, refresh_per_second=8) as live:
            self.live = live
            yield self
            live.refresh()
        self.live = None

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """A step that lasts as long as the block and fails when the block does."""
        step = Step(title, time.monotonic(), None if self.live else self.console)
        self.steps.append(step)
        step.say("…")
        try:
            yield step
        except BaseException:
            step.has_failed = True
            raise
        finally:
            step.seconds = time.monotonic() - step.started
        step.say(f"done{f', {step.detail}' if step.detail else ''}")

    def _list(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for step in self.steps:
            table.add_row(_mark(step), step.title, _seconds(step), Text(step.detail, style="dim"))
        return table


def _mark(step: Step) -> Text | Spinner:
    if step.seconds is None:
        return Spinner("dots", style="cyan")
    return Text("✗", style="bold red") if step.has_failed else Text("✓", style="bold green")


def _seconds(step: Step) -> Text:
    seconds = step.seconds if step.seconds is not None else time.monotonic() - step.started
    return Text(f"{seconds:5.1f} s", style="dim")
