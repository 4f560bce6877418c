"""What one look at a release tells; counts are rows, money is integer fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publish.gate_results import GateResult


@dataclass(frozen=True)
class FeedSummary:
    """All deliveries of one feed; accepted + rejected = physical records of the loaded ones."""

    feed: str
    delivery_count: int
    refused_count: int
    physical_records: int
    accepted_records: int
    rejected_records: int


@dataclass(frozen=True)
class Refusal:
    """A delivery of which nothing was loaded, and what to do about it."""

    feed: str
    delivery_id: str
    reason_code: str
    found: str
    remedy: str


@dataclass(frozen=True)
class RejectReason:
    """Why rows of a feed are quarantined; a row with two faults counts twice."""

    feed: str
    column_name: str | None
    reason_code: str
    fault_count: int


@dataclass(frozen=True)
class RuleSummary:
    """What one anomaly rule did; `unjudged` counts what it could not judge, by reason."""

    rule_id: str
    rule_name_zh: str
    rule_name_en: str
    live_count: int
    shadow_count: int
    suppressed_count: int
    alert_count: int
    unjudged: tuple[tuple[str, int], ...]

    @property
    def flag_count(self) -> int:
        """Flags whatever their status."""
        return self.live_count + self.shadow_count + self.suppressed_count

    @property
    def unjudged_count(self) -> int:
        """Facts that the rule could not judge."""
        return sum(count for _, count in self.unjudged)


@dataclass(frozen=True)
class CommissionSummary:
    """Commission of a partner, direction and month: posted, or open as far as known."""

    partner_id: str
    partner_name: str
    direction_code: str
    month: str
    is_closed: bool
    line_count: int
    net_fen: int
    tax_fen: int
    gross_fen: int


@dataclass(frozen=True)
class ExtractSummary:
    """The last pull of an extract by one consumer."""

    name: str
    title: str
    consumer: str
    path: Path
    row_count: int


@dataclass(frozen=True)
class Summary:
    """A release, the gates behind it and the files made from it."""

    release_id: str
    release_path: Path
    as_of: datetime
    created_at: datetime
    content_sha256: str
    package_version: str
    git_commit: str | None
    tables: tuple[tuple[str, int, str], ...]
    rules_applied: tuple[tuple[str, str], ...]
    feeds: tuple[FeedSummary, ...]
    refusals: tuple[Refusal, ...]
    rejects: tuple[RejectReason, ...]
    rules: tuple[RuleSummary, ...]
    commissions: tuple[CommissionSummary, ...]
    unmatched: tuple[tuple[str, int], ...]
    gates: tuple[GateResult, ...]
    statements: tuple[Path, ...]
    extracts: tuple[ExtractSummary, ...]
    quality_page: Path | None

    @property
    def delivery_count(self) -> int:
        """Deliveries taken in, refused ones included."""
        return sum(feed.delivery_count for feed in self.feeds)

    @property
    def refused_count(self) -> int:
        """Deliveries of which nothing was loaded."""
        return sum(feed.refused_count for feed in self.feeds)

    @property
    def accepted_records(self) -> int:
        """Rows that passed the door."""
        return sum(feed.accepted_records for feed in self.feeds)

    @property
    def rejected_records(self) -> int:
        """Rows in quarantine."""
        return sum(feed.rejected_records for feed in self.feeds)

    @property
    def live_flag_count(self) -> int:
        """Flags that count."""
        return sum(rule.live_count for rule in self.rules)

    @property
    def suppressed_flag_count(self) -> int:
        """Flags that an answer silenced."""
        return sum(rule.suppressed_count for rule in self.rules)

    @property
    def alert_count(self) -> int:
        """Live alerts."""
        return sum(rule.alert_count for rule in self.rules)

    @property
    def gates_passed(self) -> bool:
        """Whether every gate ran and none blocks."""
        return len(self.gates) > 1 and all(gate.passed for gate in self.gates)

    def gross_fen(self, direction_code: str, *, closed: bool = True) -> int:
        """Gross commission of a direction over the closed, or the open, months."""
        return sum(
            row.gross_fen
            for row in self.commissions
            if row.direction_code == direction_code and row.is_closed == closed
        )
