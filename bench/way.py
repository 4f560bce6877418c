"""Our whole way of deliveries, as the benchmarks time it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.contracts import Contract
from ingest.landing import delivered, land
from ingest.screen import screen
from ingest.warehouse import load, prepare
from tallywatch.settings import REPOSITORY, Keys, Settings
from tallywatch.warehouse import open_warehouse

FILES = REPOSITORY / "var" / "bench"
"""Where generated files are kept from run to run."""

MEMORY_LIMIT = "256MB"
"""What DuckDB may use in our way; the references have no limit."""


def settings_of(home: Path) -> Settings:
    """Settings with keys that keep no secret."""
    return Settings(home, Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit=MEMORY_LIMIT)


def take_in(contract: Contract, files: Iterable[Path]) -> int:
    """Land (sealed), screen (every cell, tokens), lake, raw and ledger; returns accepted rows.

    Consent is left out: a benchmark has no people to ask.
    """
    contract = replace(contract, consent_scope=None)
    FILES.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(dir=FILES))
    accepted = 0
    try:
        settings = settings_of(home)
        reports = [
            screen(settings, contract, land(settings, delivered(contract, file))) for file in files
        ]
        with open_warehouse(settings) as warehouse:
            prepare(warehouse, [contract])
            for report in reports:
                if report.is_refused or report.rejected_records:
                    raise SystemExit(f"the benchmark's file is not clean: {report}")
                load(warehouse, settings, contract, report)
                accepted += report.accepted_records
    finally:
        shutil.rmtree(home)
    return accepted
