"""The state of the feeds as one HTML file that needs no network and no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publish.feed_status_model import Day, FeedsStatus
from publish.files import write_whole
from tallywatch.clock import SHANGHAI

TEMPLATES = Path(__file__).with_name("templates")
WIDTH, HEIGHT = 720, 64
WIDEST_STEP, FILLED = 16, 0.75
"""A day takes so many pixels at most; of them a column fills a share."""
LEAST = 2


@dataclass(frozen=True)
class Column:
    """One day of the chart, in pixels from the top left; refused files are marked below."""

    day: Day
    x: float
    width: float
    accepted_y: float
    accepted_height: float
    rejected_y: float
    rejected_height: float


def write_feeds_page(path: Path, status: FeedsStatus) -> Path:
    """Write the page to `path` in one step and return it."""
    return write_whole(path, to_html(status))


def to_html(status: FeedsStatus) -> str:
    """The page's text."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": lambda number: f"{number:,}",
        "shanghai": lambda instant: instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
    return environment.get_template("feeds.html.j2").render(
        status=status, columns=columns, height=HEIGHT
    )


def columns(days: Sequence[Day]) -> list[Column]:
    """The days as stacked columns, the highest as high as the chart; a day with rows shows.

    They stand where the calendar has them, so that days without a delivery show as well.
    """
    step = min(WIDEST_STEP, WIDTH / _span(days)) if days else WIDEST_STEP
    most = max((day.accepted_records + day.rejected_records for day in days), default=0) or 1
    made = []
    for day in days:
        accepted, rejected = (
            max(HEIGHT * count / most, LEAST) if count else 0.0
            for count in (day.accepted_records, day.rejected_records)
        )
        accepted = min(accepted, HEIGHT - rejected)
        made.append(
            Column(
                day=day,
                x=round((day.day - days[0].day).days * step, 1),
                width=round(max(FILLED * step, LEAST), 1),
                accepted_y=round(HEIGHT - accepted, 1),
                accepted_height=round(accepted, 1),
                rejected_y=round(HEIGHT - accepted - rejected, 1),
                rejected_height=round(rejected, 1),
            )
        )
    return made


def _span(days: Sequence[Day]) -> int:
    return (days[-1].day - days[0].day).days + 1
