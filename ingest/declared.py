"""Figures that a file declares of itself, held against its records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from ingest.batch import Declared
from ingest.contracts import Contract, DeclaredTotal
from ingest.formats import Reading
from ingest.formats.archives import outsides
from ingest.reasons import DeliveryRefused, RefusalReason

_DRESS = re.compile(r"[,，¥￥元\s]|^[A-Z]{3}")


class Figures:
    """Counts and sums over all records of a delivery, accepted or not, chunk by chunk."""

    def __init__(self, contract: Contract) -> None:
        self._columns = {column.name: column for column in contract.columns}
        self._computed = dict.fromkeys(contract.declared_totals, 0)

    def add(self, typed: pa.Table) -> None:
        """Take in a chunk of screened rows."""
        for total in self._computed:
            rows = typed
            for name, value in total.where:
                rows = rows.filter(pc.equal(rows.column(name), value))
            if total.column is None:
                self._computed[total] += rows.num_rows
            else:
                self._computed[total] += pc.sum(rows.column(total.column)).as_py() or 0

    def against(self, reading: Reading) -> tuple[Declared, ...]:
        """What the file declares beside what was computed; what it does not declare is left out.

        The members of an archive declare for themselves and are summed; where one of them is silent
        there is nothing that the records of all could be held against.
        """
        tally, files = reading.tally, outsides(reading)
        found: list[Declared] = []
        if tally.declared_records is not None:
            found.append(("records", tally.declared_records, tally.physical_records))
        found += tally.declared_figures
        for total, computed in self._computed.items():
            declared = self._declared_by_all(total, files)
            if declared is not None:
                found.append((total.what, declared, -computed if total.is_negated else computed))
        return tuple(found)

    def _declared_by_all(
        self, total: DeclaredTotal, files: Iterable[tuple[str, str]]
    ) -> int | None:
        declared = [self._declared(total, outside) for outside in files]
        given = [figure for figure in declared if figure is not None]
        return sum(given) if given and len(given) == len(declared) else None

    def _declared(self, total: DeclaredTotal, outside: Iterable[str]) -> int | None:
        for text in outside:
            if match := re.search(total.pattern, text, re.MULTILINE):
                column = self._columns.get(total.column or "")
                is_yuan = column is not None and column.parse == "yuan"
                return _whole(match.group(1), 100 if is_yuan else 1)
        return None


def refuse_mismatch(declared: Iterable[Declared]) -> None:
    """Refuse a delivery that does not hold what it declares.

    Raises:
        DeliveryRefused: names every figure that differs.
    """
    differing = [entry for entry in declared if entry[1] != entry[2]]
    if differing:
        raise DeliveryRefused(
            RefusalReason.DECLARED_MISMATCH,
            "; ".join(f"{what}: {computed} in the records" for what, _, computed in differing),
            "; ".join(f"{what}: {figure}, as the file declares" for what, figure, _ in differing),
            "ask the sender whether records are missing, and to deliver the file again",
        )


def _whole(text: str, factor: int) -> int | None:
    """The figure in whole units; None for what is no figure or has a fraction of a unit."""
    try:
        figure = Decimal(_DRESS.sub("", text.strip())) * factor
    except InvalidOperation:
        return None
    return int(figure) if figure.is_finite() and figure == int(figure) else None
