"""Landed deliveries: the person's own are shredded, shared ones lose the person's lines."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from ingest.batch import read_report, report_path
from ingest.contracts import Contract
from ingest.erasure.bytes import (
    HEAD_BYTES,
    is_lines,
    remove_unreferenced,
    removed_lines,
    shred,
    without_lines,
)
from ingest.erasure.lake import lines_of
from ingest.erasure.person import Person
from ingest.erasure.place import Items, Place
from ingest.erasure.unpacked import finds
from ingest.erasure_map import erasure_map
from ingest.keyring import archive_ring
from ingest.landing import Landed, read_landed
from tallywatch.clock import utc_now
from tallywatch.settings import Settings


class Landing(Place):
    """Runs before the lake, which says on which lines of a shared delivery the person is."""

    name = "landed deliveries"

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract]) -> None:
        self._settings = settings
        self._contracts = contracts
        self._targets = {t.feed: t for t in erasure_map(contracts.values())}
        self._keys = archive_ring(settings.keys)

    def count(self, person: Person) -> Items:
        """Deliveries by `feed/delivery_id`, 1 each."""
        found = {item for item in person.deliveries if self._is_kept(item)}
        for item, lines in self._shared(person).items():
            landed = self._landed(item)
            if landed is None or landed.is_shredded:
                continue
            if not self._is_lines(landed) or set(lines) - removed_lines(landed):
                found.add(item)
        for item in self._suspects(person) - found:
            landed = self._landed(item)
            if landed and not landed.is_shredded and self._finds(landed, person):
                found.add(item)
        return dict.fromkeys(sorted(found), 1)

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        lines, left = self._shared(person), self.count(person)
        for item in items:
            landed = self._landed(item)
            if landed is None:
                continue
            if item not in left:
                # Done by a run that may have been killed before the bytes of before were removed.
                remove_unreferenced(landed.folder)
                continue
            if item in person.deliveries or not self._is_lines(landed):
                shred(landed, utc_now())
                continue
            without_lines(landed, self._keys, lines.get(item, ()), person.pattern, utc_now())

    def _shared(self, person: Person) -> dict[str, list[int]]:
        with duckdb.connect() as connection:
            return {
                f"{feed}/{delivery}": lines
                for feed, target in self._targets.items()
                for delivery, lines in lines_of(connection, self._settings, target, person)
            }

    def _suspects(self, person: Person) -> set[str]:
        """Deliveries in which not every record is in the lake: a rejected one names nobody there,
        but its line is in the bytes."""
        found = set()
        for feed, target in self._targets.items():
            if not person.is_whole and target.grant_column is None:
                continue
            for path in report_path(self._settings, feed, "").parent.glob("d*.json"):
                report = read_report(path)
                if report.is_refused or report.rejected_records > report.erased_rejected_records:
                    found.add(f"{feed}/{report.delivery_id}")
        return found

    def _finds(self, landed: Landed, person: Person) -> bool:
        passwords = self._settings.feed_passwords.get(landed.feed, ())
        return finds(landed, self._keys, person.pattern, passwords)

    def _is_kept(self, item: str) -> bool:
        landed = self._landed(item)
        return landed is not None and not landed.is_shredded

    def _is_lines(self, landed: Landed) -> bool:
        with landed.open(self._keys) as source:
            head = source.read(HEAD_BYTES)
        return is_lines(head, self._contracts[landed.feed].formats)

    def _landed(self, item: str) -> Landed | None:
        folder = self._settings.landing / item
        return read_landed(folder) if folder.is_dir() else None
