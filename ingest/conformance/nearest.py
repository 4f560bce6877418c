"""A file that no feed claims: is it damaged, and which feeds is it nearest to?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from ingest.conformance.results import Nearest
from ingest.contracts import Contract
from ingest.formats import open_delivery
from ingest.formats.layout_choice import Fit, best_fit
from ingest.formats.locked_workbooks import unlocked
from ingest.formats.sniff import is_archive, sniff
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

MOST_NAMED = 2
TRUE_OF_THE_FILE = {
    RefusalReason.EMPTY_FILE,
    RefusalReason.NO_STATEMENT,
    RefusalReason.PARSE_LOW_CONFIDENCE,
    RefusalReason.PASSWORD_NEEDED,
    RefusalReason.SENDER_ERROR,
    RefusalReason.TOO_LARGE,
    RefusalReason.TRUNCATED,
    RefusalReason.WRONG_PASSWORD,
}
"""Reasons that hold whatever feed the file was meant for."""


def true_refusal(
    path: Path, contracts: Iterable[Contract], passwords: Sequence[str]
) -> DeliveryRefused | None:
    """Why the file is no sound delivery of any feed; None where it is just of another kind.

    All feeds of the file's format must agree: a reader that looks for another structure may call a
    sound file cut off.
    """
    found: DeliveryRefused | None = None
    with path.open("rb") as stream:
        try:
            # Once for all feeds: trying passwords on a workbook is slow on purpose.
            source = cast(BinaryIO, unlocked(Source(stream, passwords)))
        except DeliveryRefused as refusal:
            return refusal
        for contract in contracts:
            source.seek(0)
            try:
                next(iter(open_delivery(source, contract, passwords=passwords).batches()), None)
            except DeliveryRefused as refusal:
                if refusal.reason_code in TRUE_OF_THE_FILE:
                    found = refusal
                elif refusal.reason_code != RefusalReason.UNKNOWN_FORMAT:
                    return None
            else:
                return None
    return found


def looks_like(path: Path, contracts: Iterable[Contract], passwords: Sequence[str]) -> str:
    """What the bytes are, in words for people."""
    taking_nothing = replace(next(iter(contracts)), formats=())
    with path.open("rb") as stream:
        try:
            source = unlocked(Source(stream, passwords))
            if is_archive(source):
                return "a zip archive"
            sniff(source, taking_nothing)
        except DeliveryRefused as refusal:
            return refusal.found
    raise AssertionError("a contract without formats takes no file")


def nearest_feeds(
    path: Path, contracts: Iterable[Contract], passwords: Sequence[str]
) -> tuple[Nearest, ...]:
    """The feeds with the largest shares of required headers in the file, the nearest first."""
    found: list[tuple[float, Nearest]] = []
    with path.open("rb") as stream:
        try:
            source = unlocked(Source(stream, passwords))
        except DeliveryRefused:
            return ()
        for contract in contracts:
            fit = best_fit(source, contract)
            if fit is None or not fit.matched or not fit.candidate.sought:
                continue
            share = 1 - len(fit.missing) / len(fit.candidate.sought)
            if share:
                found.append((share, _nearest(contract, fit)))
    found.sort(key=lambda entry: (-entry[0], -entry[1].matched))
    return tuple(nearest for _, nearest in found[:MOST_NAMED])


def _nearest(contract: Contract, fit: Fit) -> Nearest:
    return Nearest(
        feed=contract.feed,
        layout=fit.candidate.layout.name or None,
        matched=fit.matched,
        missing=tuple(" or ".join(column.headers) for column in fit.missing),
        header_line=fit.line or None,
    )
