"""`python -m simulate.credit_reports`: write credit reports of invented people."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from simulate.credit_reports.report import write_report
from simulate.credit_reports.style import KINDS


def main() -> None:
    """Write what the arguments ask for, and name each file."""
    parser = argparse.ArgumentParser(
        prog="python -m simulate.credit_reports",
        description="Write personal credit reports of invented people as PDF, and beside each a "
        "JSON file with every item that it says.",
    )
    parser.add_argument("--seed", type=int, required=True, help="number of the first person")
    parser.add_argument("--people", type=int, default=1, help="how many people (default 1)")
    parser.add_argument(
        "--kind",
        choices=(*KINDS, "all"),
        default="all",
        help="brief1: brief, first generation; brief2: brief, second; detailed2: detailed, second",
    )
    parser.add_argument(
        "--snapshots", type=int, default=1, help="reports per person and kind, five months apart"
    )
    parser.add_argument("--password", help="lock the PDFs with it")
    parser.add_argument("--out", type=Path, required=True, help="folder; made when it is not there")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    kinds = KINDS if arguments.kind == "all" else (arguments.kind,)
    for seed in range(arguments.seed, arguments.seed + arguments.people):
        for kind in kinds:
            for snapshot in range(1, arguments.snapshots + 1):
                written = write_report(
                    arguments.out, seed, kind, snapshot=snapshot, password=arguments.password
                )
                about = f"{written.pages} pages, {len(written.items)} items"
                sys.stdout.write(f"{written.pdf}: {about}\n")


if __name__ == "__main__":
    main()
