"""A summary for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from publish.labels import english
from publish.summary_model import Summary
from tallywatch.money import yuan

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SHOWN_REASONS = 3


def render(summary: Summary, console: Console) -> None:
    """Print the summary: what came in, what was found, what is owed, and where the files lie."""
    for table in (_feeds(summary), _rules(summary), _commission(summary), _gates(summary)):
        if table.row_count:
            console.print()
            console.print(table)
    _files(summary, console)


def _table(title: str, *headings: str, numbers: Iterable[str] = ()) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
    )
    for heading in headings:
        number = heading in numbers
        table.add_column(heading, justify="right" if number else "left", no_wrap=number)
    return table


def _feeds(summary: Summary) -> Table:
    numbers = ("deliveries", "accepted", "quarantined")
    table = _table("Deliveries in", "feed", *numbers, "why", numbers=("feed", *numbers))
    table.columns[0].justify = "left"
    reasons: dict[str, Counter[str]] = {}
    for reject in summary.rejects:
        reasons.setdefault(reject.feed, Counter())[reject.reason_code] += reject.fault_count
    for feed in summary.feeds:
        common = reasons.get(feed.feed, Counter()).most_common(SHOWN_REASONS)
        why = [f"{count:,} {reason}" for reason, count in common]
        if feed.refused_count:
            why.insert(0, f"{feed.refused_count:,} delivery refused")
        table.add_row(
            feed.feed,
            f"{feed.delivery_count:,}",
            f"{feed.accepted_records:,}",
            _warn(feed.rejected_records),
            "\n".join(why),
        )
    if table.row_count:
        table.add_section()
        table.add_row(
            "all",
            f"{summary.delivery_count:,}",
            f"{summary.accepted_records:,}",
            _warn(summary.rejected_records),
            style="bold",
        )
    return table


def _rules(summary: Summary) -> Table:
    numbers = ("alerts", "live", "suppressed", "shadow", "not judged")
    table = _table("Anomaly rules: alerts and flags", "rule", "name", *numbers, numbers=numbers)
    for rule in summary.rules:
        table.add_row(
            rule.rule_id,
            rule.rule_name_en,
            f"{rule.alert_count:,}",
            f"{rule.live_count:,}",
            f"{rule.suppressed_count:,}",
            f"{rule.shadow_count:,}",
            f"{rule.unjudged_count:,}",
        )
    return table


def _commission(summary: Summary) -> Table:
    numbers = ("lines", "gross yuan")
    table = _table(
        "Commission, tax included",
        "partner",
        "name",
        "direction",
        "month",
        *numbers,
        numbers=numbers,
    )
    for row in summary.commissions:
        table.add_row(
            row.partner_id,
            escape(row.partner_name),
            english(row.direction_code),
            row.month if row.is_closed else f"{row.month} (open)",
            f"{row.line_count:,}",
            yuan(row.gross_fen),
            style="" if row.is_closed else "dim",
        )
    return table


def _gates(summary: Summary) -> Table:
    numbers = ("checks", "stopping", "warnings")
    table = _table("Gates", "gate", "result", *numbers, "found", numbers=numbers)
    for gate in summary.gates:
        digest = gate.digest
        shown = [f"{check.table}: {check.expectation}" for check in gate.failures[:SHOWN_REASONS]]
        table.add_row(
            gate.gate,
            "[green]passed[/]" if gate.passed else "[red]stopped[/]",
            f"{len(gate.checks):,}",
            _warn(digest["failed_blocking"]),
            _warn(digest["failed_warning"]),
            escape("\n".join(shown)),
        )
    return table


def _files(summary: Summary, console: Console) -> None:
    lines = [("release", summary.release_path)]
    lines += [("statement", path) for path in summary.statements]
    lines += [
        (f"{extract.name} for {extract.consumer}, {extract.row_count} rows", extract.path)
        for extract in summary.extracts
    ]
    if summary.quality_page:
        lines.append(("data quality", summary.quality_page))
    console.print()
    for what, path in lines:
        _print_path(console, what, path)
    console.print()
    for hint in hints(summary):
        console.print(f"[dim]try next:[/] {hint}", highlight=False)


def hints(summary: Summary) -> list[str]:
    """What is worth doing next, given what the summary shows; commands to type."""
    found = []
    months = sorted({row.month for row in summary.commissions if not row.is_closed})
    if not summary.gates_passed:
        found.append(
            "tallywatch check   (a gate stopped or never ran; this is the last good release)"
        )
    if summary.rejected_records or summary.refused_count:
        found.append("tallywatch ingest   (after the sender has mended what is quarantined)")
    if months:
        found.append(f"tallywatch close {months[0]} --requested-by <you>   (the oldest open month)")
    if not summary.extracts:
        found.append("tallywatch extract alerts_open   (alerts since the last pull)")
    if not summary.statements and any(row.is_closed for row in summary.commissions):
        closed = max(row.month for row in summary.commissions if row.is_closed)
        found.append(f"tallywatch statement {closed}   (XLSX and CSV per partner)")
    return found or ["tallywatch extract alerts_open   (alerts since the last pull)"]


def _warn(count: int) -> str:
    return f"[yellow]{count:,}[/]" if count else "0"


def _print_path(console: Console, what: str, path: Path) -> None:
    console.print(f"[dim]{what}:[/] {path}", soft_wrap=True, highlight=False)
