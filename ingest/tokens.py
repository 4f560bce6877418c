"""Identifiers become keyed tokens here, before a row goes any further.

A token is HMAC-SHA256 over the kind and the normalised value: equal values of one kind get equal
tokens, and without the key nobody can try values. It is made in Python over the distinct values of
a column, never in SQL, where the key would show in query plans.
"""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from ingest.identifiers import KINDS
from ingest.known_texts import NO_TEXTS, KnownTexts

TOKEN_HEX_DIGITS = 32
BLOCK_BYTES = 64
REMEMBERED_TOKENS = 1_000_000


class Tokeniser:
    """Makes tokens under one key; remembers those of a bounded number of values, in Arrow."""

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
        self._outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
        self._known: dict[str, tuple[KnownTexts, pa.Array]] = {}

    def token(self, kind: str, value: str) -> str | None:
        """The token of one value; None when the value is no identifier of that kind."""
        normalised = KINDS[kind].normalise(value)
        return None if normalised is None else self._tokens(kind, [normalised])[0]

    def tokenise(self, kind: str, values: pa.Array) -> pa.Array:
        """Tokens of a string column; null where the value is null or not of the kind."""
        known, tokens = self._known.get(kind) or (KnownTexts(), NO_TEXTS)
        places = known.places(values)
        if places.null_count > values.null_count:
            is_new = pc.and_(places.is_null(), values.is_valid())
            new = values.filter(is_new).dictionary_encode()
            if len(known) and len(known) + len(new.dictionary) > REMEMBERED_TOKENS:
                del self._known[kind]
                return self.tokenise(kind, values)
            new_places = pc.add(new.indices, pa.scalar(len(known), pa.int32()))
            places = pc.replace_with_mask(places, is_new, new_places)
            known.add(new.dictionary)
            tokens = pa.concat_arrays([tokens, self._new_tokens(kind, new.dictionary)])
            self._known[kind] = (known, tokens)
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
