"""What comes before the records of a delimited file: where it ends, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.contracts import Contract, Dialect
from ingest.formats.arrow_csv import split_cells
from ingest.formats.blocks import Block
from ingest.formats.headers import (
    Layout,
    find_header,
    header_missing,
    match_header,
    missing_columns,
)
from ingest.formats.lines import Lines
from ingest.formats.mojibake import refuse_mojibake

HEADER_SEARCH_LINES = 1_000
LONGEST_HEADER_BYTES = 1 << 16


@dataclass(frozen=True)
class Head:
    """The head of a file.

    `lines` come before the records, `header_line` is one of them (None: the file has none), `text`
    is what stands before the header. `body` are the records of the first block.
    """

    lines: int
    header_line: int | None
    text: str
    layout: Layout
    body: Block


def find_head(first: Block, contract: Contract) -> Head:
    """Tell head and records apart in the first block of a file.

    Raises:
        DeliveryRefused: there is no header.
    """
    lines = Lines(first.data)
    if contract.dialect.names:
        return _headerless(first, lines, contract)
    found = find_header(candidates(lines, contract.dialect), contract)
    if found is None:
        refuse_mojibake(first.data, contract.file_columns)
        raise header_missing(candidates(lines, contract.dialect), contract)
    index, layout = found
    if index + 1 < len(lines):
        record = split_cells(lines.text(index + 1), contract.dialect)
        layout = _without_lead(layout, record, contract)
    before = _before(first, lines, index)
    return Head(index + 1, index + 1, before, layout, _rest(first, lines, index + 1))


def _headerless(first: Block, lines: Lines, contract: Contract) -> Head:
    """The layout is the dialect's; the head is as many lines as its pattern finds."""
    layout = match_header(contract.dialect.names, contract.file_columns)
    if missing_columns(layout, contract.file_columns):
        raise header_missing([contract.dialect.names], contract)
    pattern = contract.dialect.head
    is_head = re.compile(pattern) if pattern else None
    index = 0
    while is_head and index < len(lines) and is_head.search(lines.text(index).decode()):
        index += 1
    before = _before(first, lines, index)
    return Head(index, None, before, layout, _rest(first, lines, index))


def _without_lead(layout: Layout, record: Sequence[str], contract: Contract) -> Layout:
    """The layout of a header that begins with a delimiter while the records do not."""
    leads = not layout.names[0] and record and record[0] and len(record) < layout.named_width
    return match_header(layout.names[1:], contract.file_columns) if leads else layout


def candidates(lines: Lines, dialect: Dialect) -> Iterator[Sequence[str]]:
    """The cells of the first lines, any of which may be the header."""
    for index in range(min(len(lines), HEADER_SEARCH_LINES)):
        line = lines.text(index)
        yield split_cells(line, dialect) if len(line) <= LONGEST_HEADER_BYTES else []


def _before(first: Block, lines: Lines, index: int) -> str:
    return first.data[: lines.offset(index)].decode(errors="replace").replace("\r\n", "\n")


def _rest(first: Block, lines: Lines, index: int) -> Block:
    cut = lines.offset(index)
    return Block(first.data[cut:], first.first_line + index, len(lines) - index)
