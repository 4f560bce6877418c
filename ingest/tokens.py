"""Identifiers become keyed tokens here, before a row goes any further.

A token is HMAC-SHA256 over the kind and the normalised value: equal values of one kind get equal
tokens, and without the key nobody can try values. It is made in Python over the distinct values of
a column, never in SQL, where the key would show in query plans.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

TOKEN_HEX_DIGITS = 32
BLOCK_BYTES = 64
CACHED_TOKENS = 500_000

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
}


class Tokeniser:
    """Makes tokens under one key; keeps the tokens of a bounded number of values in memory."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
        self._cache: dict[tuple[str, str], str | None] = {}

    def token(self, kind: str, value: str) -> str | None:
        """The token of one value; None when the value is no identifier of that kind."""
        normalised = KINDS[kind].normalise(value)
        return None if normalised is None else self._tokens(kind, [normalised])[0]

    def tokenise(self, kind: str, values: pa.Array) -> pa.Array:
        """Tokens of a string column; null where the value is null or not of the kind."""
        encoded = values.dictionary_encode()
        distinct = encoded.dictionary
        tokens = pa.array(self._distinct_tokens(kind, distinct), pa.string())
        return tokens.take(encoded.indices)

    def _distinct_tokens(self, kind: str, distinct: pa.Array) -> list[str | None]:
        texts: list[str] = distinct.to_pylist()
        rule = KINDS[kind]
        if rule.canonical and pc.all(pc.match_substring_regex(distinct, rule.canonical)).as_py():
            return list(self._tokens(kind, texts))
        cache = self._cache
        if len(cache) > CACHED_TOKENS:
            cache.clear()
        for text in texts:
            if (kind, text) not in cache:
                cache[kind, text] = self.token(kind, text)
        return [cache[kind, text] for text in texts]

    def _tokens(self, kind: str, normalised: list[str]) -> list[str]:
        seeded = self._inner.copy()
        seeded.update(kind.encode() + b"\0")
        inner_copy, outer_copy = seeded.copy, self._outer.copy
        prefix = KINDS[kind].prefix + "_"
        tokens = []
        for text in normalised:
            inner = inner_copy()
            inner.update(text.encode())
            outer = outer_copy()
            outer.update(inner.digest())
            tokens.append(prefix + outer.hexdigest()[:TOKEN_HEX_DIGITS])
        return tokens
