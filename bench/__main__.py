"""`make bench`: run the benchmarks, print a table, write bench/results.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import ingest_csv

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Run all and report."""
    console = Console()
    with console.status("ingest_csv: 2 million rows, then 1 and 10 million for memory"):
        results = ingest_csv.run()
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
    console.print(table)
    RESULTS.write_text(json.dumps([asdict(r) for r in results], indent=1) + "\n")


if __name__ == "__main__":
    main()
