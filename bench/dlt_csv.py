"""dlt loading the benchmark's CSV into DuckDB, by its Arrow path and by its default reader.

Runs in an environment of its own (requirements/bench.txt), in which nothing of ours but
`bench.measure` is imported. dlt neither checks rows nor makes tokens: it does less than we do.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import dlt

from bench.measure import report


def arrow(file: Path) -> None:
    """Record batches read by Arrow, the way that dlt's manual calls fastest."""
    import pyarrow.csv

    _load(pyarrow.csv.open_csv(str(file)))


def default(file: Path) -> None:
    """Rows as dictionaries, which is what dlt's own CSV source gives."""
    import csv

    def rows() -> Iterator[dict[str, str]]:
        with file.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)

    _load(rows())


def _load(data: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "movements",
            pipelines_dir=folder,
            destination=dlt.destinations.duckdb(str(Path(folder) / "dlt.duckdb")),
        )
        pipeline.run(data, table_name="movements").raise_on_failed_jobs()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("arrow", "default"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    dlt.config["runtime.dlthub_telemetry"] = False
    work = arrow if arguments.way == "arrow" else default
    report(lambda: work(arguments.file))
