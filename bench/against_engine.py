"""The full ingest of a text file against DuckDB's own typed read of it into a table.

Ours does everything that a delivery gets: sealed landing, validation of every cell, tokens for the
phone column, lake, raw, ledger. The reference casts the same columns and writes one table.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import duckdb

from bench.measure import Result, in_child, report
from bench.movements import contract_of, csv_file, json_lines_file
from bench.way import take_in

ROWS = 2_000_000
FEW = {"delimited": 4_000_000, "json_lines": 2_000_000}
"""Enough to have every thread at work: below that the peak grows with what there is to do."""
TIMES = 4
MOST_TIMES = 2.0
NAMES = {"delimited": "ingest_csv", "json_lines": "ingest_json_lines"}
FILES = {"delimited": csv_file, "json_lines": json_lines_file}
COLUMNS = (
    "{'movement_id': 'BIGINT', 'subject_key': 'VARCHAR', 'phone': 'VARCHAR', "
    "'occurred_at': 'TIMESTAMP', 'amount': 'DECIMAL(17,2)', 'direction_code': 'VARCHAR', "
    "'city_name': 'VARCHAR', 'remark': 'VARCHAR'}"
)
READERS = {
    "delimited": "read_csv(?, auto_detect = false, header = true, delim = ',', quote = '\"', "
    f"columns = {COLUMNS})",
    "json_lines": f"read_json(?, format = 'newline_delimited', columns = {COLUMNS})",
}


def speed(format_name: str, repeats: int = 5) -> list[Result]:
    """Time both ways by turns."""
    file = str(FILES[format_name](ROWS))
    reference, ours = [], []
    for _ in range(repeats):
        reference.append(in_child("bench.against_engine", "reference", format_name, file))
        ours.append(in_child("bench.against_engine", "ours", format_name, file))
    seconds = statistics.median(run.seconds for run in ours)
    base = statistics.median(run.seconds for run in reference)
    return [
        Result(
            name=NAMES[format_name],
            ours=round(ROWS / seconds),
            reference=round(ROWS / base),
            ratio=round(seconds / base, 2),
            unit="rows/s (ratio of times)",
            peak_memory_mb=max(run.peak_bytes for run in ours) >> 20,
            target=f"ratio <= {MOST_TIMES}",
        )
    ]


def memory(format_name: str) -> list[Result]:
    """Our peak memory at few and at many rows."""
    few, many = FEW[format_name], FEW[format_name] * TIMES
    peaks = []
    for rows in (few, many):
        file = str(FILES[format_name](rows))
        peaks.append(in_child("bench.against_engine", "ours", format_name, file).peak_bytes)
    small, large = peaks
    return [
        Result(
            name=f"{NAMES[format_name]}_memory",
            ours=large >> 20,
            reference=small >> 20,
            ratio=round(large / small, 2),
            unit=f"MB peak at {many:,} and at {few:,} rows",
            peak_memory_mb=large >> 20,
            target="flat: ratio about 1",
        )
    ]


def engine_alone(file: Path, format_name: str) -> None:
    """DuckDB alone: a typed read into a table of a fresh database file."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        connection = duckdb.connect(str(Path(folder) / "reference.duckdb"), config={"threads": 2})
        connection.execute(
            f"create table movements as select * from {READERS[format_name]}", [str(file)]
        )
        connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("ours", "reference"))
    parser.add_argument("format", choices=READERS)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    if given.way == "ours":
        report(lambda: take_in(contract_of(given.format), [given.file]))
    else:
        report(lambda: engine_alone(given.file, given.format))
