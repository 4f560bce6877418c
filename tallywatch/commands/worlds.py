"""Commands that invent people, and load what was invented."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallywatch.commands.common import app, counted_progress, local_settings, output, progress


@app.command()
def population(
    out: Annotated[Path, typer.Argument(help="A new or empty folder for rows and truth.")],
    people: Annotated[int, typer.Option(min=1, help="How many people, up to a million.")] = 20_000,
    days: Annotated[int, typer.Option(min=30, help="How many days of their lives.")] = 90,
    seed: Annotated[
        int, typer.Option(help="Same seed, same world. 900000 to 999999 are kept.")
    ] = 7,
    first_day: Annotated[str, typer.Option(help="First day as YYYY-MM-DD.")] = "2026-08-16",
    misuse: Annotated[
        int, typer.Option(help="How many of a million people are misused within 90 days.")
    ] = 18_000,
    feed: Annotated[
        list[str] | None, typer.Option(help="Write this feed only; may be repeated.")
    ] = None,
    evaluation: Annotated[
        str | None, typer.Option(help="A frozen evaluation world by name instead, e.g. scoreboard.")
    ] = None,
    files: Annotated[
        bool,
        typer.Option("--files", help="Write files for the door instead; the folder is the inbox."),
    ] = False,
    load: Annotated[
        bool, typer.Option("--load", help="Load the rows into the empty warehouse as well.")
    ] = False,
) -> None:
    """Invent many people as rows that have passed the door, with the truth about them beside.

    For scoring rules and for benchmarks: seconds for 20,000 people, minutes for a million. Writes
    Parquet: `raw/<feed>/`, `ledger/batches/`, and `truth/` with `events`, `incidents`, `decoys` and
    `people`. What is in the world and how the truth is laid out: docs/world.md. For files to take
    in through the door use **simulate**, or `--files` for some dozens of people: then the folder is
    the inbox and the truth is written beside it.
    """
    from ingest.tokens import Tokeniser
    from simulate.population import Plan, evaluation_plan, make_deliveries, make_population
    from tallywatch.populating import load_population

    if evaluation:
        plan = evaluation_plan(evaluation)
    else:
        feeds = frozenset(feed) if feed else None
        plan = Plan(people, days, seed, first_day, misuse, feeds)
    if files:
        with progress() as waiting:
            waiting.add_task("writing files")
            tokeniser = Tokeniser(local_settings().keys.token)
            made = make_deliveries(out, plan, tokeniser.token)
        output.print(f"{sum(made.rows.values()):,} records wait in {out}; next: tallywatch ingest")
        return
    with counted_progress() as shown:
        task = shown.add_task("blocks of people", total=len(plan.blocks))
        made = make_population(
            out, plan, on_block=lambda done, _: shown.update(task, completed=done)
        )
    rows = sum(made.rows.values())
    output.print(
        f"{rows:,} rows of {len(made.rows)} feeds, {made.truth['incidents']:,} incidents and "
        f"{made.truth['decoys']:,} look-alikes in {out}",
        soft_wrap=True,
    )
    if load:
        settings = local_settings()
        with progress() as waiting:
            waiting.add_task("loading")
            loaded = load_population(settings, out)
        output.print(f"{sum(loaded.values()):,} rows loaded; next: tallywatch build")
