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
REMEMBERED_TOKENS = 1_000_000
NO_TEXTS = pa.array([], pa.string())

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
    """Makes tokens under one key; remembers those of a bounded number of values, in Arrow."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
        self._known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def token(self, kind: str, value: str) -> str | None:
        """The token of one value; None when the value is no identifier of that kind."""
        normalised = KINDS[kind].normalise(value)
        return None if normalised is None else self._tokens(kind, [normalised])[0]

    def tokenise(self, kind: str, values: pa.Array) -> pa.Array:
        """Tokens of a string column; null where the value is null or not of the kind."""
        encoded = values.dictionary_encode()
        return self._distinct_tokens(kind, encoded.dictionary).take(encoded.indices)

    def _distinct_tokens(self, kind: str, distinct: pa.Array) -> pa.Array:
        values, tokens = self._known.get(kind, (NO_TEXTS, NO_TEXTS))
        places = pc.index_in(distinct, values)
        if places.null_count:
            if len(values) + places.null_count > REMEMBERED_TOKENS:
                values, tokens = NO_TEXTS, NO_TEXTS
                places = pa.nulls(len(distinct), pa.int32())
            is_new = places.is_null()
            unknown = distinct.filter(is_new)
            new_places = pa.array(range(len(values), len(values) + len(unknown)), pa.int32())
            places = pc.replace_with_mask(places, is_new, new_places)
            values = pa.concat_arrays([values, unknown])
            tokens = pa.concat_arrays([tokens, self._new_tokens(kind, unknown)])
            self._known[kind] = (values, tokens)
        return tokens.take(places)

    def _new_tokens(self, kind: str, texts: pa.Array) -> pa.Array:
        rule = KINDS[kind]
        given: list[str] = texts.to_pylist()
        if rule.canonical and pc.all(pc.match_substring_regex(texts, rule.canonical)).as_py():
            return pa.array(self._tokens(kind, given), pa.string())
        normalised = [rule.normalise(text) for text in given]
        made = iter(self._tokens(kind, [text for text in normalised if text is not None]))
        return pa.array([None if text is None else next(made) for text in normalised], pa.string())

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
