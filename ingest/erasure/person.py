"""Who is erased, and by what they are known in the data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

EVERYTHING = "everything"
REVOKED_GRANTS = "revoked grants"


@dataclass(frozen=True)
class Person:
    """A person, or what was read of them under some grants.

    `is_whole`: the person leaves, everything goes; otherwise only what came under
    `authorisation_ids`. `tokens` are of their own identifiers and tie rows that name nobody;
    `clear` are the identifiers themselves, to be looked for in delivered bytes; `sealed_tokens`
    are what the vault forgets when it does not forget all; `deliveries` (`feed/delivery_id`) are
    those that are theirs alone.
    """

    subject_key: str
    is_whole: bool
    authorisation_ids: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    clear: frozenset[str] = frozenset()
    sealed_tokens: frozenset[str] = frozenset()
    deliveries: frozenset[str] = frozenset()

    @property
    def extent(self) -> str:
        """How much of them is erased, in words."""
        return EVERYTHING if self.is_whole else REVOKED_GRANTS

    @cached_property
    def names(self) -> frozenset[str]:
        """What must be found nowhere afterwards."""
        if self.is_whole:
            return frozenset({self.subject_key}) | self.authorisation_ids | self.tokens
        return self.authorisation_ids

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """Finds the person in bytes: by what names them, and by their identifiers in clear."""
        return words_pattern(self.names | self.clear)

    def joined(self, other: Person) -> Person:
        """The same person with what `other` knows of them as well."""
        sets = [f.name for f in fields(self) if f.name not in {"subject_key", "is_whole"}]
        merged: dict[str, Any] = {name: getattr(self, name) | getattr(other, name) for name in sets}
        return replace(self, is_whole=self.is_whole or other.is_whole, **merged)

    def as_dict(self) -> dict[str, Any]:
        """For the journal, which seals it."""
        return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in asdict(self).items()}

    @classmethod
    def of_dict(cls, content: dict[str, Any]) -> Person:
        """Undo `as_dict`."""
        values: dict[str, Any] = {
            name: frozenset(value) if isinstance(value, list) else value
            for name, value in content.items()
        }
        return cls(**values)


def words_pattern(words: Iterable[str]) -> re.Pattern[bytes]:
    """Finds whole words in bytes of an encoding that keeps ASCII as it is."""
    every = b"|".join(re.escape(word.encode()) for word in sorted(words))
    return re.compile(rb"(?<![0-9A-Za-z])(?:" + (every or rb"(?!)") + rb")(?![0-9A-Za-z])")
