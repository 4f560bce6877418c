"""What is true of a simulated world, so that the pipeline's answers can be judged."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

TRUTH_FILE = "truth.json"


@dataclass(frozen=True)
class Planted:
    """Misuse that a rule must find. `starts_at`, `ends_at`: first and last event, Shanghai time."""

    subject_key: str
    rule_id: str
    feed: str
    chain: str
    starts_at: str
    ends_at: str


@dataclass(frozen=True)
class Decoy:
    """Honest behaviour that comes near a rule.

    `expectation`: 'silent' (no flag), 'not_live' (no flag, or a suppressed one) or 'flagged' (the
    rule cannot know better; the person answers later).
    """

    subject_key: str
    rule_id: str
    feed: str
    story: str
    expectation: str
    starts_at: str
    ends_at: str


@dataclass(frozen=True)
class Delivered:
    """One file. `file` is relative to the inbox, `records` the rows of data in it, good or bad, in
    all its sheets."""

    feed: str
    file: str
    received_at: str
    records: int


@dataclass(frozen=True)
class RejectedRow:
    """One row that must be quarantined; `line_number` counts physical lines (rows of a sheet)
    from 1. `column_name` is None when the row as a whole is at fault."""

    feed: str
    file: str
    line_number: int
    column_name: str | None
    reason_code: str


@dataclass(frozen=True)
class RejectedFile:
    """A readable file all of whose rows must be quarantined for one reason."""

    feed: str
    file: str
    reason_code: str
    row_count: int


@dataclass(frozen=True)
class RefusedFile:
    """A file that must be refused as a whole. `kind`: what is wrong with it ('garbled')."""

    feed: str
    file: str
    kind: str


@dataclass(frozen=True)
class DuplicateFile:
    """The same bytes delivered again under another name; must be taken in once."""

    feed: str
    file: str
    copy_of: str


@dataclass(frozen=True)
class DealTotal:
    """A partner's deals of `origin_month` as known at the cut-off of `close_month`."""

    partner_id: str
    origin_month: str
    close_month: str
    deal_count: int
    eligible_count: int
    eligible_fen: int


@dataclass(frozen=True)
class CommissionTotal:
    """Sum of a partner's commission lines of `origin_month`, by the terms, deals and updates known
    at the cut-off of `close_month` (cumulative, not the posting of that month)."""

    partner_id: str
    direction_code: str
    origin_month: str
    close_month: str
    net_fen: int
    tax_fen: int
    gross_fen: int


@dataclass(frozen=True)
class Truth:
    """Everything planted in a world. Cut-offs are UTC; `cut_offs[i]` closes `months[i]`."""

    seed: int
    people: int
    partners: int
    months: tuple[str, ...]
    cut_offs: tuple[str, ...]
    deliveries: tuple[Delivered, ...]
    planted: tuple[Planted, ...]
    decoys: tuple[Decoy, ...]
    rejected_rows: tuple[RejectedRow, ...]
    rejected_files: tuple[RejectedFile, ...]
    refused_files: tuple[RefusedFile, ...]
    duplicate_files: tuple[DuplicateFile, ...]
    deal_totals: tuple[DealTotal, ...]
    commission_totals: tuple[CommissionTotal, ...]

    def rejects_of(self, file: str) -> dict[str, int]:
        """Rows of a file to be quarantined, by reason code."""
        counts: dict[str, int] = {}
        for row in self.rejected_rows:
            if row.file == file:
                counts[row.reason_code] = counts.get(row.reason_code, 0) + 1
        for whole in self.rejected_files:
            if whole.file == file:
                counts[whole.reason_code] = counts.get(whole.reason_code, 0) + whole.row_count
        return counts


_PARTS: dict[str, Any] = {
    "deliveries": Delivered,
    "planted": Planted,
    "decoys": Decoy,
    "rejected_rows": RejectedRow,
    "rejected_files": RejectedFile,
    "refused_files": RefusedFile,
    "duplicate_files": DuplicateFile,
    "deal_totals": DealTotal,
    "commission_totals": CommissionTotal,
}


def write_truth(path: Path, truth: Truth) -> None:
    """Write the truth as JSON, the same bytes for the same truth."""
    text = json.dumps(asdict(truth), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_truth(path: Path) -> Truth:
    """Read what `write_truth` wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    values = {f.name: found[f.name] for f in fields(Truth)}
    for name, part in _PARTS.items():
        values[name] = tuple(part(**item) for item in values[name])
    values["months"] = tuple(values["months"])
    values["cut_offs"] = tuple(values["cut_offs"])
    return Truth(**values)
