"""JSON Lines: one object per line, read so that numbers keep the digits they were written with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.background import made_ahead
from ingest.contracts import Contract, Drift
from ingest.formats.blocks import REPLACEMENT, Block, blocks
from ingest.formats.cells import CellCleaner
from ingest.formats.encoding import survey
from ingest.formats.headers import refuse_unknown_columns
from ingest.formats.json_flat import FlatLines, template_of
from ingest.formats.json_records import DECODER, Record, RecordJudge, texts
from ingest.formats.reading import Tally, assemble, batch_schema, regroup
from ingest.formats.source import Source
from ingest.reasons import StructuralFault

BLOCK_BYTES = 1 << 21
BLANKS = " \t\r"


class JsonLinesReading:
    """A file of JSON objects; keys, or dotted paths of keys, are matched to the contract's headers.

    A broken line loses only itself. Nested values become JSON text. Arrow's and DuckDB's readers
    turn 10.50 into 10.5, hence our own for lines that are alike and the standard library's for
    those that are not.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._source = source
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._blank_lines = 0
        self._survey = survey(source, contract.dialect.encoding)
        self._judge = RecordJudge(contract, is_damaged=self._survey.is_damaged)

    @property
    def tally(self) -> Tally:
        """Records are the lines of the survey less the blank ones."""
        return Tally(
            encoding=self._survey.encoding,
            lines=self._survey.lines,
            physical_records=self._survey.lines - self._blank_lines,
            blank_lines=self._blank_lines,
            unknown_headers=self._judge.unknown_headers,
        )

    def outside(self) -> tuple[str, str]:
        """See Reading: there is none."""
        return "", ""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading.

        Raises:
            DeliveryRefused: a key is unknown and the policy is freeze; names all such keys.
        """
        return regroup(self._parsed(), self._batch_rows)

    def _parsed(self) -> Iterator[pa.RecordBatch]:
        text_blocks = blocks(self._source, self._survey, BLOCK_BYTES)
        parts = made_ahead(self._flat_part, text_blocks, BLOCK_BYTES)
        for block, flat, columns in parts:
            batch = self._batch(block, flat, columns)
            if self._judge.unknown_headers and self._contract.drift == Drift.FREEZE:
                for later, later_flat, _ in parts:
                    self._decode(later, later_flat)
                refuse_unknown_columns(self._judge.unknown_headers, self._contract)
            yield batch

    def _flat_part(self, block: Block) -> tuple[Block, FlatLines | None, list[pa.Array]]:
        """The lines of a block that are read by whole columns; for any thread."""
        flat = self._flat(block)
        return block, flat, flat.columns() if flat else []

    def _batch(
        self, block: Block, flat: FlatLines | None, columns: list[pa.Array]
    ) -> pa.RecordBatch:
        others, objects, faults = self._decode(block, flat)
        lines, all_faults = np.array(others, np.int64), np.array(faults, np.int16)
        cells = [texts(objects, column) for column in self._contract.file_columns]
        positions = None
        if flat and flat.is_flat.any():
            flat_lines = np.flatnonzero(flat.is_flat)
            lines = np.concatenate([flat_lines, lines])
            flat_faults = np.zeros(len(flat_lines), np.int16)
            surplus = self._judge.surplus(flat.keys, columns)
            if surplus is not None:
                flat_faults[surplus] = StructuralFault.UNKNOWN_COLUMN
            all_faults = np.concatenate([flat_faults, all_faults])
            known = self._flat_cells(dict(zip(flat.keys, columns, strict=True)), len(flat_lines))
            if not others:
                cells = list(known)
            else:
                cells = [pa.concat_arrays(pair) for pair in zip(known, cells, strict=True)]
                positions = np.argsort(lines)
                lines, all_faults = lines[positions], all_faults[positions]
        self._blank_lines += block.lines - len(lines)
        cleaned = [
            self._cleaner.clean(values, column)
            for values, column in zip(cells, self._contract.file_columns, strict=True)
        ]
        return assemble(self.schema, lines + block.first_line, all_faults, cleaned, positions)

    def _flat(self, block: Block) -> FlatLines | None:
        """The lines that are read by whole columns; None where that cannot begin."""
        if self._survey.is_damaged and REPLACEMENT in block.data:
            return None
        template = template_of(block.data)
        return FlatLines(block.data, template) if template and template.keys else None

    def _flat_cells(self, columns: dict[str, pa.Array], rows: int) -> Iterator[pa.Array]:
        for column in self._contract.file_columns:
            given = [columns[header] for header in column.headers if header in columns]
            if len(given) == 1:
                yield given[0]
            else:
                yield pc.coalesce(*given) if given else pa.nulls(rows, pa.string())

    def _decode(
        self, block: Block, flat: FlatLines | None
    ) -> tuple[list[int], list[Record], list[int]]:
        """Index, object and fault of every record that is not flat; a faulty one is empty."""
        if not block.data:
            return [0], [{}], [StructuralFault.LINE_TOO_LONG]
        indexes: list[int] = []
        objects: list[Record] = []
        faults: list[int] = []
        for index, line in _others(block, flat):
            if flat and index > flat.template_line:
                self._judge.meet(flat.keys)
            if not (text := line.strip(BLANKS)):
                continue
            record, fault = self._record(text)
            indexes.append(index)
            objects.append(record)
            faults.append(fault)
        if flat:
            self._judge.meet(flat.keys)
        return indexes, objects, faults

    def _record(self, text: str) -> tuple[Record, StructuralFault]:
        if fault := self._judge.fault_of_text(text):
            return {}, fault
        try:
            return self._judge.judged(text, DECODER.decode(text))
        except (ValueError, RecursionError):
            return {}, StructuralFault.BAD_JSON


def _others(block: Block, flat: FlatLines | None) -> Iterator[tuple[int, str]]:
    """Lines that are not flat, with their index in the block."""
    if flat and flat.is_flat.all():
        return
    lines = block.data.decode().removesuffix("\n").split("\n")
    others = np.flatnonzero(~flat.is_flat).tolist() if flat else range(len(lines))
    yield from ((index, lines[index]) for index in others)
