"""Text that was decoded wrongly before it came here, told where no header can be found in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from ingest.contracts import Column
from ingest.reasons import DeliveryRefused, RefusalReason

LOOKED_AT = 1 << 16
MISREADINGS = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("cp1252", "gb18030"),
    ("latin-1", "gb18030"),
    ("latin-1", "utf-8"),
)
"""(what the text was taken for, what it was)"""
STRANGE_CATEGORIES = {"Cn", "Co", "Cc"}
STRANGE_PER_CENT = 5
LOST = re.compile("\ufffd|锟斤拷")


def refuse_mojibake(data: bytes, columns: Sequence[Column]) -> None:
    """Refuse a text (as UTF-8) without header whose characters are not those that were written.

    Raises:
        DeliveryRefused: characters are lost, or read as they were meant they name the columns, or
            too many of them belong to no script.
    """
    text = data[:LOOKED_AT].decode(errors="ignore")
    foreign = [character for character in text if character > "\x7f"]
    lost = len(LOST.findall(text))
    strange = lost + sum(
        unicodedata.category(character) in STRANGE_CATEGORIES for character in foreign
    )
    if strange * 100 > STRANGE_PER_CENT * len(foreign) or _names_columns(text, columns):
        raise DeliveryRefused(
            RefusalReason.UNDECODABLE,
            "text whose characters were mistaken for others before it was written (mojibake)",
            "text in UTF-8, in GB18030, or in the encoding that its byte order mark names",
            "ask the sender to export the file anew, as UTF-8",
        )


def _names_columns(text: str, columns: Sequence[Column]) -> bool:
    """Do the headers show once the misreading is undone, save the few characters it cost?"""
    headers = [column.headers for column in columns if not column.optional_header]
    foreign = [names for names in headers if not any(name.isascii() for name in names)]
    for meant in _meant(text):
        found = sum(any(name in meant and name not in text for name in names) for names in foreign)
        if found and found * 2 > len(foreign):
            return True
    return False


def _meant(text: str) -> Iterator[str]:
    for taken_for, was in MISREADINGS:
        yield text.encode(taken_for, "ignore").decode(was, "ignore")
