"""Raw tables are not state: they can be made anew from the lake at any time."""

from __future__ import annotations

import duckdb

from ingest.contracts import Contract, read_contracts
from ingest.replay import finish_replays
from ingest.warehouse import prepare
from tallywatch.settings import Settings
from tallywatch.warehouse import forget_builds, open_warehouse


def rebuild_raw(settings: Settings) -> dict[str, int]:
    """Drop every raw table and fill it from the lake; the ledger says which deliveries count.

    Returns the rows per feed. One transaction: a kill leaves the tables as they were.
    """
    contracts = read_contracts()
    rows: dict[str, int] = {}
    with open_warehouse(settings) as warehouse:
        warehouse.execute("begin")
        for feed in contracts:
            warehouse.execute(f"drop table if exists raw.{feed}")
        prepare(warehouse, contracts.values())
        for feed, contract in contracts.items():
            loaded = warehouse.execute(
                "select delivery_id from ledger.batches "
                "where feed = ? and status_code = 'loaded' order by received_at, delivery_id",
                [feed],
            ).fetchall()
            files = [
                str(settings.lake / feed / f"{delivery_id}.parquet") for (delivery_id,) in loaded
            ]
            rows[feed] = 0
            if files:
                columns = ", ".join(contract.raw_columns)
                values = ", ".join(_values(warehouse, files, contract))
                count = warehouse.execute(
                    f"insert into raw.{feed} ({columns}) select {values} "
                    "from read_parquet(?, union_by_name = true)",
                    [files],
                ).fetchone()
                rows[feed] = count[0] if count else 0
        forget_builds(warehouse)
        warehouse.execute("commit")
        for contract in contracts.values():
            finish_replays(warehouse, settings, contract)
    return rows


def _values(
    warehouse: duckdb.DuckDBPyConnection, files: list[str], contract: Contract
) -> list[str]:
    """Raw columns as the files have them; one that the contract has got since is empty."""
    described = warehouse.execute(
        "describe select * from read_parquet(?, union_by_name = true)", [files]
    ).fetchall()
    there = {name for name, *_ in described}
    return [name if name in there else f"null as {name}" for name in contract.raw_columns]
