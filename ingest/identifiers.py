"""Kinds of identifiers: how a value of each is brought into its normal form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

ID_NUMBER_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_NUMBER_CHECKS = "10X98765432"


def normalise_phone(text: str) -> str | None:
    """Eleven digits of a mobile number in mainland China; None for anything else."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)?86(?=1)", "", digits)
    return digits if re.fullmatch(r"1[3-9][0-9]{9}", digits) else None


def normalise_id_number(text: str) -> str | None:
    """Eighteen characters whose check character holds (GB 11643-1999: weights, mod 11)."""
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return None
    total = sum(
        int(digit) * weight for digit, weight in zip(number, ID_NUMBER_WEIGHTS, strict=False)
    )
    return number if ID_NUMBER_CHECKS[total % 11] == number[17] else None


def normalise_card(text: str) -> str | None:
    """12 to 19 digits of a card, or a masked number such as 6222****1234; else None."""
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).lower()
    if re.fullmatch(r"[0-9]{12,19}", number):
        return number
    is_masked = re.fullmatch(r"[0-9*x]{5,24}", number) and re.search(r"[*x]", number)
    return number if is_masked and re.search(r"[0-9]", number) else None


def normalise_email(text: str) -> str | None:
    """Lower case, with one @ between two parts; None for anything else."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    return address if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address) else None


def normalise_words(text: str) -> str | None:
    """Folded width and case, single spaces; None when nothing is left."""
    words = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return words or None


@dataclass(frozen=True)
class IdentifierKind:
    """How a kind is normalised. `canonical`: a pattern whose matches are normal already."""

    prefix: str
    normalise: Callable[[str], str | None]
    canonical: str | None = None


KINDS: dict[str, IdentifierKind] = {
    "phone": IdentifierKind("ph", normalise_phone, "^1[3-9][0-9]{9}$"),
    "id_number": IdentifierKind("id", normalise_id_number),
    "email": IdentifierKind("em", normalise_email),
    "name": IdentifierKind("nm", normalise_words),
    "account": IdentifierKind("ac", normalise_words),
    "counterparty": IdentifierKind("cp", normalise_words),
    "card": IdentifierKind("cd", normalise_card, "^[0-9]{12,19}$"),
    "device": IdentifierKind("dv", normalise_words),
    "address": IdentifierKind("ad", normalise_words),
    "ip": IdentifierKind("ip", normalise_words),
    "company": IdentifierKind("co", normalise_words),
}
