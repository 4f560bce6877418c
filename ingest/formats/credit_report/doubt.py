"""The refusal of a report that cannot be read with certainty."""

from __future__ import annotations

from ingest.reasons import DeliveryRefused, RefusalReason

REMEDY = "deliver the report as the centre issues it, in full; a layout that is new needs a grammar"


def doubt(page: int, section: str, found: str, expected: str) -> DeliveryRefused:
    """The whole report is refused: a wrong item is worse than none.

    Args:
        page: where the doubt arose.
        section: title of the section, as the form has it.
        found: what is odd, without a word of the report's content.
        expected: what would have been understood.
    """
    return DeliveryRefused(
        RefusalReason.PARSE_LOW_CONFIDENCE,
        f"page {page}, section {section}: {found}",
        expected,
        REMEDY,
    )
