"""Commands around the door in: fetching, trying out, doing again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallywatch.commands.common import app, counted_progress, local_settings, output, progress
from tallywatch.commands.data import FeedArgument


@app.command()
def fetch(feeds: FeedArgument = None) -> None:
    """Bring what is new at the sources of the feeds into the inbox; each file once.

    Where a feed's files lie stands in its contract (`servers`), how to get there in
    `TALLYWATCH_SOURCE_<NAME>`; see docs/sources.md. Next: **ingest**.
    """
    from ingest.pipeline import contract_of, feeds_in_order
    from ingest.sources.endpoints import endpoint_from_environment
    from ingest.sources.fetch import fetch_feed
    from tallywatch.errors import TallywatchError
    from tallywatch.tables import swept_table

    settings = local_settings()
    swept, failures = [], []
    with progress() as shown:
        task = shown.add_task("")
        for feed in feeds or feeds_in_order():
            shown.update(task, description=f"fetching {feed}")
            try:
                swept += fetch_feed(settings, contract_of(feed), endpoint_from_environment)
            except TallywatchError as error:
                failures.append(error)
    if swept:
        output.print(swept_table(swept))
    elif not failures:
        output.print("no source is named in the contracts of these feeds; see docs/sources.md")
    if failures:
        raise failures[0]


@app.command()
def conformance(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Any folder of files.")
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the results there as well.")
    ] = None,
) -> None:
    """Say what would become of every file of a folder if it were delivered.

    The feed is told from the content. Nothing is kept: everything happens in a scratch home, with
    consent taken as given. Locked files are tried with `<name>.password` beside them and with
    TALLYWATCH_FEED_PASSWORDS. Exit code 1 when rows were lost or something crashed; see
    docs/conformance.md.
    """
    from ingest.conformance.results import DEFECTS, as_document, summed
    from ingest.conformance.run import files_of, try_folder
    from ingest.files import write_json
    from tallywatch.conformance_report import conformance_report, conformance_summary
    from tallywatch.settings import load_feed_passwords

    with counted_progress() as shown:
        task = shown.add_task("trying files", total=len(files_of(folder)))
        results = try_folder(
            folder, passwords=load_feed_passwords(), on_result=lambda _: shown.advance(task)
        )
    for part in (*conformance_report(results, output.width), *conformance_summary(summed(results))):
        output.print(part)
    if json_file:
        write_json(json_file, as_document(results))
    if any(result.outcome in DEFECTS for result in results):
        raise typer.Exit(1)


@app.command()
def replay(
    delivery_id: Annotated[str | None, typer.Argument(help="One delivery; or name a feed.")] = None,
    feed: Annotated[
        str | None, typer.Option(help="All of the feed that is refused or has quarantined rows.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Only with this reason code, e.g. not_in_enum.")
    ] = None,
) -> None:
    """Screen landed deliveries again, after their contract was mended.

    What comes of it takes the place of what was loaded before, so that no row is there twice; the
    ledger counts the replays and the earlier reports are kept. Next: **build**.
    """
    from ingest.pipeline import contract_of, load_feed
    from ingest.replay import candidates
    from ingest.replay import replay as replay_one
    from tallywatch.tables import replay_table

    if (delivery_id is None) == (feed is None):
        raise typer.BadParameter("name either a delivery or --feed")
    settings = local_settings()
    if feed:
        load_feed(settings, feed)
    chosen = candidates(settings, feed, delivery_id, reason)
    replayed = []
    with counted_progress() as shown:
        task = shown.add_task("replaying", total=len(chosen))
        for of_feed, one in chosen:
            replayed.append(replay_one(settings, contract_of(of_feed), one))
            shown.advance(task)
    if not chosen:
        output.print("no such delivery in the ledger, or nothing of it is refused or quarantined")
        raise typer.Exit(1)
    output.print(replay_table(replayed))
