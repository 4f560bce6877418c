"""The vault in one SQLite file beside the rest of the data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.vault.store import Store, Transaction

BUSY_SECONDS = 120
SCHEMA = """
create table if not exists data_keys (
    holder text primary key, wrapped_key blob not null, made_at text not null,
    key_id text not null default ''
) without rowid;
create table if not exists sealed_values (
    holder text not null, token text not null, kind text not null, sealed blob not null,
    primary key (holder, token)
) without rowid;
create index if not exists sealed_values_by_token on sealed_values (token);
create table if not exists reveal_log (
    line_number integer primary key, looked_up_at text not null, user_name text not null,
    token_hash text not null, kind text, purpose text not null, outcome_code text not null,
    reason_code text, line_mac text not null
);
create table if not exists reveal_log_head (
    only_row integer primary key check (only_row = 1), line_count integer not null,
    head_mac text not null
);
create trigger if not exists reveal_log_keeps_lines before delete on reveal_log
begin select raise(abort, 'reveal_log is append-only'); end;
create trigger if not exists reveal_log_keeps_words before update on reveal_log
begin select raise(abort, 'reveal_log is append-only'); end;
"""
FIRST_KEY_ID = "alter table data_keys add column key_id text not null default ''"
"""For a vault made before ids of keys were kept."""


class SqliteStore(Store):
    """One file in WAL mode; writers wait for each other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_ready = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See `Store`; deleted content is overwritten at once."""
        with closing(self._connect()) as database:
            database.execute("begin immediate")
            try:
                yield SqliteTransaction(database)
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")

    def compact(self) -> None:
        """See `Store`."""
        if not self._path.exists():
            return
        with closing(self._connect()) as database:
            database.execute("vacuum")
            database.execute("pragma wal_checkpoint(truncate)")

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path, timeout=BUSY_SECONDS)
        database.isolation_level = None
        database.execute("pragma journal_mode = wal")
        database.execute("pragma secure_delete = on")
        if not self._is_ready:
            self._prepare(database)
            self._is_ready = True
        return database

    @staticmethod
    def _prepare(database: sqlite3.Connection) -> None:
        database.executescript(f"begin immediate; {SCHEMA} commit;")
        columns = {row[1] for row in database.execute("pragma table_info(data_keys)")}
        if "key_id" not in columns:
            database.execute(FIRST_KEY_ID)


class SqliteTransaction(Transaction):
    """Holds the one write lock of the file, so no row needs a lock of its own."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """See `Transaction`."""
        return self._database.execute(sql, tuple(values)).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """See `Transaction`."""
        return self._database.executemany(sql, rows).rowcount if rows else 0

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """See `Transaction`."""
        return self._database.execute(sql, tuple(values)).fetchall()
