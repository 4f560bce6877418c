"""The way of a delivery from the inbox to the warehouse, in steps that may each be repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.batch import BatchReport, read_report, report_path
from ingest.contracts import Contract, read_contracts
from ingest.files import remove_abandoned
from ingest.landing import Delivered, land, read_landed, sweep
from ingest.screen import screen
from ingest.warehouse import load, prepare
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse


@dataclass(frozen=True)
class Taken:
    """What one run took in of a feed: reports of what is new, and how many files were not."""

    feed: str
    reports: tuple[BatchReport, ...]
    repeated_files: int = 0


def contract_of(feed: str) -> Contract:
    """The contract of a feed.

    Raises:
        TerminalError: there is none of that name; lists those there are.
    """
    contracts = read_contracts()
    if feed not in contracts:
        raise TerminalError(
            f"feed {feed!r}", f"one of {', '.join(contracts)}", "use a name from ingest/feeds/"
        )
    return contracts[feed]


def feeds_in_order() -> list[str]:
    """Feeds in the order to ingest them: grants before the feeds that are judged by them."""
    contracts = read_contracts().values()
    return [c.feed for c in sorted(contracts, key=lambda c: (c.consent_scope is not None, c.feed))]


def land_and_screen_feed(
    settings: Settings, feed: str, deliveries: Iterable[Delivered] | None = None
) -> Taken:
    """Land and screen what waits in the feed's inbox, or `deliveries`; needs no warehouse.

    A file from the inbox is removed once its bytes are landed. A file that is refused is reported
    and does not keep the next one from being processed. What an earlier run landed and did not
    screen, because it was killed, is screened now.
    """
    contract = contract_of(feed)
    for folder in (settings.landing, settings.lake / feed):
        remove_abandoned(folder)
    reports = [
        screen(settings, contract, read_landed(folder))
        for folder in sorted((settings.landing / feed).glob("d*"))
        if not report_path(settings, feed, folder.name).exists()
    ]
    repeated = 0
    for delivery in sweep(settings, contract) if deliveries is None else deliveries:
        try:
            landed = land(settings, delivery)
        except FileNotFoundError:
            if deliveries is not None:
                raise
            continue
        report = screen(settings, contract, landed)
        if landed.is_new:
            reports.append(report)
        else:
            repeated += 1
        if deliveries is None:
            delivery.path.unlink(missing_ok=True)
    return Taken(feed, tuple(reports), repeated)


def load_feed(settings: Settings, feed: str) -> list[BatchReport]:
    """Load every screened delivery of the feed that the ledger does not have yet."""
    contracts = read_contracts()
    contract = contract_of(feed)
    paths = report_path(settings, feed, "").parent.glob("d*.json")
    with open_warehouse(settings) as warehouse:
        prepare(warehouse, contracts.values())
        known = {
            row[0]
            for row in warehouse.execute(
                "select delivery_id from ledger.batches where feed = ?", [feed]
            ).fetchall()
        }
        reports = [read_report(path) for path in paths if path.stem not in known]
        reports.sort(key=lambda report: (report.received_at, report.delivery_id))
        return [r for r in reports if load(warehouse, settings, contract, r)]


def ingest_feed(settings: Settings, feed: str) -> list[BatchReport]:
    """Take in and load everything that waits for one feed; returns what was loaded or refused."""
    land_and_screen_feed(settings, feed)
    return load_feed(settings, feed)
