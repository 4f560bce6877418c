"""Commands for those who extend the pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallywatch.commands.common import app, local_settings, output, progress
from tallywatch.settings import REPOSITORY


@app.command()
def keys(
    path: Annotated[Path | None, typer.Option(help="Where to write them.")] = None,
) -> None:
    """Make new random keys for a local trial, in a file that git ignores."""
    from tallywatch.keys import LOCAL_KEYS, write_new_keys

    target = path or LOCAL_KEYS
    if target.exists():
        output.print(f"{target} is there already; it is never overwritten, since it sealed data.")
        return
    output.print(f"wrote {write_new_keys(target)}; whoever has it can read what it seals")


@app.command()
def seal() -> None:
    """Bring the warehouse and the releases under TALLYWATCH_DATABASE_KEY.

    Seals plain files; changes the key of those sealed with TALLYWATCH_DATABASE_KEY_PREVIOUS;
    without a key, makes them plain again. Run it while nothing else runs.
    """
    from publish.sealing import seal_databases

    settings = local_settings()
    with progress() as shown:
        shown.add_task("rewriting the databases")
        rewritten = seal_databases(settings)
    for path in rewritten:
        output.print(f"rewrote {path.relative_to(settings.home)}")
    output.print(f"{len(rewritten)} files rewritten; the others were under this key already")


@app.command()
def derive(
    check: Annotated[
        bool, typer.Option("--check", help="Only name what is stale; exit 1 if any.")
    ] = False,
) -> None:
    """Write the committed files that are derived from the contracts."""
    from tallywatch.derive import stale_files, write_derived

    paths = stale_files() if check else write_derived()
    for path in paths:
        output.print(f"{'stale' if check else 'wrote'} {path.relative_to(REPOSITORY)}")
    if check and paths:
        raise typer.Exit(1)


@app.command()
def new_feed(
    name: Annotated[str, typer.Argument(help="Short name, e.g. partner_invoices.")],
    sample: Annotated[
        Path | None,
        typer.Option("--from", exists=True, dir_okay=False, help="A file as it will come."),
    ] = None,
    scope: Annotated[
        str | None, typer.Option(help="Grant that the rows need, e.g. bank_statements.")
    ] = None,
) -> None:
    """Scaffold a feed: its contract and its staging model.

    With a sample (CSV, XLSX, XLS, JSON Lines, Parquet) its columns are profiled: types, keys, short
    code lists, identifiers; a test with a made-up file of the same layout comes as well. No value
    of the sample is kept but those of code lists: read the contract before you commit it.
    """
    from tallywatch.scaffold import scaffold_feed

    if sample is None:
        _made(scaffold_feed(name), "describe its columns, then run `tallywatch derive`")
        return
    made = scaffold_feed(name, sample=sample, consent_scope=scope)
    _made(made, "check names, identifiers and code lists in the contract, then `tallywatch derive`")


@app.command()
def new_rule(
    rule_id: Annotated[str, typer.Argument(help="Id, e.g. IM-BK-040.")],
    name: Annotated[str, typer.Argument(help="What it finds, e.g. round_amounts.")],
) -> None:
    """Scaffold an anomaly rule: model, metadata with unit tests, threshold row."""
    from tallywatch.scaffold import scaffold_rule

    _made(scaffold_rule(rule_id, name), "write its SQL and unit tests; it starts in shadow")


@app.command()
def new_deal_type(
    name: Annotated[str, typer.Argument(help="Name, e.g. flat_per_deal.")],
) -> None:
    """Scaffold a deal type: model and metadata with unit tests, and the allowed value."""
    from tallywatch.scaffold import scaffold_deal_type

    _made(scaffold_deal_type(name), "write its SQL and unit tests")


def _made(paths: list[Path], next_step: str) -> None:
    for path in paths:
        output.print(f"wrote {path.relative_to(REPOSITORY)}")
    output.print(f"next: {next_step}")
