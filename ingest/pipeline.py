"""The way of a delivery from the inbox to the warehouse, in steps that may each be repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.batch import BatchReport, read_report, report_path
from ingest.contracts import Contract, read_contracts
from ingest.files import remove_abandoned
from ingest.judge import Judge
from ingest.land_many import land_many
from ingest.landing import Delivered, Landed, read_landed, sweep
from ingest.passwords import remove_abandoned_sidecars, sidecar_of
from ingest.replay import finish_replays
from ingest.screen_many import AT_ONCE, screen_many
from ingest.warehouse import load_new, prepare
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
    remove_abandoned_sidecars(settings.inbox / feed)
    waiting = sweep(settings, contract) if deliveries is None else list(deliveries)
    reports: list[BatchReport] = []
    repeated = 0
    with Judge(settings, contract) as judge:
        reports += screen_many(settings, contract, _unfinished(settings, feed), judge)
        for start in range(0, len(waiting), AT_ONCE):
            group = land_many(settings, waiting[start : start + AT_ONCE])
            readable = [landed for landed in group.landed if not landed.is_shredded]
            screened = screen_many(settings, contract, readable, judge)
            new = {landed.delivery_id for landed in readable if landed.is_new}
            taken = {report.delivery_id: report for report in screened}
            reports += (report for name, report in taken.items() if name in new)
            repeated += len(group.landed) - len(new)
            if deliveries is None:
                for delivery in group.deliveries:
                    delivery.path.unlink(missing_ok=True)
                    sidecar_of(delivery.path).unlink(missing_ok=True)
            for error in group.errors:
                # What is gone from an inbox, another run took in.
                if deliveries is not None or not isinstance(error, FileNotFoundError):
                    raise error
    return Taken(feed, tuple(reports), repeated)


def _unfinished(settings: Settings, feed: str) -> list[Landed]:
    """What an earlier run landed and did not screen."""
    return [
        landed
        for folder in sorted((settings.landing / feed).glob("d*"))
        if not report_path(settings, feed, folder.name).exists()
        and not (landed := read_landed(folder)).is_shredded
    ]


def load_feed(settings: Settings, feed: str) -> list[BatchReport]:
    """Load every screened delivery of the feed that the ledger does not have yet."""
    contracts = read_contracts()
    contract = contract_of(feed)
    paths = report_path(settings, feed, "").parent.glob("d*.json")
    with open_warehouse(settings) as warehouse:
        prepare(warehouse, contracts.values())
        finish_replays(warehouse, settings, contract)
        reports = [read_report(path) for path in _unloaded(warehouse, feed, paths)]
        reports.sort(key=lambda report: (report.received_at, report.delivery_id))
        return load_new(warehouse, settings, contract, reports)


def _unloaded(warehouse: duckdb.DuckDBPyConnection, feed: str, paths: Iterable[Path]) -> list[Path]:
    """Reports of deliveries that the ledger does not have."""
    query = "select delivery_id from ledger.batches where feed = ?"
    known = {name for (name,) in warehouse.execute(query, [feed]).fetchall()}
    return [path for path in paths if path.stem not in known]


def ingest_feed(settings: Settings, feed: str) -> list[BatchReport]:
    """Take in and load everything that waits for one feed; returns what was loaded or refused."""
    land_and_screen_feed(settings, feed)
    return load_feed(settings, feed)
