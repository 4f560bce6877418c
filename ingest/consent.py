"""Consent is the first gate: which grants there are, as the lake knows them."""

from __future__ import annotations

from pathlib import Path

import duckdb

EMPTY_GRANTS = """
create temp table grants (
    authorisation_id varchar, subject_key varchar, scope_code varchar,
    granted_at timestamp, expires_at timestamp, revoked_at timestamp
)
"""

LATEST_GRANTS = """
create temp table grants as
select authorisation_id, subject_key, scope_code, granted_at, expires_at, revoked_at
from read_parquet(?)
qualify row_number() over (
    partition by authorisation_id
    order by recorded_at desc, _received_at desc, _line_number desc
) = 1
"""


def read_grants(connection: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Make the temporary table `grants`: the last recorded version of every authorisation.

    It is read from the lake, not the warehouse, so that screening needs no lock on the warehouse.
    """
    files = sorted(str(p) for p in (lake / "authorisations").glob("*.parquet"))
    if files:
        connection.execute(LATEST_GRANTS, [files])
    else:
        connection.execute(EMPTY_GRANTS)


def consent_fault_sql(scope: str, received_at: str) -> str:
    """SQL giving 'missing', 'revoked', 'expired' or NULL for a row joined to `grants` as `g`.

    `received_at` is an SQL expression: a grant counts as it stood when the data was taken.
    """
    return f"""case
        when g.authorisation_id is null then 'missing'
        when g.scope_code <> '{scope}' or g.granted_at > {received_at} then 'missing'
        when g.revoked_at <= {received_at} then 'revoked'
        when g.expires_at <= {received_at} then 'expired'
    end"""
