"""Results of a conformance run for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from ingest.conformance.results import FileResult

STYLES = {
    "taken_in": "green",
    "refused": "yellow",
    "not_recognised": "dim",
    "lost_rows": "bold red",
    "crash": "bold red",
}
REASONS_SHOWN = 3


def conformance_table(results: Iterable[FileResult]) -> Table:
    """A line per file."""
    table = Table("file", "feed", "rows", "accepted", "quarantined", "what", box=None)
    for position in (2, 3, 4):
        table.columns[position].justify = "right"
    for result in results:
        feed = result.feed or ""
        table.add_row(
            escape(result.path),
            f"{feed} [dim]{result.layout}[/]" if result.layout else feed,
            *(f"{n:,}" if result.feed else "" for n in _counts(result)),
            f"[{STYLES[result.outcome]}]{result.outcome.replace('_', ' ')}[/] {_words(result)}",
        )
    return table


def conformance_totals(results: Sequence[FileResult]) -> str:
    """One line over all files."""
    outcomes = Counter(str(result.outcome) for result in results)
    files = ", ".join(f"{outcomes[name]:,} {name.replace('_', ' ')}" for name in STYLES)
    rows, accepted, quarantined = (
        (sum(n) for n in zip(*map(_counts, results), strict=True)) if (results) else (0, 0, 0)
    )
    return (
        f"{len(results):,} files: {files}; {rows:,} rows: {accepted:,} accepted, "
        f"{quarantined:,} quarantined"
    )


def _counts(result: FileResult) -> tuple[int, int, int]:
    return result.rows, result.accepted, result.quarantined


def _words(result: FileResult) -> str:
    words = []
    if result.exception:
        words.append(f"{result.exception} at {result.where or 'an unknown place'}")
    if result.refusal:
        words.append(f"{result.refusal.reason}: {result.refusal.found}")
    if result.nearest:
        missing = ", ".join(result.nearest.missing) or "nothing but rows"
        words.append(f"nearest {result.nearest.feed}, lacks {missing}")
    worst = sorted(result.quarantined_by, key=lambda q: -q.faults)[:REASONS_SHOWN]
    words += [f"{q.faults:,} {q.reason}" + (f" ({q.column})" if q.column else "") for q in worst]
    words += [
        f"declares {d.what} {d.declared:,}, computed {d.computed:,}"
        for d in result.declared
        if not d.agrees
    ]
    return escape("; ".join(words))
