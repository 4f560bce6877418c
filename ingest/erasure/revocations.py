"""Who is due for erasure: by a request of theirs, or by an authorisation that they withdrew.

What decides is whether something is still there, not whether the withdrawal is new: a delivery that
was screened while an erasure ran is found by the next look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from ingest.contracts import Contract
from ingest.erasure.lake import lake_columns, lake_files
from ingest.erasure.search import GRANTS, deliveries_under
from ingest.erasure_map import GRANT, SUBJECT
from ingest.landing import read_landed
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

REQUESTS = "erasure_requests"
LAST_WITHDRAWN = """
select authorisation_id, subject_key
from (
    select authorisation_id, subject_key, revoked_at
    from read_parquet(?, union_by_name = true)
    qualify row_number() over (
        partition by authorisation_id
        order by recorded_at desc, _received_at desc, _line_number desc
    ) = 1
)
where revoked_at <= ?
"""


@dataclass(frozen=True)
class Due:
    """One erasure to be made; `authorisation_ids` are empty when it is a whole one."""

    subject_key: str
    is_whole: bool
    authorisation_ids: tuple[str, ...] = ()


def due_erasures(settings: Settings, contracts: Mapping[str, Contract]) -> list[Due]:
    """Whoever asked to be erased, then those of whose withdrawn grants something is still there."""
    with duckdb.connect() as connection:
        leaving = _requested(connection, settings)
        revoked = _revoked(connection, settings)
        read = _grants_with_rows(connection, settings, contracts, revoked)
    kept = {
        grant
        for grant, deliveries in deliveries_under(settings, contracts, revoked).items()
        if any(not read_landed(settings.landing / d).is_shredded for d in deliveries)
    }
    by_person: dict[str, list[str]] = {}
    for grant in sorted((read | kept) & revoked.keys()):
        by_person.setdefault(revoked[grant], []).append(grant)
    whole = [Due(subject_key, is_whole=True) for subject_key in leaving]
    return whole + [
        Due(subject_key, is_whole=False, authorisation_ids=tuple(grants))
        for subject_key, grants in sorted(by_person.items())
        if subject_key not in leaving
    ]


def _requested(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[str]:
    files = lake_files(settings, REQUESTS)
    if not files:
        return []
    rows = connection.execute(
        f"select distinct {SUBJECT} from read_parquet(?, union_by_name = true) order by all",
        [files],
    ).fetchall()
    return [subject_key for (subject_key,) in rows]


def _revoked(connection: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    """Grants whose last version says that they were withdrawn, with whose they are."""
    files = lake_files(settings, GRANTS)
    if not files:
        return {}
    rows = connection.execute(LAST_WITHDRAWN, [files, utc_now().replace(tzinfo=None)]).fetchall()
    return dict(rows)


def _grants_with_rows(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Mapping[str, Contract],
    revoked: Mapping[str, str],
) -> set[str]:
    found: set[str] = set()
    for contract in contracts.values():
        files = lake_files(settings, contract.feed) if contract.consent_scope else []
        if files and GRANT in lake_columns(connection, files):
            rows = connection.execute(
                f"select distinct {GRANT} from read_parquet(?, union_by_name = true)", [files]
            ).fetchall()
            found |= {grant for (grant,) in rows}
    return found & revoked.keys()
