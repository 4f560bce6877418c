"""What to say of a file that no feed claims: that it is damaged, or which feed it is nearest to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.conformance.results import Nearest
from ingest.contracts import Contract
from ingest.formats import open_delivery
from ingest.formats.layout_choice import best_fit
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, RefusalReason

LEAST_SHARE = 0.2
"""Of a layout's required headers; with less in common a feed is near to nothing."""
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
    for contract in contracts:
        with path.open("rb") as stream:
            try:
                next(iter(open_delivery(stream, contract, passwords=passwords).batches()), None)
            except DeliveryRefused as refusal:
                if refusal.reason_code in TRUE_OF_THE_FILE:
                    found = refusal
                elif refusal.reason_code != RefusalReason.UNKNOWN_FORMAT:
                    return None
            else:
                return None
    return found


def nearest_feed(
    path: Path, contracts: Iterable[Contract], passwords: Sequence[str]
) -> Nearest | None:
    """The feed with the largest share of required headers in the file, and what the file lacks."""
    nearest: tuple[float, Nearest] | None = None
    with path.open("rb") as stream:
        source = Source(stream, passwords)
        for contract in contracts:
            fit = best_fit(source, contract)
            if fit is None or not fit.matched or not fit.candidate.sought:
                continue
            share = 1 - len(fit.missing) / len(fit.candidate.sought)
            if share >= LEAST_SHARE and (nearest is None or share > nearest[0]):
                missing = tuple(" or ".join(column.headers) for column in fit.missing)
                layout = fit.candidate.layout.name or None
                nearest = (share, Nearest(contract.feed, layout, fit.matched, missing))
    return nearest[1] if nearest else None
