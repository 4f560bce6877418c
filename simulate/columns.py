"""Columns of text, made whole: numbers, amounts, instants and lines without a loop over rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulate.calendar import UTC_OFFSET

Text = pa.Array
Part = pa.Array | str


def joined(*parts: Part, separator: str = "") -> Text:
    """Columns and constants, joined row by row; a null counts as nothing."""
    return pc.binary_join_element_wise(
        *parts, separator, null_handling="replace", null_replacement=""
    )


def number_text(numbers: np.ndarray, width: int = 0) -> Text:
    """Whole numbers in decimal, padded with zeros to `width`."""
    text = pa.array(numbers).cast(pa.string())
    return pc.utf8_lpad(text, width=width, padding="0") if width else text


def yuan_text(fen: np.ndarray) -> Text:
    """Fen as yuan with two decimals."""
    return joined(number_text(fen // 100), ".", number_text(fen % 100, 2))


def clock_text(instants: np.ndarray) -> Text:
    """`YYYY-MM-DD HH:MM:SS` on the Shanghai clock."""
    return pa.array(instants.astype("datetime64[s]")).cast(pa.string())


def day_text(instants: np.ndarray) -> Text:
    """`YYYYMMDD` on the Shanghai clock."""
    days = pa.array(instants.astype("datetime64[D]")).cast(pa.string())
    return pc.replace_substring(days, "-", "")


def offset_text(instants: np.ndarray) -> Text:
    """`YYYY-MM-DDTHH:MM:SS+08:00`; not-a-time becomes null."""
    return pc.replace_substring(
        pc.binary_join_element_wise(clock_text(instants), "+08:00", ""), " ", "T"
    )


def utc(instants: np.ndarray) -> pa.Array:
    """Timestamps with zone UTC, for files that carry types."""
    moved = (instants - UTC_OFFSET).astype("datetime64[us]")
    return pa.array(moved).cast(pa.timestamp("us", tz="UTC"))


def chosen(texts: Sequence[str | None], positions: np.ndarray) -> Text:
    """One of `texts` per row."""
    return pa.array(texts, pa.string()).take(pa.array(positions))


def where(condition: np.ndarray, then: Part, otherwise: Part) -> Text:
    """`then` in the rows where `condition` holds, else `otherwise`."""
    mask = pa.array(condition)
    if isinstance(then, str) and isinstance(otherwise, str):
        otherwise = pa.repeat(pa.scalar(otherwise), len(mask))
    return pc.if_else(mask, then, otherwise)


def csv_lines(columns: Sequence[Text], ending: str = "\n") -> Text:
    """Lines of unquoted comma-separated cells."""
    return joined(joined(*columns, separator=","), ending)


def json_lines(columns: dict[str, pa.Array]) -> Text:
    """One JSON object per row, from text (quoted) and number columns, null where null.

    Raises:
        ValueError: a text holds a character that JSON would have to escape.
    """
    parts: list[Part] = []
    for position, (name, column) in enumerate(columns.items()):
        lead = "{" if position == 0 else ", "
        value = column.cast(pa.string())
        if pa.types.is_string(column.type):
            if pc.any(pc.match_substring_regex(value, r'["\\\x00-\x1f]')).as_py():
                raise ValueError(f"column {name} holds a character that JSON escapes")
            value = pc.binary_join_element_wise('"', value, '"', "")
        parts += [f'{lead}"{name}": ', pc.fill_null(value, "null")]
    return joined(*parts, "}\n")


def blocks(lines: Text, bounds: np.ndarray) -> Iterator[str]:
    """The text of rows `bounds[i]` to `bounds[i + 1]`, for each i."""
    large = pc.cast(lines, pa.large_string())
    _, offsets, data = large.buffers()
    starts = np.frombuffer(offsets, np.int64)[large.offset + bounds] if len(bounds) else bounds
    body = memoryview(data) if data is not None else memoryview(b"")
    for start, stop in pairwise(starts):
        yield bytes(body[start:stop]).decode()
