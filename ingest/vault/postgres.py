"""The vault in PostgreSQL: for several machines, and for backups and roles of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from ingest.vault.store import Store, Transaction
from tallywatch.errors import TransientError

SCHEMA_LOCK = 7_424_617_001
"""Two processes that make the tables at once would trip over each other."""
SCHEMA = """
create table if not exists data_keys (
    holder text primary key, wrapped_key bytea not null, made_at text not null,
    key_id text not null
);
create table if not exists sealed_values (
    holder text not null, token text not null, kind text not null, sealed bytea not null,
    primary key (holder, token)
);
create index if not exists sealed_values_by_token on sealed_values (token);
create table if not exists reveal_log (
    line_number bigint primary key, looked_up_at text not null, user_name text not null,
    token_hash text not null, kind text, purpose text not null, outcome_code text not null,
    reason_code text, line_mac text not null
);
create table if not exists reveal_log_head (
    only_row integer primary key check (only_row = 1), line_count bigint not null,
    head_mac text not null
);
create or replace function refuse_change() returns trigger language plpgsql as
$$ begin raise exception 'reveal_log is append-only'; end $$;
create or replace trigger reveal_log_keeps_lines
before delete or update or truncate on reveal_log
for each statement execute function refuse_change();
"""
TABLES = ("data_keys", "sealed_values")


class PostgresStore(Store):
    """Tables in the first schema of the connection's search path, made when they are missing."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_ready = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """See `Store`; writers of different people do not wait for each other.

        Raises:
            TransientError: the server is away, or ended the transaction in favour of another.
        """
        try:
            with psycopg.connect(self._url) as database:
                self._prepare(database)
                yield PostgresTransaction(database)
        except (psycopg.OperationalError, psycopg.errors.SerializationFailure) as error:
            raise TransientError(
                f"the vault's database gave {type(error).__name__}",
                "a PostgreSQL server that answers",
                "try again; see the server's log",
            ) from None

    def compact(self) -> None:
        """See `Store`; the tables are locked meanwhile."""
        with psycopg.connect(self._url, autocommit=True) as database:
            for table in TABLES:
                database.execute(_sql(f"vacuum full {table}"))

    def _prepare(self, database: psycopg.Connection) -> None:
        if self._is_ready:
            return
        database.execute("select pg_advisory_xact_lock(%s)", [SCHEMA_LOCK])
        database.execute(_sql(SCHEMA))
        database.commit()
        self._is_ready = True


class PostgresTransaction(Transaction):
    """Locks the rows it relies on."""

    share_lock = " for share"
    update_lock = " for update"

    def __init__(self, database: psycopg.Connection) -> None:
        self._database = database

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """See `Transaction`."""
        return self._database.execute(_sql(sql), values).rowcount

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """See `Transaction`."""
        if not rows:
            return 0
        with self._database.cursor() as cursor:
            cursor.executemany(_sql(sql), rows)
            return cursor.rowcount

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """See `Transaction`."""
        return self._database.execute(_sql(sql), values).fetchall()


def _sql(text: str) -> bytes:
    """The statement with PostgreSQL's marks; statements are this package's own literals."""
    return text.replace("?", "%s").encode()
