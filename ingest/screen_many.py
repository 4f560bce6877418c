"""Screening many deliveries: small ones are judged together and written side by side.

What a query costs before its first row, and what a transaction of the vault costs, is then paid
once for dozens of files. Each delivery still has files and a report of its own, the report last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC
from itertools import islice

import pyarrow as pa

from ingest.batch import BatchReport, lake_path, rejected_path, report_path, write_report
from ingest.contracts import Contract
from ingest.declared import Figures
from ingest.files import replacing
from ingest.formats import Reading
from ingest.judge import Judge
from ingest.landing import Landed
from ingest.reasons import DeliveryRefused
from ingest.screen import begun, opened, refused, screen, settled
from ingest.screen_sql import GIVEN_COLUMNS, GIVEN_PREFIX, Screen, shared_screen_of
from ingest.split import Split, accepted_rows
from tallywatch.settings import Settings

SMALL_BYTES = 1 << 17
AT_ONCE = 64
"""Small deliveries that are judged together; their records are in memory all at once."""
WRITERS = 4
"""Threads that write files, most of whose time is waiting for the disk."""


@dataclass(frozen=True)
class _Small:
    """A small delivery, open and read."""

    landed: Landed
    reading: Reading
    texts: pa.RecordBatch


def screen_many(
    settings: Settings, contract: Contract, deliveries: Sequence[Landed], judge: Judge
) -> Iterator[BatchReport]:
    """Screen deliveries of one feed; reports come in the order given.

    The result of each is what `screen` makes of it alone.
    """
    for start in range(0, len(deliveries), AT_ONCE):
        group = deliveries[start : start + AT_ONCE]
        reports = _screen_small(settings, contract, group, judge)
        for landed in group:
            yield reports.get(landed.delivery_id) or screen(settings, contract, landed, judge)


def _screen_small(
    settings: Settings, contract: Contract, group: Sequence[Landed], judge: Judge
) -> dict[str, BatchReport]:
    """Reports, by delivery, of those that are small and can be read."""
    with ExitStack() as stack:
        small = [
            found
            for landed in {landed.delivery_id: landed for landed in group}.values()
            if (found := _read(settings, contract, landed, stack))
        ]
        if len(small) < 2:
            return {}
        shared = shared_screen_of(contract)
        judge.renew_grants()
        texts = pa.Table.from_batches([_with_facts(one) for one in small]).combine_chunks()
        given = judge.tokenise(texts.to_batches()[0])
        typed = judge.judge(given, shared)
        judge.seal(given, typed, accepted_rows(typed, shared))
        parts, start = [], 0
        for one in small:
            parts.append(typed.slice(start, one.texts.num_rows))
            start += one.texts.num_rows
        with ThreadPoolExecutor(WRITERS, thread_name_prefix="write") as pool:
            count = len(small)
            reports = pool.map(
                _write, [settings] * count, [contract] * count, small, parts, [shared] * count
            )
            return {report.delivery_id: report for report in reports}


def _read(
    settings: Settings, contract: Contract, landed: Landed, stack: ExitStack
) -> _Small | None:
    """The records of a delivery; None where it is large, screened already, refused or empty."""
    if landed.file_bytes > SMALL_BYTES:
        return None
    if report_path(settings, landed.feed, landed.delivery_id).exists():
        return None
    with ExitStack() as own:
        try:
            reading = own.enter_context(opened(settings, contract, landed))
            batches = list(islice(reading.batches(), 2))
        except DeliveryRefused:
            return None
        if len(batches) != 1:
            return None
        stack.push(own.pop_all())
    return _Small(landed, reading, batches[0])


def _with_facts(one: _Small) -> pa.RecordBatch:
    """The texts with the columns that a shared screen asks for."""
    landed, texts = one.landed, one.texts
    received_at = landed.received_at.astimezone(UTC).replace(tzinfo=None)
    facts = dict(zip(GIVEN_COLUMNS, (landed.delivery_id, landed.file_sha256), strict=False))
    facts |= {f"{GIVEN_PREFIX}{name}": value for name, value in landed.attributes}
    for name, value in facts.items():
        texts = texts.append_column(name, pa.repeat(pa.scalar(value, pa.string()), len(texts)))
    instant = pa.scalar(received_at, pa.timestamp("us"))
    return texts.append_column(GIVEN_COLUMNS[-1], pa.repeat(instant, len(texts)))


def _write(
    settings: Settings, contract: Contract, one: _Small, typed: pa.Table, shared: Screen
) -> BatchReport:
    landed = one.landed
    report = begun(contract, landed)
    accepted_file = lake_path(settings, landed.feed, landed.delivery_id)
    rejected_file = rejected_path(settings, landed.feed, landed.delivery_id)
    figures = Figures(contract)
    figures.add(typed)
    try:
        with replacing(accepted_file) as accepted, replacing(rejected_file) as rejected:
            with Split(contract, landed, accepted, rejected) as split:
                split.write(typed, shared)
            report = settled(contract, one.reading, split, figures, report)
    except DeliveryRefused as refusal:
        report = refused(report, refusal)
    write_report(settings, report)
    return report
