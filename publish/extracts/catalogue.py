"""The named extracts, from `catalogue.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from tallywatch.errors import TerminalError

CATALOGUE = Path(__file__).with_name("catalogue.yaml")


@dataclass(frozen=True)
class Definition:
    """One named extract; `catalogue.yaml` says what each field means."""

    name: str
    zh: str
    en: str
    about: str
    key: str
    serves: str
    person: bool
    at: str | None = None
    sort: str | None = None
    delivers: str | None = None
    quiet: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The mart that it reads."""
        return f"xtr_{self.name}"

    @property
    def order(self) -> str:
        """The columns by which its rows stand in order."""
        first = self.sort or self.at
        return f"{first}, {self.key}" if first else self.key

    @property
    def title(self) -> str:
        """In both languages."""
        return f"{self.zh} {self.en}"


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Definition]:
    """Every named extract, in the order of the file."""
    content = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return MappingProxyType({name: _definition(name, facts) for name, facts in content.items()})


def definition(name: str) -> Definition:
    """The extract of that name.

    Raises:
        TerminalError: there is none.
    """
    known = catalogue()
    if name not in known:
        raise TerminalError(
            f"no extract named {name[:40]!r}",
            f"one of {', '.join(known)}",
            "`tallywatch extracts` says what each is for; who pulls goes into --consumer, "
            "for example `tallywatch extract alerts_open --consumer ops`",
        )
    return known[name]


def _definition(name: str, facts: Mapping[str, object]) -> Definition:
    lists = {field: tuple(facts.get(field, ())) for field in ("quiet", "needs")}  # type: ignore[arg-type]
    return Definition(name=name, **{**facts, **lists})  # type: ignore[arg-type]
