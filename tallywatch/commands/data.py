"""Commands that move data: from deliveries to a release and what people read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from tallywatch.commands.common import app, local_settings, output, progress
from tallywatch.settings import Settings

FeedArgument = Annotated[
    list[str] | None,
    typer.Argument(help="Feeds, as named in ingest/feeds/. All when none is given."),
]


@app.command()
def simulate(
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 300,
    partners: Annotated[int, typer.Option(min=1, help="How many partners.")] = 4,
    seed: Annotated[int, typer.Option(help="Same seed, same world.")] = 7,
    first_month: Annotated[str, typer.Option(help="First month as YYYY-MM.")] = "2026-09",
    months: Annotated[int, typer.Option(min=1, help="How many months.")] = 2,
) -> None:
    """Invent a service and deliver its files into the inbox, the truth about them beside it."""
    from ingest.tokens import Tokeniser
    from simulate.world import simulate as make_world

    settings = local_settings()
    with progress() as shown:
        shown.add_task("simulating")
        make_world(
            settings.inbox,
            people=people,
            partners=partners,
            seed=seed,
            first_month=first_month,
            months=months,
            token_of=Tokeniser(settings.keys.token).token,
        )
    output.print(f"deliveries wait in {settings.inbox}; next: tallywatch ingest")


@app.command()
def ingest(
    feeds: FeedArgument = None,
    file: Annotated[
        Path | None,
        typer.Option(help="One file to take in for the one feed named; it is left in place."),
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option("--with", help="Attribute of that file, e.g. authorisation_id=A0000012."),
    ] = None,
) -> None:
    """Take deliveries in: each is loaded once or refused, each row accepted or quarantined.

    Deliveries wait in `inbox/<feed>/`, attributes as folders:
    `inbox/alipay_bills/authorisation_id=A0000012/bill.csv`.
    """
    from ingest.landing import delivered
    from ingest.pipeline import contract_of, feeds_in_order, land_and_screen_feed, load_feed
    from tallywatch.tables import batch_table

    settings = local_settings()
    if file and not file.exists():
        raise typer.BadParameter(f"there is no file {file}", param_hint="--file")
    names = feeds or feeds_in_order()
    if file and len(names) != 1:
        raise typer.BadParameter("--file needs exactly one feed")
    reports, repeated = [], 0
    with progress() as shown:
        task = shown.add_task("")
        for feed in names:
            shown.update(task, description=f"taking in {feed}")
            pairs = tuple(sorted(_pair(text) for text in attribute or ()))
            files = [delivered(contract_of(feed), file, pairs)] if file else None
            repeated += land_and_screen_feed(settings, feed, files).repeated_files
            shown.update(task, description=f"loading {feed}")
            reports += load_feed(settings, feed)
    output.print(batch_table(reports))
    accepted = sum(r.accepted_records for r in reports)
    rejected = sum(r.rejected_records for r in reports)
    refused = sum(r.is_refused for r in reports)
    output.print(
        f"{len(reports)} deliveries new ({refused} refused), {repeated} seen before; "
        f"{accepted:,} rows accepted, {rejected:,} quarantined"
    )


@app.command()
def build(
    select: Annotated[
        str | None, typer.Option(help="dbt selection; everything when not given.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option(help="Rebuild incremental models from raw.")
    ] = False,
) -> None:
    """Compute flags, alerts and commission: one `dbt build` over the warehouse."""
    from tallywatch.build import build as run_build

    with progress() as shown:
        shown.add_task("building the models")
        report = run_build(local_settings(), select=select, full_refresh=full_refresh)
    output.print(
        f"{report.passed} passed, {report.warned} warned, {report.failed} failed, "
        f"{report.skipped} skipped in {report.seconds:.1f} s"
    )
    for failure in report.failures:
        output.print(f"  failed: {failure}", markup=False)
    if not report.succeeded:
        raise typer.Exit(1)


@app.command()
def check(
    gate: Annotated[str, typer.Argument(help="raw, release or all.")] = "all",
) -> None:
    """Run the gates: Great Expectations over raw data and over what would be released."""
    from expectations.gates import GateReport, check_raw, check_release
    from expectations.page import write_page
    from tallywatch.tables import gate_table

    settings = local_settings()
    runs: dict[str, Callable[[Settings], GateReport]] = {
        "raw": check_raw,
        "release": check_release,
    }
    if gate not in {*runs, "all"}:
        raise typer.BadParameter("must be raw, release or all")
    reports = []
    with progress() as shown:
        task = shown.add_task("")
        for name, run in runs.items():
            if gate in {name, "all"}:
                shown.update(task, description=f"gate {name}")
                reports.append(run(settings))
    output.print(gate_table(reports))
    output.print(f"page: {write_page(settings)}")
    if not all(report.passed for report in reports):
        raise typer.Exit(1)


@app.command()
def release() -> None:
    """Write what the gates let through as a new release and make it the current one."""
    from publish.release import make_release

    made = make_release(local_settings())
    output.print(f"release {made.release_id} in {made.path}", soft_wrap=True)


@app.command()
def status(
    html: Annotated[
        Path | None, typer.Option(help="Write the state of the feeds as one HTML file.")
    ] = None,
) -> None:
    """Show how every feed is doing, and what the current release knows.

    Of a feed: the last delivery and whether it is late, rows accepted and quarantined, refusals
    with their reasons, drift, declared figures that differ, replays.
    """
    from publish.feed_status import feeds_status
    from publish.feed_status_page import write_feeds_page
    from publish.feed_status_text import render_feeds
    from publish.release import current_release
    from publish.summary import render, summarise

    settings = local_settings()
    feeds = feeds_status(settings)
    render_feeds(feeds, output)
    if html:
        output.print(f"page: {write_feeds_page(html, feeds)}", soft_wrap=True)
    if current_release(settings):
        render(summarise(settings), output)
    else:
        output.print("no release yet; next: tallywatch build, check, release")


@app.command()
def rebuild() -> None:
    """Make the raw tables anew from the lake and the postings from their chain."""
    from ingest.rebuild import rebuild_raw
    from publish.close import rebuild as rebuild_postings

    settings = local_settings()
    rows = rebuild_raw(settings)
    rebuild_postings(settings)
    output.print(f"{sum(rows.values()):,} rows in {len(rows)} raw tables; next: tallywatch build")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter("--with takes name=value")
    return name, value
