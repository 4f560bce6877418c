"""The report of one screened delivery: what became of each of its records."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.files import write_json
from tallywatch.settings import Settings

REJECTED_FOLDER = "_rejected"
BATCHES_FOLDER = "_batches"
ATTEMPTS_FOLDER = "_attempts"

Declared = tuple[str, int, int]
"""What was counted or summed, the figure that the file declares, the figure computed."""


@dataclass(frozen=True)
class BatchReport:
    """A delivery after screening. `reasons` counts faults by (column or '', reason code).

    `status_code` is 'screened' (accepted and rejected rows are in the lake, possibly none) or
    'refused' (nothing of it is in the lake; reason_code, found, expected and remedy say why).
    `declared` has every figure that the file declares of itself beside the computed one, money in
    fen; of the accepted and the rejected records, `erased_…` are gone again: for a person's sake,
    or because their time was over. `layout` names the layout that it was read by, where the
    contract lists some.
    """

    delivery_id: str
    feed: str
    status_code: str
    file_name_token: str
    file_sha256: str
    file_bytes: int
    received_at: datetime
    landed_at: datetime
    contract_version: str
    encoding: str | None = None
    physical_records: int = 0
    accepted_records: int = 0
    rejected_records: int = 0
    erased_records: int = 0
    erased_rejected_records: int = 0
    declared_records: int | None = None
    declared: tuple[Declared, ...] = ()
    layout: str | None = None
    unknown_headers: tuple[str, ...] = ()
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)
    reason_code: str | None = None
    found: str | None = None
    expected: str | None = None
    remedy: str | None = None
    replay_count: int = 0
    replayed_at: datetime | None = None

    @property
    def declared_differences(self) -> str | None:
        """What the file declares of itself and does not hold, as JSON; None when all agrees."""
        differences = [
            {"what": what, "declared": declared, "computed": computed}
            for what, declared, computed in self.declared
            if declared != computed
        ]
        return json.dumps(differences, ensure_ascii=False) if differences else None

    @property
    def unknown_columns(self) -> str | None:
        """Headers of the file that the contract does not know, as JSON; None when it knows all."""
        return (
            json.dumps(self.unknown_headers, ensure_ascii=False) if self.unknown_headers else None
        )

    @property
    def is_refused(self) -> bool:
        """Nothing of the delivery is loaded."""
        return self.status_code == "refused"


def lake_path(settings: Settings, feed: str, delivery_id: str) -> Path:
    """Accepted rows of a delivery."""
    return settings.lake / feed / f"{delivery_id}.parquet"


def rejected_path(settings: Settings, feed: str, delivery_id: str) -> Path:
    """Faults of a delivery's rejected rows, one row per fault."""
    return settings.lake / REJECTED_FOLDER / feed / f"{delivery_id}.parquet"


def report_path(settings: Settings, feed: str, delivery_id: str) -> Path:
    """The report itself; it is written last, so that it proves the other two."""
    return settings.lake / BATCHES_FOLDER / feed / f"{delivery_id}.json"


def earlier_report_path(settings: Settings, report: BatchReport) -> Path:
    """Where a report is kept once a replay took its place; the first attempt is number 1."""
    name = f"{report.delivery_id}.{report.replay_count + 1}.json"
    return settings.lake / ATTEMPTS_FOLDER / report.feed / name


def write_report(settings: Settings, report: BatchReport) -> None:
    """Write the report atomically in its place."""
    save_report(report_path(settings, report.feed, report.delivery_id), report)


def save_report(path: Path, report: BatchReport) -> None:
    """Write the report atomically to `path`."""
    content = asdict(report)
    content["received_at"] = report.received_at.isoformat()
    content["landed_at"] = report.landed_at.isoformat()
    content["replayed_at"] = report.replayed_at and report.replayed_at.isoformat()
    content["reasons"] = [
        {"column_name": column, "reason_code": reason, "faults": count}
        for (column, reason), count in sorted(report.reasons.items())
    ]
    write_json(path, content)


def read_report(path: Path) -> BatchReport:
    """Read a report back."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    content["received_at"] = datetime.fromisoformat(content["received_at"])
    content["landed_at"] = datetime.fromisoformat(content["landed_at"])
    if content.get("replayed_at"):
        content["replayed_at"] = datetime.fromisoformat(content["replayed_at"])
    content["unknown_headers"] = tuple(content["unknown_headers"])
    content["declared"] = tuple(tuple(entry) for entry in content.get("declared", ()))
    content["reasons"] = {
        (entry["column_name"], entry["reason_code"]): entry["faults"]
        for entry in content["reasons"]
    }
    return BatchReport(**content)
