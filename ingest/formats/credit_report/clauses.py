"""Sentences made of clauses: each clause must be understood, by one pattern, and stand once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.items import Cells, present
from ingest.formats.credit_report.texts import Unreadable

SEPARATORS = ",。;"
_READERS: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("_date", texts.day),
    ("_month", texts.month),
    ("_yuan", texts.amount),
    ("_count", texts.count),
    ("currency_code", texts.currency),
)


@dataclass(frozen=True)
class Clause:
    """A pattern whose named groups are cells; `constants` are cells that it implies."""

    pattern: re.Pattern[str]
    constants: tuple[tuple[str, str], ...] = ()


def clause(pattern: str, **constants: str) -> Clause:
    """A clause; `<D>`, `<M>` and `<N>` in the pattern stand for a day, a month and an amount, and
    `<D:name>` for one that becomes a cell."""
    return Clause(re.compile(expanded(pattern)), tuple(constants.items()))


def expanded(pattern: str) -> str:
    """The regular expression that a pattern with day, month and amount marks stands for."""
    marks = {"D": texts.DAY, "M": texts.MONTH, "N": texts.AMOUNT}
    named = re.sub(r"<([DMN]):(\w+)>", lambda m: f"(?P<{m[2]}>{marks[m[1]]})", pattern)
    return re.sub(r"<([DMN])>", lambda m: marks[m[1]], named)


def cells_of(match: re.Match[str]) -> Cells:
    """Named groups as cells, each read by what its name ends with.

    Raises:
        Unreadable: a group does not hold what its name promises.
    """
    return present(
        {name: read(name, text) for name, text in match.groupdict().items() if text is not None}
    )


def read(name: str, text: str) -> str | None:
    """A printed text as the cell of that name.

    Raises:
        Unreadable: it is none.
    """
    for suffix, reader in _READERS:
        if name.endswith(suffix):
            return reader(text)
    return texts.words(text)


def sentence_cells(head: re.Match[str], clauses: Sequence[Clause]) -> Cells:
    """Cells of a sentence from its head, which has matched, and the clauses behind it.

    Raises:
        Unreadable: a clause is not understood, or says again what another one said.
    """
    cells = cells_of(head)
    text, place = head.string, head.end()
    while place < len(text):
        if text[place] in SEPARATORS:
            place += 1
            continue
        match, constants = _clause_at(text, place, clauses)
        found = cells_of(match) | dict(constants)
        if found.keys() & cells.keys():
            raise Unreadable("a clause that says nothing twice")
        cells |= found
        place = match.end()
    return cells


def _clause_at(
    text: str, place: int, clauses: Sequence[Clause]
) -> tuple[re.Match[str], tuple[tuple[str, str], ...]]:
    for known in clauses:
        match = known.pattern.match(text, place)
        if match and (match.end() == len(text) or text[match.end()] in SEPARATORS + "("):
            return match, known.constants
    raise Unreadable("a clause that is known")
