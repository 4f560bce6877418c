"""Parquet: row groups streamed, every column turned into the text a person would write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.contracts import Contract, Drift
from ingest.formats.cells import CellCleaner
from ingest.formats.headers import find_header, header_missing, refuse_unknown_columns
from ingest.formats.reading import Faults, Tally, assemble, batch_schema
from ingest.formats.source import Source, truncated
from ingest.reasons import StructuralFault

TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
BINARY_TYPES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)


class ParquetReading:
    """A Parquet file; a line number is the ordinal of the row, from 1."""

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        try:
            self._file = pq.ParquetFile(pa.PythonFile(source, mode="r"))
            names = self._file.schema_arrow.names
        except (pa.ArrowException, OSError) as error:
            raise truncated("a Parquet file whose description cannot be read") from error
        found = find_header([names], contract)
        if found is None:
            raise header_missing([names], contract)
        self._layout = found[1]
        refuse_unknown_columns(self._layout.unknown_headers, contract)

    @property
    def tally(self) -> Tally:
        """Rows as the file's own metadata counts them."""
        rows = self._file.metadata.num_rows
        return Tally(
            encoding=None,
            lines=rows,
            physical_records=rows,
            unknown_headers=self._layout.unknown_headers,
        )

    def outside(self) -> tuple[str, str]:
        """See Reading: there is none."""
        return "", ""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        names = self._file.schema_arrow.names
        wanted = [position for position in self._layout.positions if position is not None]
        if self._contract.drift == Drift.DISCARD_ROW:
            wanted += self._layout.unknown
        line = 1
        try:
            for rows in self._file.iter_batches(
                batch_size=self._batch_rows, columns=[names[position] for position in wanted]
            ):
                yield self._parse(rows, line)
                line += rows.num_rows
        except (pa.ArrowException, OSError) as error:
            raise truncated(f"a Parquet file that cannot be read beyond row {line - 1}") from error

    def _parse(self, rows: pa.RecordBatch, first_line: int) -> pa.RecordBatch:
        names = self._file.schema_arrow.names
        faults: Faults = np.zeros(rows.num_rows, np.int16)
        columns = []
        for column, position in zip(
            self._contract.file_columns, self._layout.positions, strict=True
        ):
            if position is None:
                columns.append(pa.nulls(rows.num_rows, pa.string()))
            else:
                texts = to_text(rows.column(names[position]), faults)
                columns.append(self._cleaner.clean(texts, column))
        if self._contract.drift == Drift.DISCARD_ROW:
            for name in self._layout.unknown_headers:
                filled = rows.column(name).is_valid().to_numpy(zero_copy_only=False)
                faults[filled & (faults == 0)] = StructuralFault.UNKNOWN_COLUMN
        lines = np.arange(first_line, first_line + rows.num_rows)
        return assemble(self.schema, lines, faults, columns)


def to_text(values: pa.Array, faults: Faults) -> pa.Array:
    """Values as texts; marks in `faults` the rows whose bytes are no text.

    Instants with a zone become ISO 8601 with the offset, instants without one stay without;
    fractions of a second appear where there are any. Decimals keep their scale. Nested values
    become JSON.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return to_text(values.dictionary_decode(), faults)
    if any(is_kind(kind) for is_kind in (*TEXT_TYPES, *BINARY_TYPES)):
        return _decoded(values, faults)
    if pa.types.is_nested(kind):
        return pa.array(
            [
                None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                for value in values.to_pylist()
            ],
            pa.string(),
        )
    if pa.types.is_decimal(kind):
        return _plain_decimals(values.cast(pa.string()))
    texts = values.cast(pa.string())
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        texts = pc.replace_substring_regex(texts, r"\.0+($|[^0-9])", r"\1")
        texts = pc.replace_substring_regex(texts, r"([+-][0-9]{2})([0-9]{2})$", r"\1:\2")
    return texts


def _decoded(values: pa.Array, faults: Faults) -> pa.Array:
    try:
        texts = values.cast(pa.string())
        texts.validate(full=True)
    except pa.ArrowInvalid:
        texts = pa.array(
            [_text_or_none(value) for value in values.cast(pa.binary()).to_pylist()], pa.string()
        )
        broken = pc.and_(values.is_valid(), texts.is_null()).to_numpy(zero_copy_only=False)
        faults[broken] = StructuralFault.BAD_ENCODING
    has_nul = pc.fill_null(pc.match_substring(texts, "\0"), False)
    faults[has_nul.to_numpy(zero_copy_only=False)] = StructuralFault.NUL_BYTE
    return texts


def _text_or_none(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _plain_decimals(texts: pa.Array) -> pa.Array:
    """Arrow writes very small decimals with an exponent."""
    if not pc.any(pc.match_substring(texts, "E")).as_py():
        return texts
    return pa.array(
        [None if text is None else format(Decimal(text), "f") for text in texts.to_pylist()],
        pa.string(),
    )
