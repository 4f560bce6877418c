"""Retention over the whole data home, and the report of what it removed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.table import Table

from ingest.contracts import read_contracts
from ingest.retention import Expired, expired, remove
from publish.evidence import keeping as evidence
from publish.extracts import keeping as extracts
from publish.extracts.records import export_chain, is_over
from publish.files import only_one, remove_folder, write_whole
from publish.release import KEPT, all_releases, current_release
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

LOG_DAYS = 90
QUALITY_DAYS = 400
LOG_FOLDERS = ("dbt/logs", "airflow/logs")


@dataclass(frozen=True)
class RetentionReport:
    """What was over: per feed, and the rest by what it is. `path` is None in a dry run."""

    run_at: datetime
    feeds: tuple[Expired, ...]
    others: Mapping[str, int]
    path: Path | None

    @property
    def rows(self) -> int:
        """Rows deleted, or cleared of identifiers."""
        return sum(sum(part.rows.values()) for part in self.feeds)


def retain(
    settings: Settings, *, dry_run: bool = False, now: datetime | None = None
) -> RetentionReport:
    """Remove what is kept no longer, or with `dry_run` only say what would go.

    Raises:
        TransientError: another run is under way, or the warehouse is open elsewhere.
    """
    moment = now or utc_now()
    contracts = read_contracts()
    with only_one(settings.retention, "a retention run"):
        over = [expired(settings, contract, moment) for contract in contracts.values()]
        found = tuple(part for part in over if not part.is_empty)
        old = _old_files(settings, moment)
        counts = {what: len(paths) for what, paths in old.items()}
        packs = evidence.over(settings, moment)
        revealed = extracts.revealed_pulls(settings, moment)
        counts["extracts in clear"] = len(revealed)
        counts["evidence packs"] = len(packs)
        counts["export records"] = len(export_chain(settings).over(is_over(moment)))
        others = {what: count for what, count in counts.items() if count}
        if dry_run:
            return RetentionReport(moment, found, others, None)
        if found:
            remove(settings, contracts, list(found), moment)
        for paths in old.values():
            for path in paths:
                remove_folder(path) if path.is_dir() else path.unlink(missing_ok=True)
        for pull in revealed:
            if pull.exists():
                extracts.clear_pull(settings, pull)
        for pack in packs:
            evidence.remove_pack(settings, pack, "its time was over")
        export_chain(settings).drop(is_over(moment))
        report = settings.retention / f"{moment:%Y%m%dT%H%M%SZ}.json"
        write_whole(report, json.dumps(_content(moment, found, others), indent=1) + "\n")
    return RetentionReport(moment, found, others, report)


def retention_table(report: RetentionReport) -> Table:
    """A line per feed with something over, then the rest."""
    table = Table("what", "before", "rows", "deliveries' bytes", "quarantine", box=None)
    for part in report.feeds:
        table.add_row(
            part.feed,
            f"{part.cutoff}",
            f"{sum(part.rows.values()):,}{' cleared' if part.is_cleared else ''}",
            str(len(part.shredded)),
            str(sum(part.quarantine.values())),
        )
    for what, count in report.others.items():
        table.add_row(what, "", str(count), "", "")
    return table


def _old_files(settings: Settings, now: datetime) -> dict[str, list[Path]]:
    logs = [p for name in LOG_FOLDERS for p in (settings.home / name).rglob("*") if p.is_file()]
    return {
        "logs": _written_before(logs, now - timedelta(days=LOG_DAYS)),
        "quality results": _written_before(
            (settings.quality / "history").glob("*.json"), now - timedelta(days=QUALITY_DAYS)
        ),
        "releases": _old_releases(settings),
        "extracts": _written_before(
            extracts.old_pulls(settings), now - timedelta(days=extracts.EXTRACT_DAYS)
        ),
    }


def _old_releases(settings: Settings) -> list[Path]:
    current = current_release(settings)
    older = [r.path for r in all_releases(settings)[:-KEPT]]
    return [path for path in older if current is None or path.name != current.release_id]


def _written_before(paths: Iterable[Path], limit: datetime) -> list[Path]:
    return [p for p in paths if datetime.fromtimestamp(p.stat().st_mtime, UTC) < limit]


def _content(
    moment: datetime, found: Iterable[Expired], others: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "run_at": moment.isoformat(),
        "feeds": [
            {
                "feed": part.feed,
                "before": part.cutoff.isoformat(),
                "rows": dict(part.rows),
                "rows_are": "cleared" if part.is_cleared else "deleted",
                "shredded_deliveries": list(part.shredded),
                "quarantine": dict(part.quarantine),
            }
            for part in found
        ],
        "others": dict(others),
    }
