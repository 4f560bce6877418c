"""JSON Lines: one object per line, read so that numbers keep the digits they were written with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from ingest.contracts import Column, Contract, Drift
from ingest.formats.blocks import Block, blocks
from ingest.formats.cells import CellCleaner
from ingest.formats.encoding import survey
from ingest.formats.headers import refuse_unknown_columns
from ingest.formats.reading import Tally, assemble, batch_schema, regroup
from ingest.formats.source import Source
from ingest.reasons import StructuralFault

BLOCK_BYTES = 1 << 22
BLANKS = " \t\r"


class _Number(str):
    """A number as it stands in the text."""

    __slots__ = ()


class JsonLinesReading:
    """A file of JSON objects; keys are matched to the contract's headers.

    A broken line loses only itself. Nested values become JSON text. Arrow's and DuckDB's readers
    are vectorised but turn 10.50 into 10.5, hence the standard library's.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._source = source
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._known = {header for column in contract.file_columns for header in column.headers}
        self._unknown: dict[str, None] = {}
        self._blank_lines = 0
        self._survey = survey(source)
        if contract.drift == Drift.FREEZE:
            for block in self._blocks():
                self._decode(block)
            refuse_unknown_columns(tuple(self._unknown), contract)

    @property
    def tally(self) -> Tally:
        """Records are the lines of the survey less the blank ones."""
        return Tally(
            encoding=self._survey.encoding,
            lines=self._survey.lines,
            physical_records=self._survey.lines - self._blank_lines,
            blank_lines=self._blank_lines,
            unknown_headers=tuple(self._unknown),
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        return regroup(map(self._parse, self._blocks()), self._batch_rows)

    def _blocks(self) -> Iterator[Block]:
        return blocks(self._source, self._survey, BLOCK_BYTES)

    def _parse(self, block: Block) -> pa.RecordBatch:
        numbers, objects, faults = self._decode(block)
        self._blank_lines += block.lines - len(numbers)
        columns = [
            self._cleaner.clean(_texts(objects, column), column)
            for column in self._contract.file_columns
        ]
        return assemble(
            self.schema, np.array(numbers, np.int64), np.array(faults, np.int16), columns
        )

    def _decode(self, block: Block) -> tuple[list[int], list[dict[str, Any]], list[int]]:
        """Line number, object and fault of every record; a faulty one has an empty object."""
        if not block.data:
            return [block.first_line], [{}], [StructuralFault.LINE_TOO_LONG]
        numbers: list[int] = []
        objects: list[dict[str, Any]] = []
        faults: list[int] = []
        lines = block.data.decode().removesuffix("\n").split("\n")
        for number, line in enumerate(lines, start=block.first_line):
            if not (text := line.strip(BLANKS)):
                continue
            record, fault = self._record(text)
            numbers.append(number)
            objects.append(record)
            faults.append(fault)
        return numbers, objects, faults

    def _record(self, text: str) -> tuple[dict[str, Any], StructuralFault]:
        if self._survey.is_damaged and "\ufffd" in text:
            return {}, StructuralFault.BAD_ENCODING
        if "\0" in text or "\\u0000" in text:
            return {}, StructuralFault.NUL_BYTE
        try:
            record = _DECODER.decode(text)
            if "\\u" in text:
                json.dumps(record, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return {}, StructuralFault.BAD_JSON
        if not isinstance(record, dict):
            return {}, StructuralFault.BAD_JSON
        unknown = record.keys() - self._known
        if unknown:
            self._unknown.update(dict.fromkeys(key for key in record if key in unknown))
            if self._contract.drift == Drift.DISCARD_ROW and any(
                record[key] not in (None, "") for key in unknown
            ):
                return {}, StructuralFault.UNKNOWN_COLUMN
        return record, StructuralFault.SOUND


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice")
    return record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    parse_float=_Number,
    parse_int=_Number,
    parse_constant=_no_constant,
    object_pairs_hook=_unique,
)


def _texts(objects: list[dict[str, Any]], column: Column) -> pa.Array:
    """The values of a column as texts."""
    first, *others = column.headers
    values = [record.get(first) for record in objects]
    for other in others:
        values = [
            record.get(other) if value is None else value
            for value, record in zip(values, objects, strict=True)
        ]
    try:
        return pa.array(values, pa.string())
    except pa.ArrowTypeError:
        return pa.array(
            [
                value if value is None or isinstance(value, str) else _json(value)
                for value in values
            ],
            pa.string(),
        )


def _json(value: Any) -> str:
    """JSON text of a value, numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}:{_json(v)}" for k, v in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
