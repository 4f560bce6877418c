"""How much of credit reports comes back: fields right, reports refused, pages per second.

`make bench ARGS=credit_report_accuracy` writes shares of right fields to bench/results.json;
`python -m bench.credit_report_accuracy --first 90001 --people 100` prints them by item type. Either
makes reports of people whom no test uses and holds every field against the truth. A field of a
report that was refused is not right.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measure import Result, peak_bytes
from ingest.formats.credit_report.items import Cells, numbered
from ingest.formats.credit_report.pages import read_lines
from ingest.formats.credit_report.reading import read_report
from ingest.formats.pdf_words import read_words
from ingest.reasons import DeliveryRefused
from simulate.credit_reports import KINDS, write_report

NOT_PRINTED = {"kept_from_date"}
FIRST_PERSON, PEOPLE = 90_001, 100


@dataclass
class Accuracy:
    """Of one kind of report. A field that is read but not there counts as wrong, and so do all
    fields of a report that is refused."""

    reports: int = 0
    refused: int = 0
    pages: int = 0
    seconds: float = 0.0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, found: list[Cells], truth: list[Cells]) -> None:
        """Count the fields of a report that was read, by item type."""
        for place in range(max(len(found), len(truth))):
            read = found[place] if place < len(found) else {}
            meant = truth[place] if place < len(truth) else {}
            kind = meant.get("item_type") or read["item_type"]
            for name in (read.keys() | meant.keys()) - NOT_PRINTED:
                counts = self.right if read.get(name) == meant.get(name) else self.wrong
                counts[kind] += 1


def measure(kind: str, first: int, people: int, folder: Path) -> Accuracy:
    """Write and read reports of one kind, the second or third snapshot of some people."""
    accuracy = Accuracy()
    for seed in range(first, first + people):
        written = write_report(folder, seed, kind, snapshot=1 + seed % 3)
        accuracy.reports += 1
        accuracy.pages += written.pages
        started = time.perf_counter()
        try:
            with written.pdf.open("rb") as stream:
                report, counted = read_report(read_lines(read_words(stream)))
            found = list(numbered(report.items, report.common))
        except DeliveryRefused:
            found, counted = [], -1
        accuracy.seconds += time.perf_counter() - started
        if len(found) != counted:
            accuracy.refused += 1
            found = []
        accuracy.add(found, json.loads(written.truth.read_text(encoding="utf-8"))["items"])
        written.pdf.unlink()
    return accuracy


def run() -> list[Result]:
    """A line of results per kind of report: percent of the fields that came back right."""
    results = []
    for kind, accuracy in measured(FIRST_PERSON, PEOPLE).items():
        fields = (accuracy.right + accuracy.wrong).total()
        share = round(100 * accuracy.right.total() / fields, 4)
        results.append(
            Result(
                name=f"credit_report_accuracy_{kind}",
                ours=share,
                reference=100,
                ratio=round(share / 100, 6),
                unit=f"% of {fields:,} fields right, {accuracy.refused} of {PEOPLE} refused",
                peak_memory_mb=peak_bytes() >> 20,
                target="100 % of fields, none refused",
            )
        )
    return results


def measured(first: int, people: int) -> dict[str, Accuracy]:
    """Every kind of report of `people` people from number `first` on."""
    with tempfile.TemporaryDirectory() as folder:
        return {kind: measure(kind, first, people, Path(folder)) for kind in KINDS}


def table(accuracies: dict[str, Accuracy]) -> Table:
    """A line per kind of report and item type."""
    made = Table("report", "items", "fields right", "of", "refused", "pages/s", box=None)
    for kind, accuracy in accuracies.items():
        total = accuracy.right + accuracy.wrong
        speed = f"{accuracy.pages / accuracy.seconds:.0f}"
        refused = f"{accuracy.refused} of {accuracy.reports}"
        right, of = f"{accuracy.right.total():,}", f"{total.total():,}"
        made.add_row(kind, "all", right, of, refused, speed)
        for item_type in sorted(total):
            right = f"{accuracy.right[item_type]:,}"
            made.add_row("", item_type, right, f"{total[item_type]:,}", "", "")
    return made


def main() -> None:
    """Measure every kind and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=FIRST_PERSON, help="number of the first one")
    parser.add_argument("--people", type=int, default=PEOPLE)
    arguments = parser.parse_args()
    Console().print(table(measured(arguments.first, arguments.people)))


if __name__ == "__main__":
    main()
