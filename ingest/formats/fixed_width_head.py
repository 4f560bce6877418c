"""What comes before the records of a fixed-width file, and which field stands where in them.

OFDCFDAT is the data file of the fund industry's exchange protocol (JR/T 0017): a line each for
identity, version, creator, recipient, date, summary table, file type, sender and receiver; then how
many fields there are, their names, how many records; the records; OFDCFEND.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.contracts import Contract
from ingest.formats.headers import Layout, header_missing, match_header, missing_columns
from ingest.formats.sniff import FUND_MAGIC
from ingest.formats.source import truncated
from ingest.reasons import DeliveryRefused, RefusalReason

FUND_END = "^OFDCFEND"
MOST_HEAD_LINES = 1_000
_FIELD_NAME = re.compile(r"[A-Za-z]\w*")


@dataclass(frozen=True)
class FixedHead:
    """`lines` come before the records; `starts` has where each field of the layout begins in a
    record of `width` bytes, and `ends` where it ends; `tail` finds the line after the records."""

    lines: int
    layout: Layout
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    tail: str | None
    declared_records: int | None = None

    @property
    def width(self) -> int:
        """Bytes per record."""
        return self.ends[-1]


def find_fixed_head(lines: Sequence[str], contract: Contract) -> FixedHead:
    """The head of a file, given its first lines.

    Raises:
        DeliveryRefused: the file names a field whose width nobody knows, lacks one that the
            contract requires, or ends within its head.
    """
    fixed = contract.dialect.fixed_width
    if fixed is None:
        raise ValueError(f"{contract.feed}: fixed_width needs a dialect with fixedWidth.fields")
    if lines and lines[0].startswith(FUND_MAGIC):
        return _fund_head(lines, contract, dict(fixed.fields))
    is_head = re.compile(fixed.head) if fixed.head else None
    count = 0
    while is_head and count < len(lines) and is_head.search(lines[count]):
        count += 1
    return _head(count, fixed.fields, fixed.tail, contract)


def _fund_head(lines: Sequence[str], contract: Contract, widths: dict[str, int]) -> FixedHead:
    for index, line in enumerate(lines[1:MOST_HEAD_LINES], start=1):
        count = int(line) if line.strip().isdecimal() else 0
        names = [name.strip() for name in lines[index + 1 : index + 1 + count]]
        after = index + 1 + count
        if count and after < len(lines) and all(map(_FIELD_NAME.fullmatch, names)):
            declared = lines[after].strip()
            if declared.isdecimal():
                fields = _fields(names, widths)
                return _head(after + 1, fields, FUND_END, contract, int(declared))
    raise truncated("a fund industry file that ends within its head")


def _fields(names: Sequence[str], widths: dict[str, int]) -> list[tuple[str, int]]:
    """The fields of a file, named as the contract writes them: senders differ in case."""
    known = {name.lower(): (name, width) for name, width in widths.items()}
    strange = [name for name in names if name.lower() not in known]
    if strange:
        raise DeliveryRefused(
            RefusalReason.UNKNOWN_COLUMN,
            f"fields whose width the contract does not know: {', '.join(strange)}",
            "fields that the dialect's fixedWidth lists: the file gives no widths",
            "add the fields with their widths from the sender's interface description",
        )
    return [known[name.lower()] for name in names]


def _head(
    lines: int,
    fields: Sequence[tuple[str, int]],
    tail: str | None,
    contract: Contract,
    declared_records: int | None = None,
) -> FixedHead:
    names = [name for name, _ in fields]
    layout = match_header(names, contract.file_columns)
    if missing_columns(layout, contract.file_columns):
        raise header_missing([names], contract)
    ends, end = [], 0
    for _, width in fields:
        end += width
        ends.append(end)
    starts = tuple(end - width for end, (_, width) in zip(ends, fields, strict=True))
    return FixedHead(lines, layout, starts, tuple(ends), tail, declared_records)
