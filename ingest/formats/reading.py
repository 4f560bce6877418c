"""What every format module gives: batches of text with line numbers, and a tally of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.contracts import Contract

DEFAULT_BATCH_ROWS = 122_880
OUTSIDE_BYTES = 1 << 16
"""So much of the text before and after the records is looked at."""

Int64s = npt.NDArray[np.int64]
Faults = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]

Figure = tuple[str, int, int]
"""Name of a figure, as the file declares it, and as its records give it."""


@dataclass(frozen=True)
class Tally:
    """What the file holds, counted on its bytes and not by the parser of its records.

    `lines` counts lines, sheet rows or Parquet rows and is the sum of preamble, header, records,
    blank lines and footer. `encoding` is None for formats that carry no encoding.
    `layout` is the name of the layout that it was read by, where the contract lists some.
    """

    encoding: str | None
    lines: int
    physical_records: int
    blank_lines: int = 0
    preamble_lines: int = 0
    footer_lines: int = 0
    header_line: int | None = None
    declared_records: int | None = None
    declared_figures: tuple[Figure, ...] = ()
    unknown_headers: tuple[str, ...] = ()
    layout: str | None = None


class Reading(Protocol):
    """One delivery being read."""

    @property
    def schema(self) -> pa.Schema:
        """Schema of the batches."""

    @property
    def tally(self) -> Tally:
        """Final once `batches` is exhausted."""

    def outside(self) -> tuple[str, str]:
        """Text before the first and after the last record, cut to OUTSIDE_BYTES on their side.

        Its lines end with a line feed, whatever ends them in the file.
        Known as soon as the reading is open; formats without such text give empty ones.
        """

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every record of the file exactly once, in file order; can be run through once.

        Columns: `_line_number` (int64, from 1), `_fault` (int16, a StructuralFault), then one
        string column per file column of the contract. A faulty record has nulls only.

        Raises:
            DeliveryRefused: a part of the file turns out to be damaged.
        """


def batch_schema(contract: Contract) -> pa.Schema:
    """Schema of the batches of a feed."""
    return pa.schema(
        [("_line_number", pa.int64()), ("_fault", pa.int16())]
        + [(column.name, pa.string()) for column in contract.file_columns]
    )


def assemble(
    schema: pa.Schema,
    line_numbers: Int64s,
    faults: Faults,
    columns: Sequence[pa.Array],
    positions: Int64s | None = None,
) -> pa.RecordBatch:
    """One batch of records in line order.

    Args:
        schema: from `batch_schema`.
        line_numbers: per record.
        faults: per record; a faulty record's cells become null.
        columns: the cells, one array per file column.
        positions: per record, where its cells stand in `columns`; None when they are aligned.
    """
    if positions is not None or faults.any():
        if positions is None:
            positions = np.arange(len(faults))
        rows = pa.array(positions, mask=faults != 0)
        columns = [column.take(rows) for column in columns]
    return pa.RecordBatch.from_arrays(
        [pa.array(line_numbers), pa.array(faults), *columns], schema=schema
    )


def regroup(batches: Iterable[pa.RecordBatch], batch_rows: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of up to `batch_rows`, none of them empty.

    Parsers work best on blocks that fit the processor's cache, the screen on larger batches.
    """
    held: list[pa.RecordBatch] = []
    held_rows = 0
    for batch in batches:
        if held and held_rows + batch.num_rows > batch_rows:
            yield pa.concat_batches(held)
            held, held_rows = [], 0
        for start in range(0, batch.num_rows, batch_rows):
            part = batch.slice(start, batch_rows)
            if part.num_rows == batch_rows:
                yield part
            else:
                held.append(part)
                held_rows += part.num_rows
    if held:
        yield pa.concat_batches(held)
