"""Writing screened rows: accepted ones to the lake, the faults of rejected ones beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.background import WriteBehind
from ingest.cell_reasons import CONSENT_REASONS
from ingest.contracts import REPEATED_COLUMNS, Contract
from ingest.landing import Landed
from ingest.reasons import StructuralFault
from ingest.screen_sql import BITS_PER_MASK, Screen

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
LINE_NUMBER = "_line_number"
REPEATED_TEXT = pa.dictionary(pa.int32(), pa.string())
"""Of columns with one value per delivery; in the file they are plain texts."""
# A column that does not repeat gives its dictionary up early; zstd at level 1 is as quick as
# snappy and makes a third of its size.
_PARQUET: Mapping[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "dictionary_pagesize_limit": 1 << 16,
    "store_schema": False,
}


def lake_options(contract: Contract) -> dict[str, Any]:
    """How Parquet writes accepted rows: no dictionary of tokens, which hardly repeat; line numbers
    as steps; the least and the greatest value of a part where somebody may ask for a range."""
    kinds = contract.raw_columns
    unlike = {*contract.token_columns, LINE_NUMBER}
    return {
        **_PARQUET,
        "use_dictionary": [name for name in kinds if name not in unlike],
        "column_encoding": {LINE_NUMBER: "DELTA_BINARY_PACKED"},
        "write_statistics": [n for n, kind in kinds.items() if kind != "VARCHAR"],
    }


def accepted_rows(typed: pa.Table, screen: Screen) -> pa.Array:
    """A boolean array, true where nothing is wrong with the row."""
    sound = pc.equal(typed.column("_fault"), 0)
    for number in range(screen.mask_count):
        sound = pc.and_(sound, pc.equal(typed.column(f"_faults_{number}"), 0))
    return sound.combine_chunks()


class Split:
    """Writes accepted rows and the faults of rejected ones, and counts both."""

    def __init__(
        self, contract: Contract, landed: Landed, accepted_path: Path, rejected_path: Path
    ) -> None:
        self._landed = landed
        self._schema = pa.schema(
            [
                (name, REPEATED_TEXT if name in REPEATED_COLUMNS else ARROW_TYPES[kind])
                for name, kind in contract.raw_columns.items()
            ]
        )
        options = lake_options(contract)
        self._accepted = WriteBehind(pq.ParquetWriter(accepted_path, self._schema, **options))
        self._rejected = WriteBehind(pq.ParquetWriter(rejected_path, REJECTED_SCHEMA, **_PARQUET))
        self.accepted_records = 0
        self.rejected_records = 0
        self.consent_records = 0
        self.reasons: Counter[tuple[str, str]] = Counter()

    def write(self, typed: pa.Table, screen: Screen) -> pa.Array:
        """Split one chunk; returns a boolean array, true where the row was accepted."""
        sound = accepted_rows(typed, screen)
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

    def __enter__(self) -> Split:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._accepted.close()
        self._rejected.close()
