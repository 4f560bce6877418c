"""Commands that say how good the detection is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tallywatch.commands.common import app, output, progress
from tallywatch.errors import TerminalError


@app.command()
def score(
    transactions: Annotated[Path, typer.Option(help="CSV or Parquet, one row per transaction.")],
    labels: Annotated[
        Path | None,
        typer.Option(help="Labels by transaction id, when they are no column of the transactions."),
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="YAML that says which column is what.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the table and every transaction's score.")
    ] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Labels become known days later, as answers do.")
    ] = False,
    memory_limit: Annotated[str, typer.Option(help="Of the scratch warehouse.")] = "4GB",
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Run the bank rules and the movement score on a labelled file, beside an IsolationForest.

    The columns are told by their usual names or by a small map: see docs/scoring.md.
    """
    from tallywatch.scoring.file_score import SCORE, score_file
    from tallywatch.scoring.table import share, terminal_table, type_table

    with progress() as shown:
        task = shown.add_task("starting")
        result = score_file(
            transactions,
            labels,
            map_file,
            out=out,
            feedback=feedback,
            memory_limit=memory_limit,
            threads=threads,
            step=lambda told: shown.update(task, description=told),
        )
    read = result.intake
    if not read.misuse:
        raise TerminalError(
            "no labelled transaction", "labels that say misuse", "look at the map's label columns"
        )
    columns = ", ".join(
        f"{name}: {' + '.join(each)}" for name, each in read.columns.columns.items()
    )
    output.print(f"read as {columns}", highlight=False)
    output.print(
        f"{read.rows:,} transactions of {read.people:,} people, {read.misuse:,} "
        f"({share(read.misuse / read.rows)}) of them misuse; one unit of the file counts as "
        f"{read.yuan_per_unit:.4g} yuan",
        highlight=False,
    )
    for count, what in (
        (read.left_out, "rows left out: no person, time or amount that can be read"),
        (read.idle_labels, "labels left out: their id is no transaction's"),
    ):
        if count:
            output.print(f"{count:,} {what}", highlight=False)
    # A pipe has 80 columns by default, in which the figures would be cut off.
    wide = Console(width=max(output.width, 132))
    wide.print(terminal_table(result.figures, "detection"))
    by_type = type_table(result.figures)
    if by_type is not None:
        wide.print(by_type)
    for reason, count in result.cannot_judge.items():
        output.print(f"a rule could not judge {count:,} transactions: {reason}")
    ours = result.named(SCORE).average_precision or 0.0
    best = max(each.average_precision or 0.0 for each in result.forests)
    output.print(
        f"average precision: score {ours:.3f}, {result.forest} {best:.3f} "
        f"(sees {result.forests_see[result.forest]}): {ours / best:.2f} times",
        highlight=False,
    )
    if out is not None:
        output.print(f"wrote {out}")
