"""The tables of a release: copied out of the warehouse's marts, and written as Parquet."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from publish.files import sha256_of
from publish.gate_results import GateResult, require_gates
from publish.posting_chain import Posting, verified_chain
from publish.sql_text import literal, quoted
from tallywatch.database import attach, open_database
from tallywatch.errors import TerminalError, WarehouseBusyError
from tallywatch.settings import Settings
from tallywatch.warehouse import WAREHOUSE, is_held

DATABASE = "tallywatch.duckdb"
MARTS = "marts"
POSTINGS = "fct_commission_postings"
WAIT_SECONDS = 60.0
RETRY_SECONDS = 0.2


@dataclass(frozen=True)
class Copied:
    """What a copy of the marts holds: `as_of` is when the newest delivery in it was received."""

    tables: dict[str, dict[str, Any]]
    as_of: datetime
    deliveries: list[dict[str, Any]]
    rules: list[dict[str, str]]
    gates: dict[str, GateResult]

    @property
    def content_sha256(self) -> str:
        """Hash of all tables' names and bytes; equal content gives an equal hash."""
        return content_sha256(self.tables)


def content_sha256(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Hash of all tables' names and bytes, from the facts that the manifest keeps of them."""
    lines = [f"{name} {facts['sha256']}\n" for name, facts in sorted(tables.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def copy_marts(settings: Settings, folder: Path) -> Copied:
    """Copy every mart into `folder`: one DuckDB file, and one Parquet file per table.

    The warehouse is open only while the tables are copied and sorted. Rows are ordered by all
    columns, so that equal tables give equal bytes.

    Raises:
        TerminalError: there is no warehouse, nothing was built in it, a gate forbids, or a closed
            month is not whole in the marts or in its chain.
        WarehouseBusyError: another process kept the warehouse open for `WAIT_SECONDS`.
    """
    if not settings.warehouse.exists():
        raise _nothing_built(f"no warehouse at {settings.warehouse}")
    options: dict[str, str | bool | int] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
    }
    chain = verified_chain(settings.postings)
    changes = [_instant(posting.posted_at) for posting in chain]
    if settings.marts_built.exists():
        changes.append(datetime.fromtimestamp(settings.marts_built.stat().st_mtime, UTC))
    with open_database(settings, folder / DATABASE, alias="release", options=options) as con:
        _attach(con, settings)
        as_of, last_load, deliveries = _read_ledger(con)
        gates = require_gates(settings, last_load, max(changes, default=None))
        names = _copy_tables(con)
        con.execute("detach warehouse")
        _require_posted(con, chain)
        con.execute("checkpoint")
        tables = {name: write_parquet(con, name, folder) for name in names}
        rules = _rule_versions(con)
    return Copied(tables, as_of, deliveries, rules, gates)


def _attach(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            attach(con, settings, settings.warehouse, alias=WAREHOUSE, read_only=True)
            return
        except duckdb.Error as fault:
            if not is_held(fault):
                raise
            if time.monotonic() > deadline:
                raise WarehouseBusyError(
                    f"the warehouse stayed open for writing for {WAIT_SECONDS} s",
                    "a moment in which nobody writes it",
                    "try again later; in Airflow run the task in the pool `warehouse`",
                ) from fault
        time.sleep(RETRY_SECONDS)


def _read_ledger(
    con: duckdb.DuckDBPyConnection,
) -> tuple[datetime, datetime, list[dict[str, Any]]]:
    loaded = con.sql(
        """
        select delivery_id, feed, file_sha256, accepted_records, rejected_records
        from warehouse.ledger.batches
        where status_code = 'loaded'
        order by feed, delivery_id
        """
    )
    deliveries = [dict(zip(loaded.columns, row, strict=True)) for row in loaded.fetchall()]
    times = con.execute(
        """
        select max(received_at), max(loaded_at)
        from warehouse.ledger.batches
        where status_code = 'loaded'
        """
    ).fetchone()
    if not times or times[1] is None:
        raise _nothing_built("no delivery was ever loaded")
    return times[0].replace(tzinfo=UTC), times[1].replace(tzinfo=UTC), deliveries


def _copy_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    names = [
        name
        for (name,) in con.execute(
            """
            select table_name
            from information_schema.tables
            where table_catalog = 'warehouse' and table_schema = ?
            order by table_name
            """,
            [MARTS],
        ).fetchall()
    ]
    if not names:
        raise _nothing_built("the warehouse holds no marts")
    for name in names:
        table = quoted(name)
        con.execute(f"create table {table} as select * from warehouse.{MARTS}.{table} order by all")
    return names


def _require_posted(con: duckdb.DuckDBPyConnection, chain: list[Posting]) -> None:
    """A month that finance approved is in the release with every line, or there is no release."""
    counts = dict(
        con.execute(
            f"select posting_month, count(*) from {POSTINGS} group by posting_month"
        ).fetchall()
    )
    for posting in chain:
        found = counts.get(posting.month, 0)
        if found != posting.line_count:
            raise TerminalError(
                f"{found} of {posting.line_count} postings of {posting.month} in the marts",
                "every posting of every closed month",
                "run `tallywatch rebuild` and `tallywatch build`, then check and release",
            )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def write_parquet(con: duckdb.DuckDBPyConnection, name: str, folder: Path) -> dict[str, Any]:
    """Write a table of the release beside it as Parquet; returns what the manifest says of it."""
    path = folder / f"{name}.parquet"
    copied = con.execute(
        f"copy {quoted(name)} to {literal(str(path))} (format parquet, compression zstd)"
    ).fetchone()
    return {
        "file": path.name,
        "rows": copied[0] if copied else 0,
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
    }


def _rule_versions(con: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Every anomaly rule and deal type that made a row, with its versions, found by columns."""
    bearers = con.execute(
        """
        select table_name, column_name
        from information_schema.columns
        where column_name in ('rule_id', 'deal_type')
            and table_name in (
                select table_name from information_schema.columns
                where column_name = 'rule_version'
            )
        order by all
        """
    ).fetchall()
    queries = [
        f"select '{column}' as kind, {column} as id, rule_version as version from {quoted(table)}"
        for table, column in bearers
    ]
    if not queries:
        return []
    every = " union ".join(queries)
    rows = con.execute(
        f"select * from ({every}) where id is not null and version is not null order by all"
    ).fetchall()
    return [{kind: rule, "rule_version": version} for kind, rule, version in rows]


def _nothing_built(found: str) -> TerminalError:
    return TerminalError(
        found,
        "a warehouse with deliveries loaded and marts built",
        "run `tallywatch ingest`, `tallywatch build` and `tallywatch check` first",
    )
