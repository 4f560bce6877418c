"""The vault: identifiers sealed under a data key of the person whom they belong to.

Whoever holds a token can have the value back only from here. Destroying a person's data key makes
all that was sealed under it unreadable at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingest.archive import NONCE_BYTES, new_data_key, unwrap_key, wrap_key
from tallywatch.clock import utc_now

BUSY_SECONDS = 120
SCHEMA = """
create table if not exists data_keys (
    holder text primary key, wrapped_key blob not null, made_at text not null
) without rowid;
create table if not exists sealed_values (
    holder text not null, token text not null, kind text not null, sealed blob not null,
    primary key (holder, token)
) without rowid;
"""


class Vault:
    """Sealed identifiers in one SQLite file; several processes may write at the same time."""

    def __init__(self, path: Path, vault_key: bytes) -> None:
        self._path = path
        self._key = vault_key

    def seal(self, kind: str, values: Iterable[tuple[str, str, str]]) -> int:
        """Keep (holder, token, value) triples; those kept before are left as they are.

        Returns the number of values that were new.
        """
        with self._transaction() as database:
            ciphers: dict[str, AESGCM] = {}
            added = 0
            for holder, token, value in values:
                if holder not in ciphers:
                    ciphers[holder] = AESGCM(self._data_key(database, holder))
                nonce = os.urandom(NONCE_BYTES)
                sealed = nonce + ciphers[holder].encrypt(nonce, value.encode(), token.encode())
                added += database.execute(
                    "insert or ignore into sealed_values values (?, ?, ?, ?)",
                    (holder, token, kind, sealed),
                ).rowcount
        return added

    def reveal(self, holder: str, token: str) -> str | None:
        """The value behind a token, or None when it was never sealed or its key is destroyed."""
        with self._transaction() as database:
            row = database.execute(
                "select k.wrapped_key, v.sealed from sealed_values as v "
                "inner join data_keys as k on k.holder = v.holder "
                "where v.holder = ? and v.token = ?",
                (holder, token),
            ).fetchone()
        if row is None:
            return None
        data_key = unwrap_key(self._key, row[0], holder)
        nonce, sealed = row[1][:NONCE_BYTES], row[1][NONCE_BYTES:]
        return AESGCM(data_key).decrypt(nonce, sealed, token.encode()).decode()

    def destroy_key(self, holder: str) -> bool:
        """Make everything sealed for `holder` unreadable; true when there was a key."""
        with self._transaction() as database:
            database.execute("pragma secure_delete = on")
            return (
                database.execute("delete from data_keys where holder = ?", (holder,)).rowcount > 0
            )

    def _data_key(self, database: sqlite3.Connection, holder: str) -> bytes:
        found = database.execute(
            "select wrapped_key from data_keys where holder = ?", (holder,)
        ).fetchone()
        if found:
            return unwrap_key(self._key, found[0], holder)
        data_key = new_data_key()
        database.execute(
            "insert into data_keys values (?, ?, ?)",
            (holder, wrap_key(self._key, data_key, holder), utc_now().isoformat()),
        )
        return data_key

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as database:
            database.isolation_level = None
            database.execute("pragma journal_mode = wal")
            database.executescript(SCHEMA)
            database.execute("begin immediate")
            try:
                yield database
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")
