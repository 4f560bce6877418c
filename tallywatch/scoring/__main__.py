"""`make score`: judge the rules on frozen worlds and write the committed table."""

from __future__ import annotations

import sys

from rich.console import Console

from simulate.population import EVALUATION_WORLDS
from tallywatch.scoring.scoreboard import (
    drops,
    read_scoreboard,
    score_evaluation_world,
    write_scoreboard,
)
from tallywatch.scoring.table import terminal_table

USUAL_WORLDS = ("small_scoreboard", "scoreboard")


def main(worlds: list[str]) -> None:
    """Judge the worlds named, or the usual two, tell what fell, and write the table."""
    console = Console(width=max(Console().width, 120))
    boards = read_scoreboard()
    for world in worlds or USUAL_WORLDS:
        if world not in EVALUATION_WORLDS:
            console.print(f"no world {world!r}; there are {', '.join(sorted(EVALUATION_WORLDS))}")
            sys.exit(2)
        with console.status(world) as shown:
            figures = score_evaluation_world(world, step=shown.update)
        console.print(terminal_table(figures, world))
        for fallen in drops(boards.get(world, []), figures):
            console.print(f"[bold red]fell:[/] {fallen}", highlight=False)
        boards[world] = figures
        write_scoreboard(boards)
    console.print("wrote bench/scoreboard.json and docs/reference/scoreboard.md")


if __name__ == "__main__":
    main(sys.argv[1:])
