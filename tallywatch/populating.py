"""A population's screened rows into the warehouse, past the door that they never went through."""

from __future__ import annotations

from pathlib import Path

from ingest import warehouse
from ingest.contracts import read_contracts
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse


def load_population(settings: Settings, folder: Path) -> dict[str, int]:
    """Insert the rows of a population (docs/world.md) into raw and its deliveries into the ledger.

    Gives how many rows each feed got. All of it is one transaction.

    Raises:
        TerminalError: the folder holds no population, or the warehouse holds deliveries already.
    """
    feeds = sorted(path.name for path in (folder / "raw").glob("*") if path.is_dir())
    contracts = read_contracts()
    if not feeds or not set(feeds) <= set(contracts):
        raise TerminalError(
            f"no population in {folder}",
            "a folder that `tallywatch population` wrote",
            "make one, or name another folder",
        )
    loaded: dict[str, int] = {}
    with open_warehouse(settings) as connection:
        warehouse.prepare(connection, contracts.values())
        connection.execute("begin")
        if connection.execute("select count(*) from ledger.batches").fetchone() != (0,):
            raise TerminalError(
                f"deliveries in {settings.warehouse}",
                "an empty warehouse: a population is a world of its own",
                "set TALLYWATCH_HOME to another folder",
            )
        for table in [*(f"raw.{feed}" for feed in feeds), "ledger.batches"]:
            files = str(folder / table.replace(".", "/") / "*.parquet")
            count = connection.execute(
                f"insert into {table} by name select * from read_parquet(?)", [files]
            ).fetchone()
            loaded[table.removeprefix("raw.")] = count[0] if count else 0
        connection.execute("commit")
    return loaded
