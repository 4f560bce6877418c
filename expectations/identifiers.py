"""Text that looks like an identifier of a person: what must not be found past the door."""

from __future__ import annotations

from collections.abc import Iterable

from expectations.suites import BATCH, Expected, literal, no_rows

MOBILE = r"(^|[^0-9])((00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}([^0-9]|$)"
ID_NUMBER = (
    r"(^|[^0-9])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx]([^0-9]|$)"
)
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
LOOKS_LIKE_IDENTIFIER = f"{MOBILE}|{ID_NUMBER}|{EMAIL}"

HARMLESS = r'\bd[0-9a-f]{24}\b|[0-9a-f]{32,}|_fen": ?-?[0-9]+'
"""Delivery ids, hashes, amounts in JSON: they may hold such digits by chance, and are left out."""

WIDE, NARROW = "０１２３４５６７８９＠．", "0123456789@."


def no_identifiers(columns: Iterable[str], locator: tuple[str, str] | None) -> Expected:
    """No text in `columns` looks like a mobile number, an ID number or an e-mail address.

    One expectation for all columns of a table, so that a wide table is one query.
    """
    place = ", ".join(locator or ("null", "null"))
    searches = [
        f"select {place}, {literal(f'in {column}')} as observed "
        f"from {BATCH} where {_looks_like_identifier(column)}"
        for column in columns
    ]
    return no_rows(
        "no text looks like a mobile number, an ID number or an e-mail address",
        "\nunion all\n".join(searches),
    )


def _looks_like_identifier(column: str) -> str:
    narrow = f"translate({column}, {literal(WIDE)}, {literal(NARROW)})"
    text = f"regexp_replace({narrow}, {literal(HARMLESS)}, ' ', 'g')"
    return f"regexp_matches({text}, {literal(LOOKS_LIKE_IDENTIFIER)})"
