"""Finding the header of a file by the columns that the contract requires."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.contracts import Column, Contract, Drift
from ingest.formats.cells import PADDING
from ingest.reasons import DeliveryRefused, RefusalReason

_GUARD = re.compile(r'^="(.*)"$|^`(.+)$', re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """Where the columns of a contract stand in a file.

    `names` are the cleaned header texts of all columns of the file, `positions` has one entry per
    file column of the contract (None where an optional header is absent), `unknown` are positions
    whose header the contract does not know. A repeated header counts where it stands first.
    """

    names: tuple[str, ...]
    positions: tuple[int | None, ...]
    unknown: tuple[int, ...]

    @property
    def width(self) -> int:
        """Cells per line, including nameless ones."""
        return len(self.names)

    @property
    def named_width(self) -> int:
        """Cells per line up to the last one that has a name of its own."""
        return max(self.names.index(name) for name in set(self.names) if name) + 1

    @property
    def nameless(self) -> tuple[int, ...]:
        """Positions without a header text."""
        return tuple(position for position, name in enumerate(self.names) if not name)

    @property
    def unknown_headers(self) -> tuple[str, ...]:
        """Header texts that the contract does not know, in file order."""
        return tuple(self.names[position] for position in self.unknown)


def header_text(cell: str) -> str:
    """A cell of a header line without padding, spreadsheet guards and back-quotes."""
    return _GUARD.sub(r"\1\2", cell.strip(PADDING)).strip(PADDING)


def match_header(cells: Sequence[str], columns: Sequence[Column]) -> Layout:
    """Lay the columns of a contract over the cells of a header line."""
    names = tuple(map(header_text, cells))
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        first.setdefault(name, position)
    known = {header for column in columns for header in column.headers}
    return Layout(
        names=names,
        positions=tuple(
            next((first[header] for header in column.headers if header in first), None)
            for column in columns
        ),
        unknown=tuple(p for p, name in enumerate(names) if name and name not in known),
    )


def missing_columns(layout: Layout, columns: Sequence[Column]) -> list[Column]:
    """Columns that must have a header and have none."""
    return [
        column
        for column, position in zip(columns, layout.positions, strict=True)
        if position is None and not column.optional_header
    ]


def find_header(lines: Iterable[Sequence[str]], contract: Contract) -> tuple[int, Layout] | None:
    """The first of `lines` (given as cells) that is the header, with its layout."""
    for index, cells in enumerate(lines):
        layout = match_header(cells, contract.file_columns)
        if any(layout.names) and not missing_columns(layout, contract.file_columns):
            return index, layout
    return None


def header_missing(lines: Iterable[Sequence[str]], contract: Contract) -> DeliveryRefused:
    """The refusal of a file without header; names the line that comes nearest to one."""
    columns = contract.file_columns
    sought = [column for column in columns if not column.optional_header]
    looked_at, nearest, fewest = 0, 0, sought
    for looked_at, cells in enumerate(lines, start=1):
        missing = missing_columns(match_header(cells, columns), columns)
        if len(missing) < len(fewest):
            nearest, fewest = looked_at, missing
    where = "the only line" if looked_at == 1 else f"the first {looked_at} lines"
    found = f"no header in {where}"
    if nearest:
        found += f"; line {nearest} comes nearest and lacks {_listed(fewest)}"
    return DeliveryRefused(
        RefusalReason.HEADER_MISSING,
        found,
        f"a line with the columns {_listed(sought)}",
        "ask the sender for the agreed columns, or add the new header text to the contract",
    )


def refuse_unknown_columns(headers: Sequence[str], contract: Contract) -> None:
    """Hold the drift policy `freeze` against headers that the contract does not know.

    Raises:
        DeliveryRefused: there is one and the policy is freeze.
    """
    if headers and contract.drift == Drift.FREEZE:
        raise DeliveryRefused(
            RefusalReason.UNKNOWN_COLUMN,
            f"columns that the contract does not know: {', '.join(headers)}",
            "only columns of the contract (its drift policy is freeze)",
            "agree on the new column and add it to the contract, or have it taken out",
        )


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(" or ".join(column.headers) for column in columns)
