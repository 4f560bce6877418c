"""Which layout a file has: the one of which most headers are found at its beginning.

Only the first lines (of a table) or records (of other formats) are looked at, once for all layouts
of a format. Nothing is chosen by a file's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from ingest.contract_layouts import Drift
from ingest.contracts import Column, Contract
from ingest.formats.file_contracts import LaidOut, laid_out
from ingest.formats.first_rows import FIRST_ROWS, Row
from ingest.formats.headers import match_header, missing_columns
from ingest.formats.readers import read_format
from ingest.formats.reading import Reading
from ingest.formats.shaping import ShapedReading
from ingest.formats.sniff import sniff
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

PROBED_RECORDS = 1_000
NAMED_LAYOUTS = 3
OTHER_KIND = {RefusalReason.UNKNOWN_FORMAT, RefusalReason.HEADER_MISSING}


@dataclass(frozen=True)
class Fit:
    """How well a layout fits: how many of its headers were found, and which are missing.

    `known_share` is the share of the headers in the file that the layout knows; in a format
    without a header line, of the headers that the layout knows those that are in the file.
    """

    candidate: LaidOut
    matched: int
    missing: tuple[Column, ...]
    line: int = 0
    known_share: float = 0.0

    @property
    def is_headerless(self) -> bool:
        """Are the columns named by the dialect and not by the file?"""
        return bool(self.candidate.contract.dialect.names)

    @property
    def is_whole(self) -> bool:
        """Has the file all that the layout requires, and anything at all of it?"""
        return not self.missing and self.matched > 0


def read_laid_out(source: Source, contract: Contract, batch_rows: int) -> Reading:
    """Read a file, which is no archive, by the layout that it has.

    Raises:
        DeliveryRefused: it fits no layout; names the nearest and what it lacks of them.
    """
    if not contract.is_shaped:
        return read_format(source, contract, batch_rows)
    chosen = choose(source, contract)
    return ShapedReading(read_format(source, chosen.contract, batch_rows), contract, chosen)


def choose(source: Source, contract: Contract) -> LaidOut:
    """The layout that the file has; of several that fit, the one with most headers in the file.

    Raises:
        DeliveryRefused: see `read_laid_out`.
    """
    candidates = _of_its_formats(source, contract)
    if len(candidates) == 1:
        return candidates[0][1]
    found = fits(source, candidates)
    # A file of records that holds none has every layout.
    whole = [fit for fit in found if fit.is_whole or not fit.missing]
    if not whole:
        nearest = max(found, key=lambda fit: fit.matched).candidate.contract
        _refuse_as_its_reader_does(source, nearest)
        raise _fits_none(found)
    # What is read without a header fits any file, so it comes last.
    return max(whole, key=lambda fit: (not fit.is_headerless, fit.matched)).candidate


def best_fit(source: Source, contract: Contract) -> Fit | None:
    """The layout that fits best, for telling feeds apart; None where the format is another.

    A file of the format that its reader refuses has nothing of the first layout.
    """
    try:
        candidates = _of_its_formats(source, contract)
    except DeliveryRefused:
        return None
    try:
        found = fits(source, candidates)
    except DeliveryRefused:
        first = candidates[0][1]
        return Fit(first, 0, first.sought)
    return max(found, key=lambda fit: (fit.is_whole, -len(fit.missing), fit.matched), default=None)


def fits(source: Source, candidates: Sequence[tuple[str, LaidOut]]) -> list[Fit]:
    """How each (format, layout) fits, in the order given."""
    rows: dict[object, Sequence[Row]] = {}
    found = []
    for format_name, candidate in candidates:
        read_rows = FIRST_ROWS.get(format_name)
        if read_rows is None:
            found.append(_fit_of_records(source, candidate, format_name))
            continue
        dialect = candidate.contract.dialect
        key = (format_name, dialect.delimiter, dialect.quoting, dialect.encoding, dialect.names)
        if key not in rows:
            rows[key] = list(read_rows(source, dialect))
        found.append(_fit_of_rows(rows[key], candidate))
    return found


def _of_its_formats(source: Source, contract: Contract) -> list[tuple[str, LaidOut]]:
    """Layouts for the format of the bytes, with that format, once for each delimiter to try."""
    told: dict[object, str | DeliveryRefused] = {}
    candidates = []
    for candidate in laid_out(contract):
        dialect = candidate.contract.dialect
        key = (candidate.contract.formats, dialect.encoding)
        if key not in told:
            told[key] = _told(source, candidate.contract)
        answer = told[key]
        if isinstance(answer, str):
            delimiters = (dialect.delimiter, *dialect.other_delimiters)
            given = delimiters if answer == "delimited" else delimiters[:1]
            candidates += [(answer, candidate.with_delimiter(delimiter)) for delimiter in given]
    if not candidates:
        raise next(answer for answer in told.values() if isinstance(answer, DeliveryRefused))
    return candidates


def _told(source: Source, contract: Contract) -> str | DeliveryRefused:
    try:
        return sniff(source, contract)
    except DeliveryRefused as refusal:
        if refusal.reason_code != RefusalReason.UNKNOWN_FORMAT:
            raise
        return refusal


def _fit_of_rows(rows: Sequence[Row], candidate: LaidOut) -> Fit:
    columns = candidate.contract.file_columns
    known = {header for column in columns for header in column.headers}
    nearest = Fit(candidate, 0, candidate.sought)
    for line, cells in enumerate(rows, start=1):
        if known.isdisjoint(cells):
            continue
        layout = match_header(cells, columns)
        missing = tuple(missing_columns(layout, columns))
        if len(missing) < len(nearest.missing) or not nearest.matched:
            matched = len({position for position in layout.positions if position is not None})
            named = sum(1 for name in layout.names if name)
            nearest = Fit(candidate, matched, missing, line, matched / named)
            if nearest.is_whole:
                break
    return nearest


def _fit_of_records(source: Source, candidate: LaidOut, format_name: str) -> Fit:
    """A format without header line: a header is there when a record has a value under it."""
    columns = candidate.contract.file_columns
    headers = {header for column in columns for header in column.headers}
    present = _present(source, candidate.contract, sorted(headers), format_name)
    if present is None:
        return Fit(candidate, 0, ())
    missing = tuple(column for column in candidate.sought if present.isdisjoint(column.headers))
    return Fit(candidate, len(present), missing, known_share=len(present) / len(headers))


def _present(
    source: Source, contract: Contract, headers: Sequence[str], format_name: str
) -> set[str] | None:
    """Headers under which the first records have a value; None where there is no record.

    Any text can be cut into fields of so many bytes: where most lines have another width than the
    records of the feed, nothing is found.
    """
    columns = tuple(
        Column(header, "string", "", "internal", headers=(header,), optional_header=True)
        for header in headers
    )
    try:
        probe = replace(contract, columns=columns, drift=Drift.EVOLVE)
        batch = next(iter(read_format(source, probe, PROBED_RECORDS).batches()), None)
    except DeliveryRefused as refusal:
        if refusal.reason_code not in OTHER_KIND:
            raise
        return set()
    if batch is None:
        return None
    faulty = batch.num_rows - pc.sum(pc.equal(batch.column("_fault"), 0)).as_py()
    if format_name == "fixed_width" and faulty * 2 > batch.num_rows:
        return set()
    return {header for header in headers if pc.count(batch.column(header)).as_py()}


def _refuse_as_its_reader_does(source: Source, contract: Contract) -> None:
    """The reader may know why there is no header, such as characters that were mistaken."""
    try:
        read_format(source, contract, PROBED_RECORDS)
    except DeliveryRefused as refusal:
        if refusal.reason_code not in OTHER_KIND:
            raise


def _fits_none(found: Sequence[Fit]) -> DeliveryRefused:
    nearest = sorted(
        (fit for fit in found if fit.matched),
        key=lambda fit: len(fit.missing) / max(len(fit.candidate.sought), 1),
    )
    seen = "; ".join(_described(fits) for fits in _by_name(nearest[:NAMED_LAYOUTS]))
    names = dict.fromkeys(fit.candidate.layout.name for fit in found)
    return DeliveryRefused(
        RefusalReason.HEADER_MISSING,
        f"no layout fits; {seen}" if seen else "no header of any layout",
        f"the headers of one of the layouts: {', '.join(names)}",
        "ask the sender for the agreed columns, or add the new layout to the contract",
    )


def _by_name(nearest: Sequence[Fit]) -> Iterator[Fit]:
    named = set()
    for fit in nearest:
        if fit.candidate.layout.name not in named:
            named.add(fit.candidate.layout.name)
            yield fit


def _described(fit: Fit) -> str:
    lacking = ", ".join(" or ".join(column.headers) for column in fit.missing)
    where = f" (line {fit.line})" if fit.line else ""
    return f"{fit.candidate.layout.name}{where} lacks {lacking}"
