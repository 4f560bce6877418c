"""Workbooks and PDF documents: rows and pages per second.

Workbooks go our whole way. Of PDF the words of each page are read, from which all that a document
says is put together; that is where the time goes.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.measure import Result, in_child, report
from bench.movements import XLS_ROWS, contract_of, xls_file, xlsx_file
from bench.way import FILES, take_in
from ingest.formats.pdf_words import read_words
from simulate.credit_reports.report import write_report
from simulate.credit_reports.style import BRIEF_SECOND

XLSX_ROWS = 200_000
REPORTS = 30
WORKBOOK_ROWS_A_SECOND = 5_000
PAGES_A_SECOND = 5


def xlsx() -> list[Result]:
    """A workbook of today."""
    return [_rate("xlsx", xlsx_file(XLSX_ROWS), XLSX_ROWS, "rows/s", WORKBOOK_ROWS_A_SECOND)]


def xls() -> list[Result]:
    """A workbook of before 2007."""
    return [_rate("xls", xls_file(XLS_ROWS), XLS_ROWS, "rows/s", WORKBOOK_ROWS_A_SECOND)]


def credit_report_pdf() -> list[Result]:
    """Credit reports of invented people, in the brief form."""
    FILES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FILES) as folder:
        pages = sum(write_report(Path(folder), seed, BRIEF_SECOND).pages for seed in range(REPORTS))
        return [_rate("pdf", Path(folder), pages, "pages/s", PAGES_A_SECOND)]


def _rate(name: str, path: Path, things: int, unit: str, least: int) -> Result:
    done = in_child("bench.documents", name, str(path))
    rate = round(things / done.seconds, 1)
    return Result(
        name=name,
        ours=rate,
        reference=least,
        ratio=round(rate / least, 2),
        unit=f"{unit}, against the target",
        peak_memory_mb=done.peak_bytes >> 20,
        target=f">= {least:,} {unit}",
    )


def _read_reports(folder: Path) -> None:
    for path in sorted(folder.glob("*.pdf")):
        with path.open("rb") as stream:
            for words in read_words(stream):
                assert words, f"a page of {path.name} without words"


WAYS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: take_in(contract_of("xlsx"), [path]),
    "xls": lambda path: take_in(contract_of("xls"), [path]),
    "pdf": _read_reports,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=WAYS)
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    report(lambda: WAYS[given.name](given.path))
