"""What a trial of one file found, and the stable JSON that it is written as.

No field holds a cell's value or an identifier: file names are scrubbed, texts come from the reports
of screening, which name headers, lines and counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SCHEMA_VERSION = 1
_SCRUBBED = (
    (re.compile(r"[^\s/@]+@[A-Za-z0-9-]+\.[A-Za-z.]{2,}"), "[email]"),
    (re.compile(r"[0-9][0-9*]{9,}[0-9Xx]"), "[number]"),
)


class Outcome(StrEnum):
    """What became of a file."""

    TAKEN_IN = "taken_in"
    """A feed's delivery; every row was accepted or quarantined."""
    REFUSED = "refused"
    """A delivery, or a file that ought to be one, of which nothing can be taken."""
    NOT_RECOGNISED = "not_recognised"
    """No feed's delivery."""
    LOST_ROWS = "lost_rows"
    """Accepted and quarantined rows are not all the rows of the file: a defect of ours."""
    CRASH = "crash"
    """An error that nobody expected: a defect of ours."""


DEFECTS = {Outcome.LOST_ROWS, Outcome.CRASH}


@dataclass(frozen=True)
class Quarantined:
    """Faults of one kind; a row with two of them is counted in two places."""

    column: str | None
    reason: str
    faults: int


@dataclass(frozen=True)
class Declared:
    """A figure that the file declares of itself, and ours; money in fen."""

    what: str
    declared: int
    computed: int
    agrees: bool


@dataclass(frozen=True)
class Refusal:
    """Why nothing of the file is taken."""

    reason: str
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class Nearest:
    """The feed that an unrecognised file is nearest to, and the headers it lacks for it."""

    feed: str
    layout: str | None
    matched: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class FileResult:
    """One file. Rows are records; `accepted` + `quarantined` = `rows` where it was taken in."""

    path: str
    sha256: str
    bytes: int
    outcome: Outcome
    seconds: float = 0.0
    feed: str | None = None
    layout: str | None = None
    score: float | None = None
    encoding: str | None = None
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    quarantined_by: tuple[Quarantined, ...] = ()
    declared: tuple[Declared, ...] = ()
    unknown_headers: tuple[str, ...] = ()
    refusal: Refusal | None = None
    nearest: Nearest | None = None
    exception: str | None = None
    where: str | None = None


def scrubbed_path(relative: str) -> str:
    """A file's path without what looks like a phone, a card, an id number or an e-mail."""
    for pattern, kind in _SCRUBBED:
        relative = pattern.sub(kind, relative)
    return relative


def as_document(results: Iterable[FileResult]) -> dict[str, Any]:
    """The JSON document, described in docs/conformance.md; keys are only ever added."""
    listed = list(results)
    outcomes = Counter(result.outcome for result in listed)
    return {
        "schema_version": SCHEMA_VERSION,
        "summary": {
            "files": len(listed),
            **{str(outcome): outcomes[outcome] for outcome in Outcome},
            "rows": sum(r.rows for r in listed),
            "accepted": sum(r.accepted for r in listed),
            "quarantined": sum(r.quarantined for r in listed),
            "declared_differences": sum(not d.agrees for r in listed for d in r.declared),
        },
        "files": [asdict(result) for result in listed],
    }
