"""Masking: what of an identifier an extract shows, by the policy in `masks.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

POLICY = Path(__file__).with_name("masks.yaml")
HIDDEN_NUMBER = "*" * 7
MASKED = "_masked"


@dataclass(frozen=True)
class Mask:
    """How values of a kind are shown: their last digits."""

    kind: str
    digits: int

    def of(self, value: str | None) -> str | None:
        """The masked value; its length tells nothing of the value's. None stays None."""
        if value is None:
            return None
        text = value.strip()
        return HIDDEN_NUMBER + text[-self.digits :] if len(text) > self.digits else HIDDEN_NUMBER


@dataclass(frozen=True)
class Policy:
    """What `masks.yaml` says."""

    least_people: int
    row: Mapping[str, Mask]
    alone: Mapping[str, Mask]
    never_beside: frozenset[str]
    revealed: Mapping[str, str]
    reveal_at_most: int
    roles: Mapping[str, frozenset[str]]

    def masked(self, column: str, value: str | None) -> str | None:
        """A value as a masked row shows it in `column`."""
        return self.row[column].of(value)

    def forbidden(self, columns: Iterable[str]) -> list[str]:
        """Those of the columns that must not stand beside a masked person."""
        return sorted(self.never_beside & set(columns))


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy."""
    content: dict[str, Any] = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    return Policy(
        least_people=content["least_people"],
        row=_frozen({name: Mask(**facts) for name, facts in content["row"].items()}),
        alone=_frozen({kind: Mask(kind, **facts) for kind, facts in content["alone"].items()}),
        never_beside=frozenset(content["never_beside"]),
        revealed=_frozen(content["revealed"]),
        reveal_at_most=content["reveal_at_most"],
        roles=_frozen({role: frozenset(serves) for role, serves in content["roles"].items()}),
    )


def _frozen(mapping: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(mapping)
