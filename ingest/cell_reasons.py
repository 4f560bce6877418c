"""Why a sound record was rejected: reason codes of cells and of consent."""

from __future__ import annotations

from enum import StrEnum


class CellReason(StrEnum):
    """Stands in quarantine beside the line and the column; docs/reasons.md is made from it."""

    MISSING_REQUIRED = "missing_required"
    """The column is required and the cell is empty."""
    BAD_INTEGER = "bad_integer"
    """Not a whole number in ASCII digits; 10.5 and 1e5 are none."""
    BAD_AMOUNT = "bad_amount"
    """Not an amount in yuan with at most two decimals."""
    BAD_PERCENT = "bad_percent"
    """Not a percentage with its sign and at most four decimals."""
    BAD_BOOLEAN = "bad_boolean"
    """Neither a yes nor a no."""
    BAD_DATE = "bad_date"
    """Not a day of the calendar."""
    BAD_TIMESTAMP = "bad_timestamp"
    """Not a day of the calendar with a time."""
    BAD_IDENTIFIER = "bad_identifier"
    """Not an identifier of its kind: wrong shape or wrong check character."""
    NOT_IN_ENUM = "not_in_enum"
    """Not one of the values that the contract lists."""
    PATTERN_MISMATCH = "pattern_mismatch"
    """Does not have the shape that the contract gives."""
    OUT_OF_RANGE = "out_of_range"
    """Below the least or above the greatest value allowed."""
    IN_FUTURE = "in_future"
    """Later than the delivery was received."""
    CONSENT_MISSING = "consent_missing"
    """No grant, or one that does not cover this feed or had not begun."""
    CONSENT_REVOKED = "consent_revoked"
    """The person had withdrawn the grant when the data was taken."""
    CONSENT_EXPIRED = "consent_expired"
    """The grant had ended when the data was taken."""


CONSENT_REASONS = frozenset(
    {
        CellReason.CONSENT_MISSING,
        CellReason.CONSENT_REVOKED,
        CellReason.CONSENT_EXPIRED,
    }
)
