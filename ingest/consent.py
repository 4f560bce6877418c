"""Consent is the first gate: which grants there are, as the lake knows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

EMPTY_GRANTS = """
create or replace temp table grants (
    authorisation_id varchar, subject_key varchar, scope_code varchar,
    scope_from timestamp, scope_until timestamp,
    granted_at timestamp, expires_at timestamp, revoked_at timestamp
)
"""

GRANTS = """
create or replace temp table grants as
with versions as (
    select
        authorisation_id, subject_key, scope_code, granted_at, expires_at, revoked_at, recorded_at
    from read_parquet(?)
    qualify row_number() over (
        partition by authorisation_id, recorded_at
        order by _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
)
select authorisation_id, last(subject_key) over whole as subject_key, scope_code,
    case when lag(recorded_at) over ordered is null then timestamp '-infinity' else recorded_at end
        as scope_from,
    coalesce(lead(recorded_at) over ordered, timestamp 'infinity') as scope_until,
    last(granted_at) over whole as granted_at,
    last(expires_at) over whole as expires_at,
    last(revoked_at) over whole as revoked_at
from versions
window ordered as (partition by authorisation_id order by recorded_at),
    whole as (
        partition by authorisation_id order by recorded_at
        rows between unbounded preceding and unbounded following
    )
"""


def grant_files(lake: Path) -> tuple[str, ...]:
    """Where the grants are: one file per delivery of them."""
    return tuple(sorted(str(path) for path in (lake / "authorisations").glob("*.parquet")))


def read_grants(connection: duckdb.DuckDBPyConnection, files: Sequence[str]) -> None:
    """Make the temporary table `grants`: one row per authorisation and version of its scope.

    Beginning, end and withdrawal are those recorded last, whenever that was. What an authorisation
    covers may change; each scope counts from when it was recorded, the first from the beginning.
    It is read from the lake, not the warehouse, so that screening needs no lock on the warehouse.
    """
    if files:
        connection.execute(GRANTS, [list(files)])
    else:
        connection.execute(EMPTY_GRANTS)


def taken_at_sql(exported_at: str | None, received_at: str) -> str:
    """SQL giving when data was taken, for a row joined to `grants` as `g`.

    As the row says, but not after it was received. A person may export data and grant afterwards:
    then it is taken when it is handed over. Both arguments are SQL expressions.
    """
    if exported_at is None:
        return received_at
    return (
        f"case when {exported_at} >= g.granted_at then least({exported_at}, {received_at}) "
        f"else {received_at} end"
    )


def grant_in_force_sql(authorisation_id: str, taken_at: str) -> str:
    """SQL condition that joins a row to the scope of its grant when the data was taken."""
    return (
        f"g.authorisation_id = {authorisation_id} "
        f"and {taken_at} >= g.scope_from and {taken_at} < g.scope_until"
    )


def consent_fault_sql(scope: str, taken_at: str) -> str:
    """SQL giving 'missing', 'revoked', 'expired' or NULL for a row joined to `grants` as `g`.

    `taken_at` is an SQL expression: a grant counts as it stood when the data was taken.
    """
    return f"""case
        when g.authorisation_id is null then 'missing'
        when g.scope_code <> '{scope}' or g.granted_at > {taken_at} then 'missing'
        when g.revoked_at <= {taken_at} then 'revoked'
        when g.expires_at <= {taken_at} then 'expired'
    end"""
