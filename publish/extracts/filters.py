"""What a pull is narrowed to, as SQL over the columns that the extract has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.erasure.journal import subject_hash
from publish.extracts.catalogue import Definition
from publish.sql_text import literal
from tallywatch.errors import TerminalError

SEVERITIES = ("critical", "high", "medium", "low")
COLUMNS = {
    "severity": "severity_code",
    "rule": "rule_id",
    "region": "subject_key",
    "person": "subject_key",
    "incident": "incident_id",
}
SHAPES = {
    "severity": ("|".join(SEVERITIES), "one of " + ", ".join(SEVERITIES)),
    "rule": (r"IM-[A-Z]{2}-[0-9]{3}", "rule ids such as IM-CR-001"),
    "region": ("[1-8][0-9]", "the first two digits of the division's code, such as 31"),
    "person": ("S[0-9]{7}", "a subject key such as S0000001"),
    "incident": ("[0-9a-f]{8,64}", "an incident's id, or its first eight characters or more"),
}
SUBJECTS = "dim_subjects"


@dataclass(frozen=True)
class Filters:
    """Values by filter; empty for none. `since` is an instant, or the number of an earlier pull."""

    severity: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    incident: tuple[str, ...] = ()
    since: str | None = None

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Those that were given, without `since`."""
        values = {name: getattr(self, name) for name in COLUMNS}
        return {name: value for name, value in values.items() if value}

    @property
    def since_pull(self) -> int | None:
        """The number of the pull that `since` names; None when it is an instant or not given."""
        return int(self.since) if self.since and re.fullmatch("[0-9]{1,6}", self.since) else None

    def recorded(self, token_key: bytes) -> dict[str, Any]:
        """As they are kept in records: a person stands there as a keyed hash."""
        kept: dict[str, Any] = {name: list(values) for name, values in self.given.items()}
        if self.person:
            kept["person"] = [f"hash {subject_hash(token_key, key)}" for key in self.person]
        return kept | ({"since": self.since} if self.since else {})


def where(definition: Definition, columns: Sequence[str], filters: Filters) -> str:
    """A condition for rows of the extract's table, which has these columns.

    Raises:
        TerminalError: a filter has another shape, the extract has no such column, or lacks one that
            it needs.
    """
    given = filters.given
    for name in definition.needs:
        if name not in given:
            raise TerminalError(
                f"{definition.name} without --{name}",
                f"--{name}: it is written for one {name}, not for all",
                f"say whom: --{name} S0000001" if name == "person" else f"add --{name}",
            )
    conditions = ["true"]
    for name, values in given.items():
        _check(name, values)
        if COLUMNS[name] not in columns:
            raise _no_such_filter(definition, f"--{name}", columns)
        conditions.append(_condition(name, values))
    if filters.since and filters.since_pull is None:
        if definition.at is None or definition.at not in columns:
            raise _no_such_filter(definition, "--since with an instant", columns)
        at = instant(filters.since).strftime("%Y-%m-%d %H:%M:%S")
        conditions.append(f"{definition.at} >= {literal(at)}::timestamp")
    return " and ".join(f"({condition})" for condition in conditions)


def instant(text: str) -> datetime:
    """ISO 8601 as UTC without zone; without an offset it is Beijing time, a day its first second.

    Raises:
        TerminalError: it is neither a day nor an instant.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise TerminalError(
            f"--since {text[:40]!r}",
            "a day, an instant such as 2026-11-01T08:00:00+08:00, or the number of a pull",
            "correct it",
        ) from None
    if at.tzinfo is None:
        at = datetime.fromisoformat(f"{at.isoformat()}+08:00")
    return at.astimezone(UTC).replace(tzinfo=None)


def usable(definition: Definition, columns: Sequence[str]) -> list[str]:
    """The filters that the extract knows."""
    names = [name for name, column in COLUMNS.items() if column in columns]
    return [*names, *(["since"] if definition.at else [])]


def _condition(name: str, values: Sequence[str]) -> str:
    listed = ", ".join(literal(value) for value in values)
    if name == "region":
        return (
            f"subject_key in (select subject_key from {SUBJECTS} where region_code in ({listed}))"
        )
    if name == "incident":
        return " or ".join(f"starts_with(incident_id, {literal(value)})" for value in values)
    return f"{COLUMNS[name]} in ({listed})"


def _check(name: str, values: Sequence[str]) -> None:
    shape, words = SHAPES[name]
    for value in values:
        if not re.fullmatch(shape, value):
            raise TerminalError(f"--{name} with another shape", words, "correct it")


def _no_such_filter(definition: Definition, what: str, columns: Sequence[str]) -> TerminalError:
    known: Mapping[str, str] = {f"--{name}": name for name in usable(definition, columns)}
    return TerminalError(
        f"{definition.name} with {what}",
        f"filters that it knows: {', '.join(known) or 'none'}",
        "leave the filter out, or take another extract; `tallywatch extracts` lists them",
    )
