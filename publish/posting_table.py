"""The table `postings.commission_postings`: its content hash, writing and loading it.

The chain of files (`publish.posting_chain`) is the truth, the table its copy for dbt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tallywatch.warehouse import COMMISSION_POSTINGS

TABLE = "postings.commission_postings"
_NAMES = ", ".join(COMMISSION_POSTINGS)


def content_hash(con: duckdb.DuckDBPyConnection, relation: str, month: str, cut_off: str) -> str:
    """Sha256 over the rows of `relation` posted in `month`, in the order of their ids.

    `relation` is the table or a model with its columns. Equal rows give an equal hash, in
    whatever order and by whatever run they were made. An empty month has a hash too.
    """
    row_hashes = con.execute(
        f"""
        select coalesce(string_agg(row_hash, '' order by posting_id), '')
        from (
            select
                posting_id,
                sha256(cast(to_json(row_of) as varchar)) as row_hash
            from (select {_NAMES} from {relation} where posting_month = ?) as row_of
        )
        """,
        [month],
    ).fetchone()
    text = f"{month}|{cut_off}|{row_hashes[0] if row_hashes else ''}"
    return hashlib.sha256(text.encode()).hexdigest()


def write_parquet(con: duckdb.DuckDBPyConnection, relation: str, month: str, path: Path) -> int:
    """Write the rows of `relation` posted in `month` to `path`; returns how many."""
    source = f"select {_NAMES} from {relation} where posting_month = ? order by posting_id"
    written = con.execute(
        f"copy ({source}) to '{_quoted(path)}' (format parquet, compression zstd)", [month]
    ).fetchone()
    return written[0] if written else 0


def posted_months(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Months that the table holds postings of."""
    rows = con.execute(f"select distinct posting_month from {TABLE}").fetchall()
    return {month for (month,) in rows}


def replace_months(
    con: duckdb.DuckDBPyConnection, months: Sequence[str], files: Sequence[Path]
) -> None:
    """Make the table's rows of `months` those of `files`, in one transaction."""
    con.execute("begin")
    try:
        con.execute(
            f"delete from {TABLE} where posting_month in (select unnest(?))",
            [list(months)],
        )
        for path in files:
            con.execute(
                f"insert into {TABLE} ({_NAMES}) select {_NAMES} from read_parquet(?)",
                [str(path)],
            )
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
