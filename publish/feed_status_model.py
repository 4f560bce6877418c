"""How every feed is doing, as the ledger knows it; instants are aware, counts are records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Freshness(StrEnum):
    """The last delivery held against the contract's promise."""

    FRESH = "fresh"
    LATE = "late"
    NEVER = "never delivered"


@dataclass(frozen=True)
class Day:
    """What was received of a feed on one day in Shanghai."""

    day: date
    accepted_records: int
    rejected_records: int
    refused_count: int


@dataclass(frozen=True)
class Fault:
    """Why rows are in quarantine; a row with two faults counts twice."""

    column_name: str | None
    reason_code: str
    fault_count: int
    delivery_count: int


@dataclass(frozen=True)
class Refusal:
    """A delivery of which nothing is loaded."""

    delivery_id: str
    received_at: datetime
    reason_code: str
    found: str
    remedy: str


@dataclass(frozen=True)
class Difference:
    """A figure that a delivery declares of itself and does not hold; money in fen."""

    delivery_id: str
    received_at: datetime
    what: str
    declared: int
    computed: int


@dataclass(frozen=True)
class DriftSeen:
    """Headers that the contract did not know, in files of one kind."""

    headers: tuple[str, ...]
    delivery_count: int
    last_received_at: datetime


@dataclass(frozen=True)
class VersionUsed:
    """Deliveries that were screened under one version of the contract."""

    contract_version: str
    delivery_count: int


@dataclass(frozen=True)
class FeedStatus:
    """One feed. `days` has the newest days with deliveries, oldest first; lists newest first."""

    feed: str
    title: str
    owner: str
    contract_version: str
    freshness_days: int
    freshness: Freshness
    delivery_count: int = 0
    refused_count: int = 0
    accepted_records: int = 0
    rejected_records: int = 0
    erased_records: int = 0
    replay_count: int = 0
    last_received_at: datetime | None = None
    last_loaded_at: datetime | None = None
    days: tuple[Day, ...] = ()
    faults: tuple[Fault, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    differences: tuple[Difference, ...] = ()
    drift: tuple[DriftSeen, ...] = ()
    versions: tuple[VersionUsed, ...] = ()

    @property
    def needs_somebody(self) -> bool:
        """Late, or something of it is refused, quarantined, drifted or not as declared."""
        return self.freshness is Freshness.LATE or bool(
            self.refusals or self.rejected_records or self.drift or self.differences
        )


@dataclass(frozen=True)
class FeedsStatus:
    """All feeds at one instant, those that need somebody first."""

    at: datetime
    feeds: tuple[FeedStatus, ...]

    @property
    def delivering(self) -> tuple[FeedStatus, ...]:
        """Feeds that delivered at least once."""
        return tuple(f for f in self.feeds if f.freshness is not Freshness.NEVER)

    @property
    def silent(self) -> tuple[FeedStatus, ...]:
        """Feeds that never delivered."""
        return tuple(f for f in self.feeds if f.freshness is Freshness.NEVER)
