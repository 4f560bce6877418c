"""Peak memory of reading each format, for a file and for one four times as large.

Only the reading is measured: what comes after it takes batches of one size, whatever they were read
from, and is measured with CSV and JSON Lines by `ingest_csv_memory` and `ingest_json_lines_memory`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.measure import Result, in_child, report
from bench.stream_files import STREAMS
from ingest.formats import open_delivery

TIMES = 4
ROWS = 250_000
"""Two batches: below that the peak grows with what there is to do."""
HELD_ROWS = {"xlsx": 25_000, "xls": 15_000}
"""Libraries for workbooks hold them whole; a limit on their size bounds that. A sheet of an XLS
workbook has room for 65,536 rows."""
MOST_GROWTH = 1.25


def run() -> list[Result]:
    """Every format in turn."""
    return [_grown(name) for name in STREAMS]


def _grown(name: str) -> Result:
    case = STREAMS[name]
    rows = HELD_ROWS.get(name, ROWS)
    files = [case.file(rows), case.file(rows * TIMES)]
    small, large = (in_child("bench.memory", name, str(file)).peak_bytes for file in files)
    added = files[1].stat().st_size - files[0].stat().st_size
    is_held = name in HELD_ROWS
    return Result(
        name=f"memory: {name}",
        ours=large >> 20,
        reference=small >> 20,
        ratio=round(large / small, 2),
        unit=f"MB peak at {TIMES} times the rows and at {rows:,}"
        + (f"; {(large - small) / added:.0f} bytes for each byte of the file" if is_held else ""),
        peak_memory_mb=large >> 20,
        target="bounded by a limit on size" if is_held else f"ratio <= {MOST_GROWTH}",
    )


def _read(name: str, file: Path) -> None:
    with file.open("rb") as stream:
        reading = open_delivery(stream, STREAMS[name].contract())
        rows = sum(batch.num_rows for batch in reading.batches())
        if not rows or rows != reading.tally.physical_records:
            raise SystemExit(f"{rows} rows read of {reading.tally.physical_records}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=STREAMS)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    report(lambda: _read(given.name, given.file))
