"""Reports turned into a task's end: a red gate or a failed model stops what comes after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tallywatch.errors import TerminalError

if TYPE_CHECKING:
    from expectations.gates import GateReport
    from tallywatch.build import BuildReport
    from tallywatch.settings import Settings


def pass_gate(settings: Settings, check: Callable[[Settings], GateReport]) -> None:
    """Run a gate, bring the data-quality page up to date, and go on only when it is green.

    Raises:
        TerminalError: as `require_passed`.
    """
    from expectations.page import write_page

    report = check(settings)
    write_page(settings)
    require_passed(report)


def require_passed(report: GateReport) -> None:
    """Return when every critical check passed.

    Raises:
        TerminalError: names the failed checks and where their rows came from.
    """
    if report.passed:
        return
    found = "; ".join(
        f"{c.table}.{c.column or '*'} {c.expectation}: {c.unexpected_count} rows"
        f" ({', '.join(c.where[:3]) or 'no single row'})"
        for c in report.failures
    )
    raise TerminalError(
        f"gate {report.gate} is red: {found}",
        "every critical check passes",
        "open quality/index.html, mend the delivery or the model, clear this task; "
        "the last good release stays in place until then",
    )


def require_built(report: BuildReport) -> dict[str, int]:
    """What was built, as counts.

    Raises:
        TerminalError: names the nodes that failed.
    """
    if report.succeeded:
        return {"passed": report.passed, "warned": report.warned, "skipped": report.skipped}
    raise TerminalError(
        f"dbt: {report.failed} nodes failed: {'; '.join(report.failures)}",
        "every model builds and every test passes",
        "mend the model or the data behind it, clear this task",
    )
