"""The full ingest of a CSV file against dlt, a peer that neither checks rows nor makes tokens."""

from __future__ import annotations

import statistics

from bench.measure import Result, Run, in_child
from bench.movements import csv_file
from tallywatch.errors import TerminalError
from tallywatch.settings import REPOSITORY

DLT_PYTHON = REPOSITORY / ".venv-dlt" / "bin" / "python"
ROWS = 2_000_000
SLOW_ROWS = 100_000
"""Of its default reader, which takes minutes for a million."""
FASTER_THAN_ARROW, FASTER_THAN_DEFAULT = 1, 30


def dlt(repeats: int = 3) -> list[Result]:
    """By turns: ours, dlt's Arrow path; then dlt's default reader on fewer rows.

    Raises:
        TerminalError: the environment of dlt is not there.
    """
    if not DLT_PYTHON.exists():
        raise TerminalError("no .venv-dlt", "an environment with dlt", "run `make bench`")
    file = str(csv_file(ROWS))
    ours, arrow = [], []
    for _ in range(repeats):
        arrow.append(in_child("bench.dlt_csv", "arrow", file, python=DLT_PYTHON))
        ours.append(in_child("bench.against_engine", "ours", "delimited", file))
    few = str(csv_file(SLOW_ROWS))
    default = [in_child("bench.dlt_csv", "default", few, python=DLT_PYTHON)]
    rate = _rate(ours, ROWS)
    peak = max(run.peak_bytes for run in ours) >> 20
    return [
        _faster("dlt_arrow", rate, _rate(arrow, ROWS), FASTER_THAN_ARROW, peak),
        _faster("dlt_default", rate, _rate(default, SLOW_ROWS), FASTER_THAN_DEFAULT, peak),
    ]


def _rate(runs: list[Run], rows: int) -> int:
    return round(rows / statistics.median(run.seconds for run in runs))


def _faster(name: str, ours: int, theirs: int, least: int, peak: int) -> Result:
    return Result(
        name=name,
        ours=ours,
        reference=theirs,
        ratio=round(ours / theirs, 2),
        unit="rows/s (ratio: times as fast as dlt)",
        peak_memory_mb=peak,
        target=f"ratio > {least}",
    )
