"""The result of a gate, and how it is kept: `<gate>.json` is the newest, `history/` has all."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from expectations.suites import Severity
from tallywatch.settings import Settings

Gate = Literal["raw", "release"]
GATES: tuple[Gate, ...] = ("raw", "release")
HISTORY_KEPT = 400


@dataclass(frozen=True)
class Check:
    """What came of one expectation.

    `unexpected_count` is the number of faulty rows (None: it could not be evaluated), `where` has
    up to 20 of them as `delivery_id:line`. No field holds a value from the data.
    """

    suite: str
    table: str
    column: str | None
    expectation: str
    expectation_type: str
    severity: Severity
    passed: bool
    unexpected_count: int | None
    observed: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class GateReport:
    """All checks of one pass. `passed`: no critical check failed.

    `last_loaded_at` is the newest load that the gate saw (naive UTC, as the ledger has it; None
    when nothing was loaded): a load after it has not been checked. `never_delivered` are feeds of
    which nothing was ever loaded; there was nothing to check.
    """

    gate: Gate
    run_at: datetime
    passed: bool
    seconds: float
    last_loaded_at: datetime | None
    checks: tuple[Check, ...]
    never_delivered: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Check, ...]:
        """Critical checks that failed: they block."""
        return tuple(c for c in self.checks if not c.passed and c.severity == "critical")

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Warning checks that failed: they are reported and block nothing."""
        return tuple(c for c in self.checks if not c.passed and c.severity == "warning")


def save_report(settings: Settings, report: GateReport) -> Path:
    """Write the report as the newest of its gate and into the history; returns the newest."""
    content = json.dumps(asdict(report), default=_as_text, ensure_ascii=False, indent=1) + "\n"
    history = settings.quality / "history"
    history.mkdir(parents=True, exist_ok=True)
    _write(history / f"{report.gate}-{report.run_at:%Y%m%dT%H%M%S%fZ}.json", content)
    for old in _history_files(settings, report.gate)[:-HISTORY_KEPT]:
        old.unlink()
    newest = settings.quality / f"{report.gate}.json"
    _write(newest, content)
    return newest


def latest_report(settings: Settings, gate: Gate) -> GateReport | None:
    """The newest report of the gate; None when it never ran."""
    path = settings.quality / f"{gate}.json"
    return _read(path) if path.exists() else None


def past_reports(settings: Settings, gate: Gate, limit: int) -> list[GateReport]:
    """The newest `limit` reports of the gate, oldest first."""
    return [_read(path) for path in _history_files(settings, gate)[-limit:]]


def _history_files(settings: Settings, gate: Gate) -> list[Path]:
    return sorted((settings.quality / "history").glob(f"{gate}-*.json"))


def _write(path: Path, content: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(content, encoding="utf-8")
    partial.replace(path)


def _read(path: Path) -> GateReport:
    document = json.loads(path.read_text(encoding="utf-8"))
    loaded = document["last_loaded_at"]
    return GateReport(
        **document
        | {
            "run_at": datetime.fromisoformat(document["run_at"]),
            "last_loaded_at": datetime.fromisoformat(loaded) if loaded else None,
            "never_delivered": tuple(document.get("never_delivered", ())),
            "checks": tuple(Check(**c | {"where": tuple(c["where"])}) for c in document["checks"]),
        }
    )


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a report")
