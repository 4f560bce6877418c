"""When rows arrive, under which delivery, and the files that hold them.

A delivery is what a feed brought of one block of people at one time. Most rows come the day after;
a phone that was off for a week brings a week at once, exports overlap, some deliveries are days
late and come after younger ones, and what nobody granted never comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulate.columns import joined, number_text
from simulate.population.grants import Grants
from simulate.population.people import People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot
from simulate.population.ragged import coded, dates, instants
from simulate.population.tokens import hex_digits, texts

BASE_DAYS = 900
"""Slots are counted from so many days before the world."""
LATE_SHARE = 0.02
OVERLAP_SHARE = 0.004
TAIL = 12 * HOUR
FEEDS = (
    *("people", "verifications", "authorisations", "declarations"),
    *("alipay_bills", "wechat_bills", "bank_statements", "credit_reports", "sms_messages"),
    *("app_notices", "platform_events", "registered_lines", "registered_accounts"),
    *("social_insurance_payments", "housing_fund_payments", "leak_watch_hits"),
    *("breach_exposures", "report_queries", "payments", "subscriptions", "cases", "case_steps"),
    *("support_tickets", "complaints"),
)


@dataclass(frozen=True)
class Rhythm:
    """How a feed comes: every `step` seconds, `offset` after the full step, under `scope`.

    `is_exported`: the person has to export it; some do so once a week only, and exports overlap.
    """

    step: int = DAY
    offset: int = 6 * HOUR
    scope: str | None = None
    is_exported: bool = False


@dataclass(frozen=True)
class Sent:
    """Rows that arrive, in the order in which they lie in their deliveries."""

    feed: str
    rows: np.ndarray
    person: np.ndarray
    at: np.ndarray
    received: np.ndarray
    delivery: pa.DictionaryArray
    sha: pa.DictionaryArray
    line: np.ndarray
    rhythm: Rhythm


@dataclass
class Landed:
    """First arrival of each planted event."""

    received: np.ndarray
    delivery: np.ndarray
    line: np.ndarray


@dataclass
class Post:
    """Delivers one block's rows of every feed and remembers the deliveries."""

    plan: Plan
    block: int
    people: People
    grants: Grants
    plot: Plot
    folder: Path
    landed: Landed | None = None
    batches: list[pa.Table] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def send(
        self,
        feed: str,
        rhythm: Rhythm,
        person: np.ndarray,
        at: np.ndarray,
        event: np.ndarray | None = None,
    ) -> Sent:
        """Which rows arrive, when and in which delivery."""
        rhythm = self._rhythm(feed, rhythm)
        rng = self.plan.chance(f"d{FEEDS.index(feed)}", self.block)
        received = self._received(rhythm, person, at)
        rows = np.arange(len(person))
        if rhythm.is_exported:
            again = np.flatnonzero(rng.random(len(rows)) < OVERLAP_SHARE)
            rows = np.concatenate([rows, again])
            received = np.concatenate([received, received[again] + rhythm.step])
        base = self.plan.start - BASE_DAYS * DAY
        slots = -((base - received) // rhythm.step)  # The first that is not before it.
        count = (BASE_DAYS + self.plan.days) * DAY // rhythm.step + 2
        late = np.where(rng.random(count) < LATE_SHARE, rng.integers(1, 7, count) * DAY, 0)
        inside = (slots >= 0) & (slots < count)
        rows, slots = rows[inside], slots[inside]
        times = base + np.arange(count) * rhythm.step + rhythm.offset + late
        comes = times[slots] < self.plan.end + TAIL
        if rhythm.scope:
            comes &= self.grants.covers(rhythm.scope, person[rows], times[slots])
        rows = rows[comes]
        groups = self._groups(feed, slots[comes].astype(np.uint16), person[rows])
        order = np.argsort(groups, kind="stable")
        rows, groups = rows[order], groups[order]
        used, starts, codes, sizes = np.unique(
            groups, return_index=True, return_inverse=True, return_counts=True
        )
        received = times[self._slots(feed, used)]
        line = np.arange(len(rows)) - starts[codes] + 1 if len(rows) else rows
        sent = Sent(
            feed,
            rows,
            person[rows],
            at[rows],
            received[codes] if len(rows) else rows,
            *self._names(feed, used, codes),
            line,
            rhythm,
        )
        self._enter(sent, received, sizes)
        if event is not None:
            self._note(sent, event[rows])
        return sent

    def write(
        self,
        sent: Sent,
        columns: Mapping[str, pa.Array],
        business: pa.Array | None = None,
        *,
        names_person: bool = True,
    ) -> None:
        """Write the rows with their lineage, and whose they are."""
        if not self.plan.wants(sent.feed):
            return
        given = dict(columns)
        if sent.rhythm.scope:
            given["authorisation_id"] = self.grants.ids(sent.rhythm.scope, sent.person)
        if names_person:
            given["subject_key"] = self.subjects(sent.person)
        same = np.zeros(len(sent.rows), np.int32)
        given |= {
            "_feed": coded([sent.feed], same),
            "_delivery_id": sent.delivery,
            "_file_sha256": sent.sha,
            "_line_number": pa.array(sent.line, pa.int64()),
            "_received_at": instants(sent.received),
            "_business_date": dates(sent.at) if business is None else business,
        }
        place = self.folder / "raw" / sent.feed
        place.mkdir(parents=True, exist_ok=True)
        write_parquet(pa.table(given), place / f"part-{self.block:05d}.parquet")
        self.counts[sent.feed] = self.counts.get(sent.feed, 0) + len(sent.rows)

    def subjects(self, person: np.ndarray) -> pa.Array:
        """Keys of people of the block."""
        keys = joined("S", number_text(self.people.number + 1, 7))
        return pa.DictionaryArray.from_arrays(pa.array(person.astype(np.int32)), keys)

    def _rhythm(self, feed: str, rhythm: Rhythm) -> Rhythm:
        """How the feed comes here."""
        return rhythm

    def _groups(self, feed: str, slots: np.ndarray, person: np.ndarray) -> np.ndarray:
        """What of each row makes its delivery."""
        return slots

    def _slots(self, feed: str, groups: np.ndarray) -> np.ndarray:
        """The slots of deliveries."""
        return groups

    def _received(self, rhythm: Rhythm, person: np.ndarray, at: np.ndarray) -> np.ndarray:
        step = rhythm.step
        day = np.maximum(at, self.people.registered[person] + 4 * HOUR)
        received = (day // step + 1) * step
        if rhythm.is_exported:
            weekly = self.people.is_weekly[person]
            sunday = (received // DAY + 3) // 7 * 7 + 3
            received = np.where(weekly, sunday * DAY, received)
        if rhythm.scope:
            since = (received - self.plan.start) // DAY - self.people.outage_at[person]
            off = (since >= 0) & (since < self.people.outage_days[person])
            back = self.people.outage_at[person] + self.people.outage_days[person]
            received = np.where(off, self.plan.start + back * DAY, received)
        return received

    def _names(
        self, feed: str, used: np.ndarray, codes: np.ndarray
    ) -> tuple[pa.DictionaryArray, pa.DictionaryArray]:
        ids = joined(f"{feed}-{self.block:03d}-", number_text(used.astype(np.int64), 5))
        number = (FEEDS.index(feed) * 1_000 + self.block) * 100_000 + used.astype(np.int64)
        digests = texts(hex_digits(number, self.plan.seed, 4))
        indices = pa.array(codes.astype(np.int32))
        return (
            pa.DictionaryArray.from_arrays(indices, ids),
            pa.DictionaryArray.from_arrays(indices, digests),
        )

    def _enter(self, sent: Sent, received: np.ndarray, sizes: np.ndarray) -> None:
        if not len(received) or not self.plan.wants(sent.feed):
            return
        nothing = np.zeros(len(received), np.int64)
        ids = sent.delivery.dictionary
        self.batches.append(
            pa.table(
                {
                    "delivery_id": ids,
                    "feed": pa.array([sent.feed] * len(ids)),
                    "status_code": pa.array(["loaded"] * len(ids)),
                    "file_name_token": joined("nm_", sent.sha.dictionary),
                    "file_sha256": sent.sha.dictionary,
                    "file_bytes": pa.array(sizes * 160),
                    "received_at": instants(received),
                    "landed_at": instants(received + 60),
                    "loaded_at": instants(received + 300 + sizes // 500),
                    "physical_records": pa.array(sizes),
                    "accepted_records": pa.array(sizes),
                    "rejected_records": pa.array(nothing),
                    "erased_records": pa.array(nothing),
                    "erased_rejected_records": pa.array(nothing),
                    "contract_version": pa.array(["1.0.0"] * len(ids)),
                    "replay_count": pa.array(nothing),
                }
            )
        )

    def _note(self, sent: Sent, event: np.ndarray) -> None:
        if self.landed is None or len(self.landed.received) < self.plot.count:
            self.landed = _longer(self.landed, self.plot.count)
        rows = np.flatnonzero(event >= 0)
        number = event[rows]
        earlier = sent.received[rows] < self.landed.received[number]
        rows, number = rows[earlier], number[earlier]
        order = np.argsort(-sent.received[rows], kind="stable")
        rows, number = rows[order], number[order]
        self.landed.received[number] = sent.received[rows]
        self.landed.line[number] = sent.line[rows]
        ids = np.array(sent.delivery.dictionary.to_pylist() or [""], object)
        self.landed.delivery[number] = ids[sent.delivery.indices.to_numpy()[rows]]


def _longer(landed: Landed | None, count: int) -> Landed:
    grown = Landed(
        np.full(count, np.iinfo(np.int64).max), np.full(count, None, object), np.zeros(count, int)
    )
    if landed is not None:
        old = len(landed.received)
        grown.received[:old] = landed.received
        grown.delivery[:old] = landed.delivery
        grown.line[:old] = landed.line
    return grown


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table; equal tables give equal bytes."""
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=1,
        row_group_size=500_000,
        dictionary_pagesize_limit=8 * 1024 * 1024,
        write_statistics=True,
        store_schema=False,
    )
