"""A backtest as people read it in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tallywatch.backtest.report import Backtest

SHOWN_DAYS = 14
KEY_LENGTH = 16


def render_backtest(report: Backtest, console: Console) -> None:
    """Print the report: what it flags, against what, and who makes the noise."""
    changed = ", ".join(f"{name}={value}" for name, value in sorted(report.thresholds.items()))
    console.print(
        f"[bold]{report.rule_id}[/] {report.rule_version or ''} as known on each day, "
        f"{report.first_day} to {report.last_day}" + (f", with {changed}" if changed else "")
    )
    facts = Table("", "", box=None, show_header=False)
    facts.add_row("flags", f"{report.flag_count:,} of {report.subject_count:,} people")
    facts.add_row(
        "per 1,000 people", f"{report.flags_per_1000_people:.2f} ({report.watched_count:,} watched)"
    )
    facts.add_row("silenced by the rule", f"{report.suppressed_count:,}")
    facts.add_row("undone by later facts", f"{report.withdrawn_count:,}")
    for reason, count in report.exits.items():
        facts.add_row(f"not judged: {reason}", f"{count:,}")
    overlap = report.overlap
    facts.add_row(
        "against the live version",
        f"{overlap.both_count:,} in both, {overlap.only_replay_count:,} only here, "
        f"{overlap.only_live_count:,} only there",
    )
    facts.add_row("precision by answers", _precision(report))
    console.print(facts)
    if report.days:
        days = Table("day", "flags", "people", box=None)
        for day in report.days[-SHOWN_DAYS:]:
            days.add_row(str(day.day), f"{day.flag_count:,}", f"{day.subject_count:,}")
        console.print(days)
    if report.noisiest:
        keys = Table("noisiest", "flags", "people", box=None)
        for key in report.noisiest:
            keys.add_row(_short(key.dedup_key), f"{key.flag_count:,}", f"{key.subject_count:,}")
        console.print(keys)


def _precision(report: Backtest) -> str:
    precision = report.precision
    counts = (
        f"{precision.confirmed_count:,} confirmed, {precision.recognised_count:,} recognised, "
        f"{precision.unreachable_count:,} unreachable, {precision.unanswered_count:,} unanswered"
    )
    if precision.precision_ppm is None:
        return f"not known ({counts})"
    return f"{precision.precision_ppm / 10_000:.1f} % ({counts})"


def _short(key: str) -> str:
    return key if len(key) <= KEY_LENGTH else f"{key[: KEY_LENGTH - 1]}…"
