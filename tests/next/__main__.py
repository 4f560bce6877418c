"""`make next`: build every model and run every dbt unit test on the next DuckDB.

The warehouse is empty but for its tables: what is checked is that the SQL means the same there, and
that is what the unit tests say.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from tallywatch.build import build
from tallywatch.settings import Keys, Settings
from tests.dbt.fixture_warehouse import make_warehouse


def main() -> int:
    """0 when everything passed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), Keys(b"t" * 32, b"a" * 32, b"v" * 32))
        make_warehouse(settings.warehouse, {})
        report = build(settings, unit_tests=True)
    for failure in report.failures:
        sys.stdout.write(f"failed: {failure}\n")
    sys.stdout.write(
        f"on DuckDB {duckdb.__version__}: {report.passed} passed, {report.failed} failed\n"
    )
    return 0 if report.succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
