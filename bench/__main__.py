"""`make bench`: run benchmarks, print a table, write what was run into bench/results.json.

`make bench ARGS=ingest_csv` runs one; several names may be given.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    against_engine,
    credit_report_accuracy,
    documents,
    memory,
    monitoring,
    peers,
    small_files,
)
from bench.measure import Result

RESULTS = Path(__file__).with_name("results.json")
CASES: dict[str, Callable[[], list[Result]]] = {
    "ingest_csv": partial(against_engine.speed, "delimited"),
    "ingest_csv_memory": partial(against_engine.memory, "delimited"),
    "ingest_json_lines": partial(against_engine.speed, "json_lines"),
    "ingest_json_lines_memory": partial(against_engine.memory, "json_lines"),
    "alipay_small_files": small_files.run,
    "xlsx": documents.xlsx,
    "xls": documents.xls,
    "pdf": documents.credit_report_pdf,
    "credit_report_accuracy": credit_report_accuracy.run,
    "dlt": peers.dlt,
    "memory": memory.run,
    "monitoring": monitoring.run,
}


def main() -> None:
    """Run the cases named, or all, and report."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="case", help=", ".join(CASES))
    names = parser.parse_args().cases or list(CASES)
    if unknown := sorted(set(names) - CASES.keys()):
        parser.error(f"no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    console = Console()
    results: list[Result] = []
    for name in names:
        with console.status(name):
            found = CASES[name]()
        _merge(found)
        results += found
    console.print(_table(results))


def _merge(results: list[Result]) -> None:
    """Put entries in the place of those of the same names."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    entries = {entry["name"]: entry for entry in kept} | {r.name: asdict(r) for r in results}
    RESULTS.write_text(json.dumps(list(entries.values()), indent=1) + "\n")


def _table(results: list[Result]) -> Table:
    table = Table("name", "ours", "reference", "ratio", "unit", "peak MB", "target", box=None)
    for result in results:
        table.add_row(
            result.name,
            f"{result.ours:,}",
            f"{result.reference:,}",
            f"{result.ratio:.2f}",
            result.unit,
            str(result.peak_memory_mb),
            result.target,
        )
    return table


if __name__ == "__main__":
    main()
