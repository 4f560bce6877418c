"""What a trial of one file found, and the stable JSON that it is written as.

No field holds a cell's value or an identifier: file names are scrubbed, texts come from the reports
of screening, which name headers, lines and counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SCHEMA_VERSION = 2
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
    """A feed that an unrecognised file is near to, and the headers it lacks for it.

    `header_line` is where its headers stand, in formats that have a header line; a file that lacks
    none of them has them too far down to be headed by them.
    """

    feed: str
    layout: str | None
    matched: int
    missing: tuple[str, ...]
    header_line: int | None = None


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
    looks_like: str | None = None
    nearest: tuple[Nearest, ...] = ()
    exception: str | None = None
    where: str | None = None


@dataclass(frozen=True)
class Summary:
    """Over all files. Rows are those of files taken in: `rows` = `accepted` + `quarantined`."""

    files: int
    outcomes: dict[str, int]
    refused_by_reason: dict[str, int]
    rows: int
    accepted: int
    quarantined: int
    faults_by_reason: dict[str, int]
    files_by_feed: dict[str, int]
    figures_declared: int
    figures_that_differ: int


def scrubbed_path(relative: str) -> str:
    """A file's path without what looks like a phone, a card, an id number or an e-mail."""
    for pattern, kind in _SCRUBBED:
        relative = pattern.sub(kind, relative)
    return relative


def as_document(results: Iterable[FileResult]) -> dict[str, Any]:
    """The JSON document, described in docs/conformance.md; keys are only ever added."""
    listed = list(results)
    return {
        "schema_version": SCHEMA_VERSION,
        "summary": asdict(summed(listed)),
        "files": [asdict(result) for result in listed],
    }


def summed(results: Sequence[FileResult]) -> Summary:
    """The run as a whole; reasons and feeds with the most of them first."""
    outcomes = Counter(str(result.outcome) for result in results)
    taken = [result for result in results if result.outcome == Outcome.TAKEN_IN]
    faults: Counter[str] = Counter()
    for result in taken:
        faults.update({q.reason: q.faults for q in result.quarantined_by})
    declared = [figure.agrees for result in taken for figure in result.declared]
    return Summary(
        files=len(results),
        outcomes={str(outcome): outcomes[outcome] for outcome in Outcome},
        refused_by_reason=_most(Counter(r.refusal.reason for r in results if r.refusal)),
        rows=sum(result.rows for result in taken),
        accepted=sum(result.accepted for result in taken),
        quarantined=sum(result.quarantined for result in taken),
        faults_by_reason=_most(faults),
        files_by_feed=_most(Counter(result.feed or "" for result in taken)),
        figures_declared=len(declared),
        figures_that_differ=declared.count(False),
    )


def _most(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
