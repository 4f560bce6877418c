"""Raw tables are not state: they can be made anew from the lake at any time."""

from __future__ import annotations

from ingest.contracts import read_contracts
from ingest.warehouse import prepare
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse


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
                count = warehouse.execute(
                    f"insert into raw.{feed} ({columns}) select {columns} "
                    "from read_parquet(?, union_by_name = true)",
                    [files],
                ).fetchone()
                rows[feed] = count[0] if count else 0
        warehouse.execute("commit")
    return rows
