"""The committed scoreboard: figures of every rule and of incidents on frozen worlds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from simulate.population import evaluation_plan, make_population
from tallywatch.scoring.judge import Figures
from tallywatch.scoring.table import markdown_table
from tallywatch.scoring.world_score import score_world
from tallywatch.settings import REPOSITORY

SCOREBOARD = REPOSITORY / "bench" / "scoreboard.json"
FLOORS = REPOSITORY / "bench" / "score_floors.csv"
PAGE = REPOSITORY / "docs" / "reference" / "scoreboard.md"
SMALL = "small_scoreboard"
COMPARED = ("precision", "first_alert_precision", "recall", "episode_recall")
DELAYS = ("median_delay_hours", "p90_delay_hours")
SLACK = 0.0005
"""Figures are rounded when they are written; a drop is more than that."""


@dataclass(frozen=True)
class Floor:
    """What a live rule must reach; none with a reason why it cannot be measured."""

    rule_id: str
    world: str
    min_precision: float | None
    min_recall: float | None
    reason: str


def score_evaluation_world(
    name: str,
    *,
    memory_limit: str = "4GB",
    threads: int = 2,
    step: Callable[[str], None] = lambda told: None,
) -> list[Figures]:
    """Make the frozen world of that name and judge the project's models on it.

    Raises:
        TerminalError: there is no such world.
    """
    with TemporaryDirectory(prefix="tallywatch-scoreboard-") as folder:
        world, scratch = Path(folder) / "world", Path(folder) / "scratch"
        scratch.mkdir()
        step(f"making the world {name}")
        make_population(world, evaluation_plan(name))
        return score_world(world, scratch, memory_limit=memory_limit, threads=threads, step=step)


def read_scoreboard(path: Path = SCOREBOARD) -> dict[str, list[Figures]]:
    """Figures by world, as they are committed."""
    document = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {world: [Figures(**row) for row in rows] for world, rows in document.items()}


def write_scoreboard(
    boards: Mapping[str, Sequence[Figures]], path: Path = SCOREBOARD, page: Path = PAGE
) -> None:
    """Write the figures and the page that is derived from them."""
    document = {world: [_rounded(row) for row in boards[world]] for world in sorted(boards)}
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    page.write_text(scoreboard_page(read_scoreboard(path)), encoding="utf-8")


def scoreboard_page(boards: Mapping[str, Sequence[Figures]]) -> str:
    """The scoreboard as a page."""
    parts = [
        "# Scoreboard\n\n"
        "Derived by `make score` from the frozen evaluation worlds; do not edit. What the columns "
        "mean: [scoring](../scoring.md). A precision is that of unsuppressed flags; delays count "
        "from the first planted event until the data that shows it had arrived, which for credit "
        "reports is weeks.\n"
    ]
    for world in sorted(boards):
        plan = evaluation_plan(world)
        parts.append(
            f"## {world}\n\n{plan.people:,} people, {plan.days} days from {plan.first_day}, "
            f"{plan.misuse_ppm:,} of a million misused within 90 days.\n\n"
            + markdown_table(boards[world])
        )
    return "\n".join(parts)


def read_floors(path: Path = FLOORS) -> dict[str, Floor]:
    """Floors by rule."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["rule_id"]: Floor(
                row["rule_id"],
                row["world"],
                _number(row["min_precision"]),
                _number(row["min_recall"]),
                row["reason"],
            )
            for row in csv.DictReader(file)
        }


def drops(committed: Sequence[Figures], measured: Sequence[Figures]) -> list[str]:
    """What fell against the committed figures, in words; empty when nothing did."""
    now = {figures.detector: figures for figures in measured}
    fallen = []
    for before in committed:
        after = now.get(before.detector)
        if after is None:
            fallen.append(f"{before.detector} is no longer judged")
            continue
        # Where nothing is planted for a rule, a true flag is a coincidence.
        if before.recall is None:
            continue
        for name in COMPARED:
            was, has = getattr(before, name), getattr(after, name)
            if was is not None and (has is None or has < was - SLACK):
                told = "nothing to judge" if has is None else f"{has:.4f}"
                fallen.append(f"{before.detector}: {name} fell from {was:.4f} to {told}")
        for name in DELAYS:
            was, has = getattr(before, name), getattr(after, name)
            if was is not None and has is not None and has > was + 0.05:
                fallen.append(f"{before.detector}: {name} rose from {was:.1f} to {has:.1f}")
    return fallen


def below_floor(floor: Floor, figures: Figures) -> list[str]:
    """Which floors a rule misses, in words."""
    wanted = (("precision", floor.min_precision), ("recall", floor.min_recall))
    return [
        f"{floor.rule_id}: {name} {value} is below its floor {least}"
        for name, least in wanted
        if least is not None
        for value in [getattr(figures, name)]
        if value is None or value < least
    ]


def _rounded(figures: Figures) -> dict[str, object]:
    row = asdict(figures)
    for name, value in row.items():
        if isinstance(value, float):
            row[name] = round(value, 1 if name in DELAYS else 4)
    return row


def _number(text: str) -> float | None:
    return float(text) if text else None
