"""What a consumer has of an extract, and what is new to it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from publish.extracts.catalogue import Definition

DELIVERED = "delivered.parquet"


def compare(
    con: duckdb.DuckDBPyConnection,
    definition: Definition,
    condition: str,
    *,
    last: Path | None,
    base: Path | None,
    is_full: bool,
) -> list[str]:
    """Make temp tables `pulled` and `delivered_now`; returns the keys withdrawn since `base`.

    `pulled` has the rows of the condition that are new or changed since the pull in folder `base`,
    or with `is_full` all of the condition, with `change_code` first. `delivered_now` is the cursor
    after this pull: what was delivered before, without what is gone, and what is delivered now.
    """
    key = definition.key
    quiet = f"* exclude ({', '.join(definition.quiet)})" if definition.quiet else "*"
    con.execute(
        f"""
        create temp table matching as
        select
            t.*,
            sha256(to_json(hashed)::varchar) as row_hash
        from (select * from {definition.table} where {condition}) as t
        inner join (select {quiet} from {definition.table}) as hashed on t.{key} = hashed.{key}
        """
    )
    _delivered(con, "delivered_base", base)
    _delivered(con, "delivered_last", last)
    con.execute(
        f"""
        create temp table pulled as
        select
            case
                when delivered_base.row_key is null then 'new'
                when delivered_base.row_hash <> matching.row_hash then 'changed'
                else 'unchanged'
            end as change_code,
            matching.* exclude (row_hash)
        from matching
        left join delivered_base on matching.{key} = delivered_base.row_key
        where {"true" if is_full else "change_code <> 'unchanged'"}
        order by {definition.order}
        """
    )
    con.execute(
        f"""
        create temp table delivered_now as
        select {key} as row_key, row_hash from matching
        union all
        select row_key, row_hash from delivered_last
        where row_key in (select {key} from {definition.table})
            and row_key not in (select {key} from matching)
        order by all
        """
    )
    withdrawn = con.execute(
        f"""
        select row_key from delivered_base
        where row_key not in (select {key} from {definition.table})
        order by all
        """
    ).fetchall()
    return [row_key for (row_key,) in withdrawn]


def _delivered(con: duckdb.DuckDBPyConnection, table: str, folder: Path | None) -> None:
    if folder is None:
        con.execute(f"create temp table {table} (row_key varchar, row_hash varchar)")
    else:
        con.execute(
            f"create temp table {table} as select row_key, row_hash from read_parquet(?)",
            [str(folder / DELIVERED)],
        )
