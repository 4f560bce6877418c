"""The state of the feeds for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from publish.feed_status_model import FeedsStatus, FeedStatus, Freshness
from tallywatch.clock import SHANGHAI

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = ("feed", "last delivery", "fresh", "files", "accepted", "quarantined")
COUNT_WIDTHS = (6, 9, 11)
INDENT = 4
REASONS_SHOWN = 3
STYLES = {Freshness.FRESH: "green", Freshness.LATE: "red", Freshness.NEVER: "dim"}


def render_feeds(status: FeedsStatus, console: Console) -> None:
    """Print a line per feed that delivered, below it what to look at, and who never delivered.

    Lines fit into a terminal of 80 columns.
    """
    from rich.padding import Padding
    from rich.text import Text

    width = max((len(feed.feed) for feed in status.delivering), default=0)
    console.print(Text(_line(width, HEADINGS), "bold"))
    for feed in status.delivering:
        last = feed.last_received_at
        cells = (
            feed.feed,
            f"{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if last else "",
            f"{feed.freshness}, {feed.freshness_days} d",
            f"{feed.delivery_count:,}",
            f"{feed.accepted_records:,}",
            f"{feed.rejected_records:,}",
        )
        line = Text(_line(width, cells))
        line.highlight_words([str(feed.freshness)], STYLES[feed.freshness])
        console.print(line)
        if words := _words(feed):
            console.print(Padding(Text("; ".join(words), "dim"), (0, 0, 0, INDENT)))
    if status.silent:
        names = ", ".join(feed.feed for feed in status.silent)
        console.print(f"[dim]never delivered ({len(status.silent)}): {names}[/]")


def _line(width: int, cells: Sequence[str]) -> str:
    feed, last, fresh, *counts = cells
    texts = [f"{feed:<{width}}", f"{last:<16}", f"{fresh:<12}"]
    texts += [f"{count:>{size}}" for count, size in zip(counts, COUNT_WIDTHS, strict=True)]
    return " ".join(texts)


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
