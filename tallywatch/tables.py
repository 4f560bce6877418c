"""Tables for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from expectations.gates import GateReport
    from ingest.batch import BatchReport
    from ingest.replay import Replayed
    from ingest.sources.fetch import Swept


def batch_table(reports: Iterable[BatchReport]) -> Table:
    """A line per feed; refused deliveries get a line each, with what to do."""
    table = Table("feed", "deliveries", "accepted", "quarantined", "reasons", box=None)
    by_feed: dict[str, list[BatchReport]] = {}
    for report in reports:
        by_feed.setdefault(report.feed, []).append(report)
    for feed, batches in by_feed.items():
        reasons: Counter[str] = Counter()
        for batch in batches:
            for (column, reason), count in batch.reasons.items():
                reasons[f"{reason} ({column})" if column else reason] += count
        table.add_row(
            feed,
            str(len(batches)),
            f"{sum(b.accepted_records for b in batches):,}",
            f"{sum(b.rejected_records for b in batches):,}",
            ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(4)),
        )
        for batch in batches:
            if batch.is_refused:
                table.add_row(
                    "",
                    "[red]refused[/]",
                    "",
                    "",
                    f"{batch.reason_code}: {batch.found}; {batch.remedy}",
                )
    return table


def gate_table(reports: Iterable[GateReport]) -> Table:
    """A line per gate, and one per check that failed."""
    table = Table("gate", "result", "checks", "failed", "rows", "where", box=None)
    for report in reports:
        failed = [check for check in report.checks if not check.passed]
        result = "[green]passed[/]" if report.passed else "[red]stopped[/]"
        table.add_row(report.gate, result, str(len(report.checks)), str(len(failed)), "", "")
        for check in failed:
            table.add_row(
                "",
                check.severity,
                f"{check.table}.{check.column or '*'}",
                check.expectation,
                str(check.unexpected_count),
                ", ".join(check.where[:3]),
            )
    return table


def swept_table(swept: Iterable[Swept]) -> Table:
    """A line per source that was swept."""
    table = Table("feed", "source", "files there", "fetched", "bytes", "unfinished", box=None)
    for sweep in swept:
        numbers = (sweep.listed, sweep.fetched, sweep.fetched_bytes, sweep.unfinished)
        table.add_row(sweep.feed, sweep.source, *(f"{number:,}" for number in numbers))
    return table


def replay_table(replayed: Iterable[Replayed]) -> Table:
    """A line per delivery: what was loaded of it before and what is now."""
    table = Table("delivery", "feed", "accepted", "quarantined", "what", box=None)
    for done in replayed:
        before, after = done.before, done.after
        kept = done.kept_because is not None
        words = (
            f"kept as it was: {done.kept_because}" if kept else f"attempt {after.replay_count + 1}"
        )
        if after.is_refused and not kept:
            words += f", refused: {after.reason_code}"
        now = before if kept else after
        table.add_row(
            before.delivery_id,
            before.feed,
            f"{before.accepted_records:,} → {now.accepted_records:,}",
            f"{before.rejected_records:,} → {now.rejected_records:,}",
            words,
        )
    return table
