"""The page of a run: one HTML file that needs no network, no script and no viewer but a browser."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from publish.charts import COLOURS, Bar, bar_chart
from publish.files import write_whole
from publish.labels import chinese, english, words
from publish.summary import summarise
from publish.summary_model import CommissionSummary, Summary
from publish.summary_text import hints
from tallywatch.clock import SHANGHAI
from tallywatch.money import yuan
from tallywatch.settings import Settings

TEMPLATES = Path(__file__).with_name("templates")
SHOWN_BARS = 12


def write_run_page(settings: Settings) -> Path:
    """Write `out/run.html` from the current release and return its path.

    Raises:
        TerminalError: there is no release yet.
    """
    page = settings.out / "run.html"
    return write_whole(page, to_html(summarise(settings), page.parent))


def to_html(summary: Summary, folder: Path) -> str:
    """The page's text; links to files are relative to `folder`, where the page will lie."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "yuan": yuan,
        "count": lambda number: f"{number:,}",
        "shanghai": lambda instant: instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "words": words,
        "chinese": chinese,
        "english": english,
        "link": lambda path: Path(os.path.relpath(path, folder)).as_posix(),
    }
    return environment.get_template("run.html.j2").render(
        summary=summary,
        colours=COLOURS,
        charts={
            "feeds": _feeds(summary),
            "rejects": _rejects(summary),
            "rules": _rules(summary),
            "commission": _commission(summary),
        },
        hints=hints(summary),
    )


def _feeds(summary: Summary) -> str:
    feeds = sorted(summary.feeds, key=lambda feed: -feed.physical_records)
    return _chart(
        (
            Bar(
                feed.feed,
                f"{feed.accepted_records:,} + {feed.rejected_records:,}",
                (("good", feed.accepted_records), ("bad", feed.rejected_records)),
            )
            for feed in feeds
        ),
        "Rows accepted and quarantined by feed",
    )


def _rejects(summary: Summary) -> str:
    faults: Counter[str] = Counter()
    for reject in summary.rejects:
        faults[reject.reason_code] += reject.fault_count
    return _chart(
        (
            Bar(reason, f"{count:,}", (("bad", count),))
            for reason, count in faults.most_common(SHOWN_BARS)
        ),
        "Faults of quarantined rows by reason",
    )


def _rules(summary: Summary) -> str:
    return _chart(
        (
            Bar(
                f"{rule.rule_id} {rule.rule_name_zh}".strip(),
                f"{rule.flag_count:,}",
                (
                    ("alert", rule.live_count),
                    ("owed", rule.shadow_count),
                    ("muted", rule.suppressed_count),
                ),
            )
            for rule in summary.rules
        ),
        "Flags by rule and status",
    )


def _commission(summary: Summary) -> str:
    groups: dict[tuple[str, str], list[CommissionSummary]] = {}
    for row in summary.commissions:
        if row.is_closed:
            groups.setdefault((row.partner_name, row.direction_code), []).append(row)
    sums = {key: sum(row.gross_fen for row in rows) for key, rows in groups.items()}
    return _chart(
        (
            Bar(
                f"{chinese(direction)} · {name}",
                f"¥{yuan(fen)}",
                (("owed" if direction == "payable" else "due", max(fen, 0)),),
            )
            for (name, direction), fen in sums.items()
        ),
        "Gross commission of the closed months by partner and direction",
    )


def _chart(bars: Iterable[Bar], description: str) -> str:
    rows = list(bars)
    return bar_chart(rows, description) if rows else ""
