"""What the gates found, read from the JSON files that they leave in the data home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publish.files import sha256_of
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

GATES = ("raw", "release")
SHOWN_FAULTS = 5


@dataclass(frozen=True)
class GateCheck:
    """One expectation of a gate; `where` holds up to 20 offending rows as `delivery:line`."""

    suite: str
    table: str
    column: str | None
    expectation: str
    severity: str
    passed: bool
    unexpected_count: int
    observed: str
    where: tuple[str, ...]


@dataclass(frozen=True)
class GateResult:
    """The latest run of one gate; times are aware, `sha256` is that of its result file.

    `last_loaded_at` is the newest load that the gate saw.
    """

    gate: str
    run_at: datetime
    last_loaded_at: datetime | None
    passed: bool
    checks: tuple[GateCheck, ...]
    sha256: str

    @property
    def failures(self) -> tuple[GateCheck, ...]:
        """Checks that did not hold, the blocking ones first."""
        failed = [check for check in self.checks if not check.passed]
        return tuple(sorted(failed, key=lambda check: check.severity != "critical"))

    @property
    def digest(self) -> dict[str, Any]:
        """The few facts of the run that a manifest keeps."""
        blocking = [check for check in self.failures if check.severity == "critical"]
        return {
            "run_at": self.run_at.isoformat(),
            "passed": self.passed,
            "checks": len(self.checks),
            "failed_blocking": len(blocking),
            "failed_warning": len(self.failures) - len(blocking),
            "sha256": self.sha256,
        }


def read_gates(settings: Settings) -> dict[str, GateResult]:
    """The latest result of each gate that ever ran, in the order of the data's way."""
    paths = {gate: settings.quality / f"{gate}.json" for gate in GATES}
    return {gate: _read(path) for gate, path in paths.items() if path.exists()}


def require_gates(
    settings: Settings, last_load: datetime, last_change: datetime | None = None
) -> dict[str, GateResult]:
    """The results of both gates, when they allow a release.

    `last_load` and `last_change` (aware) are when the warehouse last took in a delivery and when
    marts were last built or a month posted; a gate that ran before has not seen what would be
    released.

    Raises:
        TerminalError: a gate never ran or ran too early, or a blocking check failed.
    """
    results = read_gates(settings)
    for gate in GATES:
        result = results.get(gate)
        expected = f"gate {gate!r} passed after the last load at {last_load.isoformat()}"
        if result is None:
            raise TerminalError(
                f"gate {gate!r} has no result", expected, "run `tallywatch check`, then release"
            )
        if not result.passed:
            raise TerminalError(
                f"gate {gate!r} of {result.run_at.isoformat()} failed: {_faults(result)}",
                expected,
                "mend the rows named (see quality/index.html in the data home), build, check and "
                "release again; readers keep the last good release",
            )
        if result.last_loaded_at is None or result.last_loaded_at < last_load:
            raise TerminalError(
                f"gate {gate!r} ran at {result.run_at.isoformat()}, before the last load",
                expected,
                "run `tallywatch build` and `tallywatch check`, then release",
            )
        if gate == "release" and last_change and result.run_at < last_change:
            raise TerminalError(
                f"gate {gate!r} ran at {result.run_at.isoformat()}, before a build or a posting",
                f"gate {gate!r} passed after that at {last_change.isoformat()}",
                "run `tallywatch build` and `tallywatch check`, then release",
            )
    return results


def _faults(result: GateResult) -> str:
    blocking = [check for check in result.failures if check.severity == "critical"]
    shown = "; ".join(
        f"{check.table}.{check.column or '*'} {check.expectation}, {check.unexpected_count} rows"
        + (f" ({', '.join(check.where[:SHOWN_FAULTS])})" if check.where else "")
        for check in blocking[:SHOWN_FAULTS]
    )
    more = len(blocking) - SHOWN_FAULTS
    return shown + (f"; and {more} more checks" if more > 0 else "")


def _read(path: Path) -> GateResult:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        loaded = report["last_loaded_at"]
        return GateResult(
            gate=report["gate"],
            run_at=_instant(report["run_at"]),
            last_loaded_at=_instant(loaded) if loaded else None,
            passed=bool(report["passed"]),
            checks=tuple(_check(check) for check in report["checks"]),
            sha256=sha256_of(path),
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise TerminalError(
            f"{path} is not a gate result ({type(fault).__name__})",
            "the JSON that `tallywatch check` writes",
            "run `tallywatch check` again",
        ) from fault


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _check(check: dict[str, Any]) -> GateCheck:
    return GateCheck(
        suite=check["suite"],
        table=check["table"],
        column=check.get("column"),
        expectation=check["expectation"],
        severity=check["severity"],
        passed=bool(check["passed"]),
        unexpected_count=int(check.get("unexpected_count") or 0),
        observed=str(check.get("observed") if check.get("observed") is not None else ""),
        where=tuple(check.get("where") or ()),
    )
