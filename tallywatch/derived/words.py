"""Words and marks that the derived files share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.contracts import Contract

NOTICE = "Derived from the contracts in ingest/feeds by `tallywatch derive`; do not edit."

LINEAGE_DESCRIPTIONS: Mapping[str, str] = {
    "_feed": "Name of the feed.",
    "_delivery_id": "The delivery that brought the row.",
    "_file_sha256": "Digest of the delivered bytes.",
    "_line_number": "Line of the row in its file.",
    "_received_at": "When the delivery was received (UTC).",
    "_business_date": "Day in Shanghai on which the row happened.",
}
SUBJECT_DESCRIPTION = "Whose data it is, by the grant."


def described_columns(contract: Contract) -> list[tuple[str, str]]:
    """Names of the raw columns with what they mean, lineage last."""
    columns = [(c.raw_name, c.description) for c in contract.columns]
    if contract.consent_scope:
        columns.append(("subject_key", SUBJECT_DESCRIPTION))
    return columns + list(LINEAGE_DESCRIPTIONS.items())


def codes(names: Iterable[str]) -> str:
    """Names in code marks, by commas."""
    return ", ".join(f"`{name}`" for name in names) or "none"
