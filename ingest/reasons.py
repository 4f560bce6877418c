"""Why a record or a whole delivery was turned away before its cells were judged."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any

from tallywatch.errors import TerminalError


class StructuralFault(IntEnum):
    """What is wrong with a record as such; its cells are not read. Zero means sound."""

    SOUND = 0
    """The record has its cells."""
    TOO_FEW_COLUMNS = 1
    """The line has fewer cells than the header names."""
    TOO_MANY_COLUMNS = 2
    """The line has a value where the header names no column."""
    BROKEN_QUOTES = 3
    """The line opens a quote that it does not close, or closes one that it did not open."""
    NUL_BYTE = 4
    """The record holds a NUL character."""
    BAD_ENCODING = 5
    """The record holds bytes that are no characters in the encoding of the file."""
    STRAY_CARRIAGE_RETURN = 6
    """The line holds a carriage return that does not end it."""
    LINE_TOO_LONG = 7
    """The line is longer than any record can be; its end was probably lost."""
    UNKNOWN_COLUMN = 8
    """The record has a value in a column that the contract does not know."""
    BAD_JSON = 9
    """The line is not one JSON object that names each key once."""
    ERROR_VALUE = 10
    """A cell of the sheet holds an error such as #REF! instead of a value."""
    BAD_RECORD = 11
    """The record is not written as its format says."""
    LOST_DIGITS = 12
    """A number of the sheet has more digits than its cell holds, such as a card typed as one."""


class RefusalReason(StrEnum):
    """Why a whole delivery was refused."""

    EMPTY_FILE = "empty_file"
    """There is nothing in the file."""
    NOT_A_FILE = "not_a_file"
    """There is a folder or a device where a file was expected."""
    UNKNOWN_FORMAT = "unknown_format"
    """The bytes are of a format that the feed does not take."""
    UNDECODABLE = "undecodable"
    """The text fits none of the encodings: by its mark, UTF-8, GB18030."""
    SENDER_ERROR = "sender_error"
    """The file is the sender's message that something failed, not a delivery."""
    NO_STATEMENT = "no_statement"
    """The file is sound but is no statement: a fragment, or an answer that holds none."""
    TRUNCATED = "truncated"
    """The end or a part of the file is missing or damaged."""
    PASSWORD_NEEDED = "password_needed"  # noqa: S105 - a reason, not a password
    """The file is locked and came without a password."""
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    """The file is locked and no password at hand opens it."""
    UNREADABLE_MEMBER = "unreadable_member"
    """The archive holds a file that is neither the feed's nor to be ignored."""
    TOO_LARGE = "too_large"
    """The file would unpack to more than can be read."""
    HEADER_MISSING = "header_missing"
    """No line names all the columns that the contract requires."""
    UNKNOWN_COLUMN = "unknown_column"
    """The file has a column that the contract does not know and its drift policy is freeze."""
    TOO_MANY_REJECTS = "too_many_rejects"
    """More of the records are faulty than the contract allows."""
    DECLARED_MISMATCH = "declared_mismatch"
    """The file declares a count or a total that its records do not have."""
    PARSE_LOW_CONFIDENCE = "parse_low_confidence"
    """A part of the document is not understood, and nothing of it is guessed."""
    RECORDS_LOST = "records_lost"
    """Other records were judged than a second count finds in the file."""


class DeliveryRefused(TerminalError):  # noqa: N818 - the delivery is refused, nothing erred
    """The delivery cannot be read at all. Messages name headers and lines, never cells."""

    def __init__(self, reason_code: str, found: str, expected: str, remedy: str) -> None:
        super().__init__(found, expected, remedy)
        self.reason_code = str(reason_code)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.reason_code, self.found, self.expected, self.remedy)
