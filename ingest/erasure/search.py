"""Finding out by what a person is known, from the lake, the landing folder and the vault."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping

import duckdb

from ingest.contracts import Contract
from ingest.erasure.lake import lake_columns, lake_files
from ingest.erasure.person import Person
from ingest.erasure.rules import is_in, literal
from ingest.erasure_map import GRANT, LINKING_KINDS, SUBJECT, ErasureTarget, erasure_map
from ingest.landing import MANIFEST
from ingest.vault import open_vault
from tallywatch.settings import Settings

REGISTER = "people"
"""The feed whose identifiers are the person's own."""
GRANTS = "authorisations"


def whole_person(settings: Settings, contracts: Mapping[str, Contract], subject_key: str) -> Person:
    """Everything of somebody who leaves the service."""
    with duckdb.connect() as connection:
        grants = _grants_of(connection, settings, subject_key)
        tokens = _own_tokens(connection, settings, contracts[REGISTER], subject_key)
    sealed = open_vault(settings).values_of(subject_key)
    clear = {value for kind, value in sealed.values() if kind in LINKING_KINDS}
    own = {value for token, (_, value) in sealed.items() if token in tokens}
    return Person(
        subject_key=subject_key,
        is_whole=True,
        authorisation_ids=grants,
        tokens=tokens,
        clear=frozenset(clear & own),
        deliveries=_all_under(settings, contracts, grants),
    )


def person_under(
    settings: Settings,
    contracts: Mapping[str, Contract],
    subject_key: str,
    authorisation_ids: Iterable[str],
) -> Person:
    """What was read of somebody under some of their grants."""
    grants = frozenset(authorisation_ids)
    with duckdb.connect() as connection:
        sealed = _tokens_only_under(connection, settings, contracts, subject_key, grants)
    return Person(
        subject_key=subject_key,
        is_whole=False,
        authorisation_ids=grants,
        sealed_tokens=sealed,
        deliveries=_all_under(settings, contracts, grants),
    )


def _grants_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings, subject_key: str
) -> frozenset[str]:
    files = lake_files(settings, GRANTS)
    if not files:
        return frozenset()
    rows = connection.execute(
        f"select distinct {GRANT} from read_parquet(?, union_by_name = true) where {SUBJECT} = ?",
        [files, subject_key],
    ).fetchall()
    return frozenset(grant for (grant,) in rows)


def _own_tokens(
    connection: duckdb.DuckDBPyConnection, settings: Settings, register: Contract, subject_key: str
) -> frozenset[str]:
    """Tokens of the person's own identifiers that nobody else in the register has as well."""
    files = lake_files(settings, register.feed)
    if not files:
        return frozenset()
    columns = [c.raw_name for c in register.columns if c.identifier and c.holder]
    there = lake_columns(connection, files)
    union = " union all ".join(
        f"select {SUBJECT}, {column} as token from read_parquet($files, union_by_name = true)"
        for column in columns
        if column in there
    )
    rows = connection.execute(
        f"select token from ({union}) where token is not null group by token "
        f"having bool_and({SUBJECT} = $subject)",
        {"files": files, "subject": subject_key},
    ).fetchall()
    return frozenset(token for (token,) in rows)


def _tokens_only_under(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Mapping[str, Contract],
    subject_key: str,
    grants: frozenset[str],
) -> frozenset[str]:
    """Sealed tokens of the person that no other row of theirs has than those under `grants`."""
    under: set[str] = set()
    elsewhere: set[str] = set()
    for target in erasure_map(contracts.values()):
        if not target.sealed_columns or not (files := lake_files(settings, target.feed)):
            continue
        for token, is_under in _sealed_tokens(connection, target, files, subject_key, grants):
            (under if is_under else elsewhere).add(token)
    return frozenset(under - elsewhere)


def _sealed_tokens(
    connection: duckdb.DuckDBPyConnection,
    target: ErasureTarget,
    files: list[str],
    subject_key: str,
    grants: frozenset[str],
) -> list[tuple[str, bool]]:
    there = lake_columns(connection, files)
    is_under = is_in(GRANT, grants) if target.grant_column and grants else "false"
    whose = " or ".join(f"{c} = {literal(subject_key)}" for c in target.subject_columns)
    queries = [
        f"select distinct {column}, coalesce({is_under}, false) "
        f"from read_parquet($files, union_by_name = true) where ({whose}) and {column} is not null"
        for column in target.sealed_columns
        if column in there
    ]
    if not queries:
        return []
    return connection.execute(" union ".join(queries), {"files": files}).fetchall()


def deliveries_under(
    settings: Settings, contracts: Mapping[str, Contract], grants: Container[str]
) -> dict[str, list[str]]:
    """Deliveries (`feed/delivery_id`) that came under one grant each, by that grant."""
    found: dict[str, list[str]] = {}
    for contract in contracts.values():
        if GRANT not in {c.name for c in contract.delivery_columns}:
            continue
        for manifest in sorted((settings.landing / contract.feed).glob(f"d*/{MANIFEST}")):
            grant = json.loads(manifest.read_text(encoding="utf-8"))["attributes"].get(GRANT)
            if grant in grants:
                found.setdefault(grant, []).append(f"{contract.feed}/{manifest.parent.name}")
    return found


def _all_under(
    settings: Settings, contracts: Mapping[str, Contract], grants: frozenset[str]
) -> frozenset[str]:
    found = deliveries_under(settings, contracts, grants)
    return frozenset(item for items in found.values() for item in items)
