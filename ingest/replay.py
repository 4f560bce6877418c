"""Replay: screen landed bytes again, under the present contract, in place of what was loaded.

The new attempt is made beside the lake and becomes a journal entry (`lake/_replays/`) by one
rename. From there on it is only carried out: files to their places, then one transaction that
replaces the delivery's rows in raw, quarantine and the ledger. A kill before the rename leaves
everything as it was; a kill after it is made good by the next load or replay of the feed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.batch import (
    BatchReport,
    earlier_report_path,
    lake_path,
    read_report,
    rejected_path,
    report_path,
    save_report,
)
from ingest.contracts import Contract, read_contracts
from ingest.erasure.bytes import removed_lines
from ingest.files import remove_abandoned, replacing, sync
from ingest.landing import MANIFEST, Landed, read_landed
from ingest.screen import screen_into
from ingest.warehouse import load, prepare
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse

REPLAYS_FOLDER = "_replays"
ACCEPTED, REJECTED, REPORT, BASIS = "accepted.parquet", "rejected.parquet", "report.json", "basis"


@dataclass(frozen=True)
class Replayed:
    """What a replay did to one delivery. `kept_because` says why everything stayed as it was."""

    before: BatchReport
    after: BatchReport
    kept_because: str | None = None


def replay(settings: Settings, contract: Contract, delivery_id: str) -> Replayed:
    """Screen one delivery again and put the outcome in the place of the one before.

    Rows accepted before are replaced, never doubled. A delivery that was loaded and would now be
    refused stays loaded. Rows that were erased stay away.

    Raises:
        TerminalError: it was never screened, or its bytes are gone.
        WarehouseBusyError: another process has the warehouse open.
    """
    done = report_path(settings, contract.feed, delivery_id)
    if not done.exists():
        raise TerminalError(
            f"no delivery {delivery_id} of {contract.feed}",
            "a delivery that was screened before",
            "take the delivery id from `tallywatch status` or the ledger",
        )
    with open_warehouse(settings) as warehouse:
        finish_replays(warehouse, settings, contract)
    before = read_report(done)
    landed = read_landed(settings.landing / contract.feed / delivery_id)
    if landed.is_shredded:
        return Replayed(before, before, "its bytes were shredded")
    with _attempt(settings, contract.feed) as folder:
        after = _screen_again(settings, contract, landed, before, folder)
        if after.is_refused and not before.is_refused:
            return Replayed(before, after, f"it would now be refused: {after.reason_code}")
        with open_warehouse(settings) as warehouse:
            if (folder / BASIS).read_text() != _basis(landed.folder) or read_report(done) != before:
                return Replayed(before, before, "it was erased from or replayed meanwhile")
            prepare(warehouse, [contract])
            entry = settings.lake / REPLAYS_FOLDER / contract.feed / delivery_id
            folder.rename(entry)
            sync(entry.parent)
            _carry_out(warehouse, settings, contract, entry)
    return Replayed(before, after)


def finish_replays(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract
) -> list[BatchReport]:
    """Carry out replays of the feed that were begun and killed; returns their reports."""
    entries = (settings.lake / REPLAYS_FOLDER / contract.feed).glob("d*")
    return [_carry_out(warehouse, settings, contract, entry) for entry in sorted(entries)]


def finish_all_replays(settings: Settings) -> None:
    """Carry out every replay that was begun and killed, so that no row lies outside its place.

    Raises:
        WarehouseBusyError: another process has the warehouse open.
    """
    root = settings.lake / REPLAYS_FOLDER
    feeds = sorted({entry.parent.name for entry in root.glob("*/d*")})
    if not feeds:
        return
    contracts = read_contracts()
    with open_warehouse(settings) as warehouse:
        for feed in feeds:
            finish_replays(warehouse, settings, contracts[feed])


def candidates(
    settings: Settings, feed: str | None, delivery_id: str | None, reason_code: str | None
) -> list[tuple[str, str]]:
    """(feed, delivery) pairs that were refused or have rows in quarantine, oldest first.

    `reason_code` narrows to deliveries with that refusal or with such a fault. A delivery named
    by its id is taken whatever became of it.
    """
    query = """
        select b.feed, b.delivery_id from ledger.batches as b
        where coalesce(b.feed = $feed, true)
            and case when $delivery is not null then b.delivery_id = $delivery else
                b.status_code = 'refused' or b.rejected_records > 0 end
            and ($reason is null or b.reason_code = $reason or exists (
                select 1 from ledger.rejected_rows as r
                where r.delivery_id = b.delivery_id and r.reason_code = $reason))
        order by b.received_at, b.delivery_id
    """
    names = {"feed": feed, "delivery": delivery_id, "reason": reason_code}
    with open_warehouse(settings) as warehouse:
        return warehouse.execute(query, names).fetchall()


@contextmanager
def _attempt(settings: Settings, feed: str) -> Iterator[Path]:
    root = settings.lake / REPLAYS_FOLDER / feed
    root.mkdir(parents=True, exist_ok=True)
    remove_abandoned(root)
    folder = root / f".{uuid4().hex}.tmp"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _screen_again(
    settings: Settings, contract: Contract, landed: Landed, before: BatchReport, folder: Path
) -> BatchReport:
    (folder / BASIS).write_text(_basis(landed.folder))
    after = screen_into(settings, contract, landed, folder / ACCEPTED, folder / REJECTED)
    gone = removed_lines(landed)
    if gone and not after.is_refused:
        _renumber(folder / ACCEPTED, "_line_number", gone)
        _renumber(folder / REJECTED, "line_number", gone)
    after = replace(
        after,
        accepted_records=after.accepted_records + before.erased_records,
        rejected_records=after.rejected_records + before.erased_rejected_records,
        physical_records=after.physical_records
        + before.erased_records
        + before.erased_rejected_records,
        erased_records=before.erased_records,
        erased_rejected_records=before.erased_rejected_records,
        replay_count=before.replay_count + 1,
        replayed_at=utc_now(),
    )
    save_report(folder / REPORT, after)
    return after


def _renumber(path: Path, column: str, gone: frozenset[int]) -> None:
    """Give rows the line numbers of the file as it was delivered, before `gone` were taken out."""
    removed = np.sort(np.fromiter(gone, np.int64))
    kept_before = removed - np.arange(1, len(removed) + 1)
    source = pq.ParquetFile(path)
    schema = source.schema_arrow
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as target:
        for batch in source.iter_batches():
            numbers = batch.column(column).to_numpy()
            shifted = numbers + np.searchsorted(kept_before, numbers, side="left")
            position = schema.get_field_index(column)
            target.write_batch(batch.set_column(position, column, pa.array(shifted)))


def _carry_out(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, entry: Path
) -> BatchReport:
    after = read_report(entry / REPORT)
    done = report_path(settings, contract.feed, after.delivery_id)
    before = read_report(done)
    landed = settings.landing / contract.feed / after.delivery_id
    if (entry / BASIS).read_text() != _basis(landed):
        # Something was erased from the delivery since: its rows must not come back.
        shutil.rmtree(entry)
        return before
    if before.replay_count < after.replay_count:
        save_report(earlier_report_path(settings, before), replace(before, file_name_token=""))
    _put(entry / ACCEPTED, lake_path(settings, contract.feed, after.delivery_id))
    _put(entry / REJECTED, rejected_path(settings, contract.feed, after.delivery_id))
    save_report(done, after)
    load(warehouse, settings, contract, after)
    shutil.rmtree(entry)
    return after


def _put(made: Path, place: Path) -> None:
    """Move a file to its place; one that is not there was moved before."""
    if made.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        made.replace(place)
        sync(place.parent)


def _basis(landed_folder: Path) -> str:
    return hashlib.sha256((landed_folder / MANIFEST).read_bytes()).hexdigest()
