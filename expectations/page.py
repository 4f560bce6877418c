"""The data-quality page: one HTML file, self-contained, with the newest result of both gates.

GX's own Data Docs load their styles from a CDN and quote sample values; this page does neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.report import GATES, Check, Gate, GateReport, latest_report, past_reports
from tallywatch.clock import SHANGHAI
from tallywatch.settings import Settings

TEMPLATES = Path(__file__).resolve().parent / "templates"
RUNS_SHOWN = 40
RUNS_LISTED = 10

TITLES: dict[Gate, tuple[str, str]] = {
    "raw": (
        "Door in: raw rows",
        "Rows as they lie in the warehouse, held against their contracts.",
    ),
    "release": ("Door out: release", "The tables that people are about to read."),
}


@dataclass(frozen=True)
class Table:
    """The checks of one table, the failed ones first."""

    name: str
    checks: tuple[Check, ...]

    @property
    def state(self) -> str:
        """The worst that happened: fail, warn or pass."""
        failed = {c.severity for c in self.checks if not c.passed}
        return "fail" if "critical" in failed else "warn" if failed else "pass"


@dataclass(frozen=True)
class Section:
    """One gate on the page; `report` is None while it never ran. `runs` are oldest first."""

    gate: Gate
    title: str
    purpose: str
    report: GateReport | None
    tables: tuple[Table, ...]
    runs: tuple[GateReport, ...]


def write_page(settings: Settings) -> Path:
    """Write `quality/index.html` from the stored reports and return its path."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shanghai": _shanghai, "state": _state}
    page = environment.get_template("quality.html.j2").render(
        sections=[_section(settings, gate) for gate in GATES], runs_listed=RUNS_LISTED
    )
    settings.quality.mkdir(parents=True, exist_ok=True)
    path = settings.quality / "index.html"
    partial = path.with_suffix(".partial")
    partial.write_text(page, encoding="utf-8")
    partial.replace(path)
    return path


def _section(settings: Settings, gate: Gate) -> Section:
    report = latest_report(settings, gate)
    title, purpose = TITLES[gate]
    return Section(
        gate=gate,
        title=title,
        purpose=purpose,
        report=report,
        tables=_tables(report) if report else (),
        runs=tuple(past_reports(settings, gate, RUNS_SHOWN)),
    )


def _tables(report: GateReport) -> tuple[Table, ...]:
    ordered = sorted(report.checks, key=lambda c: c.table)
    tables = [
        Table(name, tuple(sorted(checks, key=lambda c: (c.passed, c.severity))))
        for name, checks in groupby(ordered, key=lambda c: c.table)
    ]
    return tuple(sorted(tables, key=lambda t: ("fail", "warn", "pass").index(t.state)))


def _state(report: GateReport) -> str:
    return "fail" if not report.passed else "warn" if report.warnings else "pass"


def _shanghai(instant: datetime) -> str:
    """An instant (naive means UTC) as people here read it."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return f"{aware.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
