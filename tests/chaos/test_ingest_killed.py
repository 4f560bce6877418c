"""Killed anywhere between the inbox and the ledger, a second run ends where one run would have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import ingest_all, run_and_kill, settings_of
from tests.ingest.deliveries import GRANT, alipay, alipay_row, deal, deals_csv, grant, put

pytestmark = pytest.mark.chaos

POINTS = [
    "ingest.landing:seal_stream:1",
    "ingest.landing:write_json:2",
    "pathlib:Path.rename:2",
    "ingest.landing:read_landed:2",
    "ingest.pipeline:screen_many:2",
    "ingest.judge:Judge.judge:2",
    "ingest.split:Split.write:2",
    "ingest.files:sync:6",
    "ingest.screen:settled:2",
    "ingest.screen:write_report:2",
    "ingest.warehouse:_insert_rows:2",
    "ingest.warehouse:_insert_batches:2",
    "ingest.pipeline:load_feed:2",
    "ingest.land_many:land:4",
    "ingest.judge:Judge.seal:1",
    "ingest.screen_many:_write:3",
    "ingest.screen_many:write_report:3",
    "ingest.screen_many:replacing:4",
]


def deliver(settings: Settings) -> None:
    grant(settings)
    bill = alipay(alipay_row(1), alipay_row(2, "1e5"))
    put(settings, "alipay_bills", bill, f"authorisation_id={GRANT}/b")
    for number in range(3, 9):
        small = alipay(alipay_row(number), alipay_row(number + 10, "" if number % 2 else "12.00"))
        put(settings, "alipay_bills", small, f"authorisation_id={GRANT}/b{number}")
    deals = deals_csv(*(deal(n) for n in range(50)), deal(50, amount="x"))
    put(settings, "partner_deals", deals, "a")
    put(settings, "partner_deals", b"", "empty")


def state(settings: Settings) -> dict[str, Any]:
    """All that a run leaves, without the clock's readings and the random keys of sealing."""
    with open_warehouse(settings) as warehouse:
        tables = {
            table: warehouse.execute(f"select * from {table} order by all").fetchall()
            for table in ("raw.alipay_bills", "raw.partner_deals", "ledger.rejected_rows")
        }
        tables["ledger.batches"] = warehouse.execute(
            "select * exclude (landed_at, loaded_at) from ledger.batches order by all"
        ).fetchall()
    lake = {
        str(path.relative_to(settings.lake)): pq.read_table(path).to_pylist()
        for path in sorted(settings.lake.rglob("*.parquet"))
    }
    leftovers = [p.name for p in settings.inbox.rglob("*") if p.is_file()]
    return {**tables, "lake": lake, "inbox": leftovers}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = settings_of(tmp_path_factory.mktemp("undisturbed"))
    deliver(settings)
    ingest_all(settings)
    return state(settings)


@pytest.mark.parametrize("point", POINTS)
def test_a_rerun_after_a_kill_gives_the_undisturbed_result(
    point: str, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    settings = settings_of(tmp_path)
    deliver(settings)
    run_and_kill(tmp_path, "ingest", point)
    ingest_all(settings)
    assert state(settings) == undisturbed
    assert len(undisturbed["raw.partner_deals"]) == 50
    assert len(undisturbed["raw.alipay_bills"]) == 1 + 6 + 3
