"""Several processes over one inbox and one warehouse: every delivery is there once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ingest.batch import read_report
from tallywatch.settings import REPOSITORY
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import settings_of
from tests.ingest.deliveries import deal, deals_csv, put

RUN = """
import sys
from pathlib import Path
from ingest.pipeline import ingest_feed
from tests.chaos.killed import settings_of
ingest_feed(settings_of(Path(sys.argv[1])), "partner_deals")
"""


def test_concurrent_runs_load_every_delivery_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    for file in range(12):
        rows = deals_csv(*(deal(file * 100 + n) for n in range(40)))
        put(settings, "partner_deals", rows, f"{file}.csv")
        put(settings, "partner_deals", rows, f"{file}-again.csv")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path)],
            cwd=REPOSITORY,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        _, problems = process.communicate(timeout=300)
        assert process.returncode == 0, problems
    with open_warehouse(settings) as warehouse:
        rows = warehouse.execute(
            "select count(*), count(distinct deal_id) from raw.partner_deals"
        ).fetchone()
        batches = warehouse.execute("select count(*) from ledger.batches").fetchone()
    assert rows == (480, 480)
    assert batches == (12,)
    assert not [path for path in settings.inbox.rglob("*") if path.is_file()]
    reports = [read_report(p) for p in settings.lake.glob("_batches/partner_deals/*.json")]
    assert sum(report.accepted_records for report in reports) == 480
