"""A release of what was checked, also when a load came between the gates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from wiring.outcome import pass_gate, require_built

if TYPE_CHECKING:
    from publish.release import Release
    from tallywatch.settings import Settings


def release_checked(settings: Settings) -> Release:
    """Make a release; call it while holding the one slot of the pool `warehouse`.

    The slot is free for a moment between two tasks, and a load may slip in there. What it brought
    was not checked, so everything is then built and checked again here, where nothing slips in.

    Raises:
        TerminalError: a gate is red or a model failed; the last good release stays.
    """
    from expectations.gates import check_raw, check_release
    from publish.release import make_release
    from tallywatch.build import build

    if not _gates_saw_last_load(settings):
        pass_gate(settings, check_raw)
        require_built(build(settings))
        pass_gate(settings, check_release)
    return make_release(settings)


def _gates_saw_last_load(settings: Settings) -> bool:
    from expectations.report import GATES, latest_report

    reports = [latest_report(settings, gate) for gate in GATES]
    last_load = _last_load(settings)
    return all(report is not None and report.last_loaded_at == last_load for report in reports)


def _last_load(settings: Settings) -> datetime | None:
    from tallywatch.warehouse import read_warehouse

    with read_warehouse(settings) as connection:
        row = connection.execute("select max(loaded_at) from ledger.batches").fetchone()
    return row[0] if row else None
