"""JSON objects as records: exact numbers, values found by dotted paths, columns nobody knows."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contracts import Column, Contract, Drift
from ingest.formats.reading import Mask
from ingest.reasons import StructuralFault

Record = dict[str, Any]


class Number(str):
    """A number as it stands in the text."""

    __slots__ = ()


class RecordJudge:
    """Says what is wrong with a record, and keeps the keys that the contract does not know.

    Only keys at the top of a record are held against the contract: the header `price.amount` makes
    `price` known. `is_damaged`: U+FFFD stands for bytes that are no characters.
    """

    def __init__(self, contract: Contract, *, is_damaged: bool) -> None:
        headers = {header for column in contract.file_columns for header in column.headers}
        self._known = headers | {header.split(".")[0] for header in headers}
        self._discards = contract.drift == Drift.DISCARD_ROW
        self._is_damaged = is_damaged
        self._unknown: dict[str, None] = {}
        self._met = set(self._known)

    @property
    def unknown_headers(self) -> tuple[str, ...]:
        """Keys that were met and are unknown, in the order of their first record."""
        return tuple(self._unknown)

    def fault_of_text(self, text: str) -> StructuralFault:
        """What is wrong with the text of a record before it is decoded."""
        if self._is_damaged and "\ufffd" in text:
            return StructuralFault.BAD_ENCODING
        if "\0" in text or "\\u0000" in text:
            return StructuralFault.NUL_BYTE
        return StructuralFault.SOUND

    def judged(self, text: str, record: Any) -> tuple[Record, StructuralFault]:
        """A decoded record, or an empty one with its fault."""
        if not isinstance(record, dict) or ("\\u" in text and _has_lone_surrogate(record)):
            return {}, StructuralFault.BAD_JSON
        self.meet(record)
        if self._discards and any(record.get(key) not in (None, "") for key in self._unknown):
            return {}, StructuralFault.UNKNOWN_COLUMN
        return record, StructuralFault.SOUND

    def meet(self, keys: Collection[str]) -> None:
        """Keep those of a record's keys that the contract does not know."""
        if not self._met.issuperset(keys):
            self._unknown.update(dict.fromkeys(key for key in keys if key not in self._known))
            self._met.update(keys)

    def surplus(self, keys: Sequence[str], columns: Sequence[pa.Array]) -> Mask | None:
        """Of records given by columns, those with a value that makes them faulty; None: none."""
        surplus = None
        for key, values in zip(keys, columns, strict=True):
            if self._discards and key not in self._known:
                has_value = pc.fill_null(pc.not_equal(values, ""), False)
                mask: Mask = has_value.to_numpy(zero_copy_only=False)
                surplus = mask if surplus is None else surplus | mask
        return surplus


def unique(pairs: list[tuple[str, Any]]) -> Record:
    """An object.

    Raises:
        ValueError: a key stands twice in it.
    """
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key stands twice")
    return record


def no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=no_constant, object_pairs_hook=unique
)


def texts(records: list[Record], column: Column) -> pa.Array:
    """The values of a column as texts; nested values as JSON."""
    first, *others = column.headers
    values = _values(records, first)
    for other in others:
        values = [
            given if value is None else value
            for value, given in zip(values, _values(records, other), strict=True)
        ]
    try:
        return pa.array(values, pa.string())
    except pa.ArrowTypeError:
        plain = [v if v is None or isinstance(v, str) else json_text(v) for v in values]
        return pa.array(plain, pa.string())


def _values(records: list[Record], header: str) -> list[Any]:
    if "." not in header:
        return [record.get(header) for record in records]
    steps = header.split(".")
    return [record[header] if header in record else _value_at(record, steps) for record in records]


def _value_at(value: Any, steps: list[str]) -> Any:
    """The value at the end of a path; a number is a position in a list, from 0."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal():
            position = int(step)
            value = value[position] if position < len(value) else None
        else:
            return None
    return value


def json_text(value: Any) -> str:
    """JSON text of a value, numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}:{json_text(v)}" for k, v in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _has_lone_surrogate(record: Record) -> bool:
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
