"""Screen: read a landed delivery once, split its records into accepted and rejected.

Chunks flow through three threads (read, judge, write), so that memory does not grow with the file:
text batches from the format module, identifiers to tokens, the contract's SQL in DuckDB, accepted
rows to the lake and the faults of rejected ones beside it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.background import WriteBehind, read_ahead
from ingest.batch import (
    BatchReport,
    lake_path,
    read_report,
    rejected_path,
    report_path,
    write_report,
)
from ingest.cell_reasons import CONSENT_REASONS
from ingest.consent import read_grants
from ingest.contracts import Contract
from ingest.files import replacing
from ingest.formats import Reading, open_delivery
from ingest.landing import Landed
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from ingest.screen_sql import BITS_PER_MASK, Screen, screen_of
from ingest.tokens import Tokeniser
from ingest.vault import Vault
from tallywatch.settings import Settings

SCAN_SLICES = 4
SMALL_DELIVERY_RECORDS = 20
REJECTED_SCHEMA = pa.schema(
    [
        ("feed", pa.string()),
        ("delivery_id", pa.string()),
        ("file_sha256", pa.string()),
        ("line_number", pa.int64()),
        ("column_name", pa.string()),
        ("reason_code", pa.string()),
    ]
)
ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}


def screen(settings: Settings, contract: Contract, landed: Landed) -> BatchReport:
    """Screen one delivery into the lake; a delivery that was screened before is not read again.

    The report is written last: whatever is killed before, the next call starts afresh and ends with
    the same files.
    """
    done = report_path(settings, landed.feed, landed.delivery_id)
    if done.exists():
        return read_report(done)
    report = BatchReport(
        delivery_id=landed.delivery_id,
        feed=landed.feed,
        status_code="screened",
        file_name_token=landed.file_name_token,
        file_sha256=landed.file_sha256,
        file_bytes=landed.file_bytes,
        received_at=landed.received_at,
        landed_at=landed.landed_at,
        contract_version=contract.version,
    )
    try:
        report = _screen_records(settings, contract, landed, report)
    except DeliveryRefused as refusal:
        report = replace(
            report,
            status_code="refused",
            accepted_records=0,
            rejected_records=0,
            reason_code=str(refusal.reason_code),
            found=refusal.found,
            expected=refusal.expected,
            remedy=refusal.remedy,
        )
    write_report(settings, report)
    return report


def _screen_records(
    settings: Settings, contract: Contract, landed: Landed, report: BatchReport
) -> BatchReport:
    accepted_file = lake_path(settings, landed.feed, landed.delivery_id)
    rejected_file = rejected_path(settings, landed.feed, landed.delivery_id)
    with ExitStack() as stack:
        stream = stack.enter_context(landed.open(settings.keys.archive))
        reading = open_delivery(stream, contract)
        accepted_temporary = stack.enter_context(replacing(accepted_file))
        rejected_temporary = stack.enter_context(replacing(rejected_file))
        judge = stack.enter_context(_Judge(settings, contract, landed))
        with _Split(contract, landed, accepted_temporary, rejected_temporary) as split:
            for texts in read_ahead(reading.batches()):
                typed, tokens = judge.judge(texts)
                accepted = split.write(typed, judge.screen)
                judge.seal(texts, tokens, typed, accepted)
        return _settled(contract, reading, split, report)


class _Judge:
    """Turns a text batch into typed rows with fault masks; owns the DuckDB connection."""

    def __init__(self, settings: Settings, contract: Contract, landed: Landed) -> None:
        self._contract = contract
        self._tokeniser = Tokeniser(settings.keys.token)
        self._vault = Vault(settings.vault, settings.keys.vault)
        self._connection = duckdb.connect(
            config={"threads": settings.threads, "memory_limit": settings.memory_limit}
        )
        if contract.consent_scope:
            read_grants(self._connection, settings.lake)
        self.screen = screen_of(
            contract,
            delivery_id=landed.delivery_id,
            file_sha256=landed.file_sha256,
            received_at=landed.received_at.astimezone(UTC),
            attributes=dict(landed.attributes),
        )

    def judge(self, texts: pa.RecordBatch) -> tuple[pa.Table, dict[str, pa.Array]]:
        """Typed rows with `_fault` and masks, in the order of `texts`, and the tokens made."""
        columns = dict(zip(texts.schema.names, texts.columns, strict=True))
        tokens: dict[str, pa.Array] = {}
        for column in self._contract.file_columns:
            if column.identifier:
                clear = columns.pop(column.name)
                token = self._tokeniser.tokenise(column.identifier, clear)
                tokens[column.name] = token
                columns[column.raw_name] = token
                columns[f"{column.name}_is_bad"] = pc.and_(clear.is_valid(), token.is_null())
        batch = pa.RecordBatch.from_pydict(columns)
        step = -(-max(batch.num_rows, 1) // SCAN_SLICES)
        slices = [batch.slice(start, step) for start in range(0, max(batch.num_rows, 1), step)]
        self._connection.register("batch", pa.Table.from_batches(slices, batch.schema))
        return self._connection.execute(self.screen.sql).to_arrow_table(), tokens

    def seal(
        self,
        texts: pa.RecordBatch,
        tokens: dict[str, pa.Array],
        typed: pa.Table,
        accepted: pa.Array,
    ) -> None:
        """Put the identifiers of accepted rows into the vault, once per person and token."""
        for column in self._contract.file_columns:
            if not column.identifier or not column.holder:
                continue
            rows = pa.table(
                {
                    "holder": typed.column(column.holder),
                    "token": tokens[column.name],
                    "value": texts.column(column.name),
                }
            ).filter(pc.and_(accepted, tokens[column.name].is_valid()))
            distinct = rows.group_by(["holder", "token"]).aggregate([("value", "min")])
            if distinct.num_rows:
                self._vault.seal(
                    column.identifier,
                    zip(*(distinct.column(i).to_pylist() for i in range(3)), strict=True),
                )

    def __enter__(self) -> _Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


class _Split:
    """Writes accepted rows and the faults of rejected ones, and counts both."""

    def __init__(
        self, contract: Contract, landed: Landed, accepted_path: Path, rejected_path: Path
    ) -> None:
        self._landed = landed
        self._schema = pa.schema([(n, ARROW_TYPES[t]) for n, t in contract.raw_columns.items()])
        self._accepted = WriteBehind(pq.ParquetWriter(accepted_path, self._schema, **_PARQUET))
        self._rejected = WriteBehind(pq.ParquetWriter(rejected_path, REJECTED_SCHEMA, **_PARQUET))
        self.accepted_records = 0
        self.rejected_records = 0
        self.consent_records = 0
        self.reasons: Counter[tuple[str, str]] = Counter()

    def write(self, typed: pa.Table, screen: Screen) -> pa.Array:
        """Split one chunk; returns a boolean array, true where the row was accepted."""
        masks = [typed.column(f"_faults_{n}") for n in range(screen.mask_count)]
        sound = pc.equal(typed.column("_fault"), 0)
        for mask in masks:
            sound = pc.and_(sound, pc.equal(mask, 0))
        sound = sound.combine_chunks()
        accepted = typed.num_rows if sound.false_count == 0 else sound.true_count
        self.accepted_records += accepted
        self.rejected_records += typed.num_rows - accepted
        rows = typed.select(self._schema.names)
        self._accepted.write(
            (rows if sound.false_count == 0 else rows.filter(sound)).cast(self._schema)
        )
        if sound.false_count:
            self._write_faults(typed.filter(pc.invert(sound)), screen)
        return sound

    def _write_faults(self, rejected: pa.Table, screen: Screen) -> None:
        consent_lines: set[int] = set()
        structural = pc.not_equal(rejected.column("_fault"), 0)
        for fault in StructuralFault:
            if fault:
                hit = pc.equal(rejected.column("_fault"), int(fault))
                self._write_lines(rejected.filter(hit), None, fault.name.lower())
        sound = rejected.filter(pc.invert(structural))
        for position, check in enumerate(screen.checks):
            mask = sound.column(f"_faults_{position // BITS_PER_MASK}")
            bit = pc.bit_wise_and(mask, 1 << (position % BITS_PER_MASK))
            hits = sound.filter(pc.not_equal(bit, 0))
            self._write_lines(hits, check.column, str(check.reason))
            if check.reason in CONSENT_REASONS:
                consent_lines.update(hits.column("_line_number").to_pylist())
        self.consent_records += len(consent_lines)

    def _write_lines(self, rows: pa.Table, column: str | None, reason: str) -> None:
        if not rows.num_rows:
            return
        self.reasons[column or "", reason] += rows.num_rows
        constants = (self._landed.feed, self._landed.delivery_id, self._landed.file_sha256)
        arrays = [pa.repeat(pa.scalar(text, pa.string()), rows.num_rows) for text in constants]
        arrays.append(rows.column("_line_number").combine_chunks())
        arrays += [
            pa.repeat(pa.scalar(text, pa.string()), rows.num_rows) for text in (column, reason)
        ]
        self._rejected.write(pa.table(arrays, schema=REJECTED_SCHEMA))

    def __enter__(self) -> _Split:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._accepted.close()
        self._rejected.close()


# A column that does not repeat gives its dictionary up early; zstd at level 1 is as quick as
# snappy and makes a third of its size.
_PARQUET = {"compression": "zstd", "compression_level": 1, "dictionary_pagesize_limit": 1 << 16}


def _settled(
    contract: Contract, reading: Reading, split: _Split, report: BatchReport
) -> BatchReport:
    tally = reading.tally
    judged = split.accepted_records + split.rejected_records
    if judged != tally.physical_records:
        raise DeliveryRefused(
            RefusalReason.RECORDS_LOST,
            f"{judged} records judged",
            f"{tally.physical_records}, the records counted in the file by another way",
            "keep the file and report this as a defect of the format module",
        )
    faulty = split.rejected_records - split.consent_records
    limit = contract.reject_threshold_ppm
    if judged >= SMALL_DELIVERY_RECORDS and faulty * 1_000_000 > limit * judged:
        worst = ", ".join(f"{r} in {c or 'the line'}" for (c, r), _ in split.reasons.most_common(3))
        raise DeliveryRefused(
            RefusalReason.TOO_MANY_REJECTS,
            f"{faulty} of {judged} records rejected, most often: {worst}",
            f"at most {limit / 10_000:g} %",
            "ask the sender for a corrected file, or mend the contract if the layout changed",
        )
    return replace(
        report,
        encoding=tally.encoding,
        physical_records=tally.physical_records,
        accepted_records=split.accepted_records,
        rejected_records=split.rejected_records,
        declared_records=tally.declared_records,
        unknown_headers=tuple(tally.unknown_headers),
        reasons=dict(split.reasons),
    )
