"""The state of the feeds for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape

from publish.feed_status_model import FeedsStatus, FeedStatus, Freshness
from tallywatch.clock import SHANGHAI

if TYPE_CHECKING:
    from rich.console import Console

REASONS_SHOWN = 3
STYLES = {Freshness.FRESH: "green", Freshness.LATE: "red", Freshness.NEVER: "dim"}


def render_feeds(status: FeedsStatus, console: Console) -> None:
    """Print a line per feed that delivered, and the names of those that never did."""
    from rich.table import Table

    table = Table(
        *("feed", "last delivery", "fresh", "deliveries", "accepted", "quarantined", "to look at"),
        title="Feeds",
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
    )
    for position in (3, 4, 5):
        table.columns[position].justify = "right"
    for feed in status.delivering:
        last = feed.last_received_at
        table.add_row(
            feed.feed,
            f"{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if last else "",
            f"[{STYLES[feed.freshness]}]{feed.freshness}[/] [dim]({feed.freshness_days} d)[/]",
            f"{feed.delivery_count:,}",
            f"{feed.accepted_records:,}",
            f"{feed.rejected_records:,}",
            escape("\n".join(_words(feed))),
        )
    console.print(table)
    if status.silent:
        names = ", ".join(feed.feed for feed in status.silent)
        console.print(f"[dim]never delivered ({len(status.silent)}): {names}[/]")


def _words(feed: FeedStatus) -> list[str]:
    words = []
    reasons = Counter(refusal.reason_code for refusal in feed.refusals)
    if feed.refused_count:
        words.append(f"{feed.refused_count:,} refused: {', '.join(sorted(reasons))}")
    words += [
        f"{fault.fault_count:,} {fault.reason_code}"
        + (f" ({fault.column_name})" if fault.column_name else "")
        for fault in feed.faults[:REASONS_SHOWN]
    ]
    words += [f"unknown headers: {', '.join(seen.headers)}" for seen in feed.drift[:1]]
    if feed.differences:
        words.append(f"{len(feed.differences):,} declared figures differ")
    if feed.replay_count:
        words.append(f"replayed {feed.replay_count:,} times")
    return words
