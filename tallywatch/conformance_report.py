"""Results of a conformance run for the terminal: a line per file, and below it the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from ingest.conformance.results import Declared, FileResult, Nearest, Summary

STYLES = {
    "taken_in": "green",
    "refused": "yellow",
    "not_recognised": "dim",
    "lost_rows": "bold red",
    "crash": "bold red",
}
MARKS = {"taken_in": "+", "refused": "x", "not_recognised": "?", "lost_rows": "!", "crash": "!"}
NUMBERS = ("rows", "accepted", "quarantined")
NUMBER_WIDTHS = (10, 10, 12)
FEED_SHARE = 0.44
"""Of what the numbers leave; the rest is the file's name."""
FRONT_SHARE = 6
"""Of a name that is too long a sixth is shown of its beginning, which it often shares."""
DETAIL_INDENT = 4
SUMMARY_INDENT = 12
HEADERS_SHOWN = 6


def conformance_report(results: Sequence[FileResult], width: int) -> Iterator[RenderableType]:
    """The files, folder by folder, in lines of up to `width` columns."""
    names, feeds = _widths(width)
    yield Text("  " + _fitted("file", names) + _fitted("feed", feeds) + _numbers(NUMBERS), "bold")
    for folder, files in groupby(results, key=lambda result: result.path.rpartition("/")[0]):
        yield Text(f"{folder or '.'}/", "bold")
        for result in files:
            yield _line(result, names, feeds)
            for detail in _details(result):
                yield _indented(detail, DETAIL_INDENT)


def conformance_summary(summary: Summary) -> Iterator[RenderableType]:
    """What became of all of them."""
    yield Text()
    yield Text(f"{summary.files:,} files", "bold")
    for name, style in STYLES.items():
        count = summary.outcomes[name]
        line = Text(f"  {MARKS[name]} {count:>6,}  ")
        line.append(name.replace("_", " "), style if count else "dim")
        yield line
        more = {"taken_in": summary.files_by_feed, "refused": summary.refused_by_reason}.get(name)
        if more:
            yield _indented(_listed(more), SUMMARY_INDENT)
    yield Text(
        f"{summary.rows:,} rows = {summary.accepted:,} accepted + "
        f"{summary.quarantined:,} quarantined",
        "bold",
    )
    if summary.faults_by_reason:
        yield _indented(f"quarantined for {_listed(summary.faults_by_reason)}", SUMMARY_INDENT)
    agree = summary.figures_declared - summary.figures_that_differ
    yield Text(
        f"{summary.figures_declared:,} figures declared by the files: {agree:,} as computed, "
        f"{summary.figures_that_differ:,} not"
    )


def _widths(width: int) -> tuple[int, int]:
    left = max(width - 2 - sum(NUMBER_WIDTHS), 20)
    feeds = round(left * FEED_SHARE)
    return left - feeds, feeds


def _indented(text: str, columns: int) -> Padding:
    return Padding(Text(text), (0, 0, 0, columns))


def _line(result: FileResult, names: int, feeds: int) -> Text:
    style = STYLES[result.outcome]
    line = Text(f"{MARKS[result.outcome]} ", style)
    line.append(_fitted(result.path.rpartition("/")[2], names), "default")
    feed = result.feed or result.outcome.replace("_", " ")
    line.append(_fitted(f"{feed} {result.layout}" if result.layout else feed, feeds), style)
    if result.feed:
        counts = (result.rows, result.accepted, result.quarantined)
        line.append(_numbers([f"{count:,}" for count in counts]), "default")
    return line


def _numbers(texts: Iterable[str]) -> str:
    return "".join(text.rjust(width) for text, width in zip(texts, NUMBER_WIDTHS, strict=True))


def _fitted(text: str, width: int) -> str:
    """The text in so many columns of the terminal, one of them free; its middle is left out."""
    room = width - 1
    if cell_len(text) > room:
        front = set_cell_size(text, room // FRONT_SHARE)
        back = text
        while cell_len(back) > room - room // FRONT_SHARE - 1:
            back = back[1:]
        text = f"{front}…{back}"
    return set_cell_size(text, width)


def _details(result: FileResult) -> Iterator[str]:
    if result.exception:
        yield f"crash: {result.exception} at {result.where or 'an unknown place'}"
    if result.refusal:
        refusal = result.refusal
        yield f"refused, {refusal.reason}: {refusal.found}; expected {refusal.expected}"
    elif result.quarantined_by:
        faults = sorted(result.quarantined_by, key=lambda q: -q.faults)
        reasons = (f"{q.faults:,} {q.reason} in {q.column or 'the line'}" for q in faults)
        yield f"quarantined: {', '.join(reasons)}"
    yield from map(_declared, result.declared)
    if result.looks_like:
        yield f"{result.looks_like}; {_near(result.nearest)}"


def _declared(figure: Declared) -> str:
    is_money = figure.what.split(" ")[0].endswith("_fen")
    declared, computed = (
        f"{n / 100:,.2f}" if is_money else f"{n:,}" for n in (figure.declared, figure.computed)
    )
    if figure.agrees:
        return f"declares {figure.what} {declared}, as computed"
    return f"declares {figure.what} {declared}, computed {computed}"


def _near(nearest: Sequence[Nearest]) -> str:
    if not nearest:
        return "near to no feed"
    return "nearest " + "; then ".join(map(_described, nearest))


def _described(near: Nearest) -> str:
    named = f"{near.feed} ({near.layout})" if near.layout else near.feed
    if not near.missing:
        return f"{named}, whose headers stand in line {near.header_line} only"
    shown = ", ".join(near.missing[:HEADERS_SHOWN])
    more = len(near.missing) - HEADERS_SHOWN
    return f"{named}, lacks {shown}" + (f" and {more} more" if more > 0 else "")


def _listed(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counted.items())
