"""The memory of what was fetched: each file once, and none that is still being written.

It is kept in SQLite beside the inbox and names files by keyed hash. Losing it costs a second
download of everything and nothing else: deliveries are named by their content.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.sources.declared import RemoteSource
from ingest.sources.stores import RemoteFile
from tallywatch.settings import Settings

BUSY_SECONDS = 60
SCHEMA = """
create table if not exists fetched_files (
    feed text not null, source text not null, path_token text not null, version text not null,
    file_bytes integer not null, file_sha256 text not null, fetched_at text not null,
    primary key (feed, source, path_token)
) without rowid;
create table if not exists seen_files (
    feed text not null, source text not null, path_token text not null, version text not null,
    first_seen_at text not null,
    primary key (feed, source, path_token)
) without rowid;
"""


class FetchedFiles:
    """What is known of the files of one feed at one source."""

    def __init__(self, settings: Settings, feed: str, source: RemoteSource) -> None:
        self._path = ledger_path(settings)
        self._key = settings.keys.token
        self._of = (feed, source.name)

    def token(self, file: RemoteFile) -> str:
        """What a file is called in logs and here."""
        return "fp_" + self._hash(f"path\0{file.path}")[:32]

    def place(self, file: RemoteFile) -> str:
        """A name for this version of the file, the same whenever it is fetched."""
        return self._hash(f"version\0{_version(file)}\0{file.path}")[:16]

    def unfetched(self, files: list[RemoteFile]) -> list[RemoteFile]:
        """Those of a listing that were not fetched, or changed since."""
        with self._open() as database:
            rows = database.execute(
                "select path_token, version from fetched_files where feed = ? and source = ?",
                self._of,
            )
            known = dict(rows.fetchall())
        return [file for file in files if known.get(self.token(file)) != _version(file)]

    def settled(self, file: RemoteFile, now: datetime, settle: timedelta, old: timedelta) -> bool:
        """Whether the file is finished: unchanged since a listing `settle` ago, or `old` already.

        The first rule goes by our clock, the second by the server's, which may be wrong by less
        than `old`. A file seen for the first time is remembered.
        """
        if file.modified_at is not None and now - file.modified_at >= old:
            return True
        with self._open() as database:
            if self._version_in(database, "seen_files", file) != _version(file):
                database.execute(
                    "insert or replace into seen_files values (?, ?, ?, ?, ?)",
                    (*self._of, self.token(file), _version(file), now.isoformat()),
                )
                return settle <= timedelta()
            (seen,) = database.execute(
                "select first_seen_at from seen_files "
                "where feed = ? and source = ? and path_token = ?",
                (*self._of, self.token(file)),
            ).fetchone()
        return now - datetime.fromisoformat(seen) >= settle

    def record(self, file: RemoteFile, sha256: str, size: int) -> None:
        """The file is in the inbox."""
        with self._open() as database:
            database.execute(
                "insert or replace into fetched_files values (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(*self._of, self.token(file), _version(file)),
                    *(size, sha256, datetime.now(UTC).isoformat()),
                ),
            )
            database.execute(
                "delete from seen_files where feed = ? and source = ? and path_token = ?",
                (*self._of, self.token(file)),
            )

    def _hash(self, text: str) -> str:
        return hmac.new(
            self._key, text.encode(errors="surrogateescape"), hashlib.sha256
        ).hexdigest()

    def _version_in(self, database: sqlite3.Connection, table: str, file: RemoteFile) -> str | None:
        row = database.execute(
            f"select version from {table} where feed = ? and source = ? and path_token = ?",
            (*self._of, self.token(file)),
        ).fetchone()
        return row[0] if row else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as database, database:
            database.executescript(SCHEMA)
            yield database


def ledger_path(settings: Settings) -> Path:
    """The SQLite file."""
    return settings.home / "fetched.sqlite"


def _version(file: RemoteFile) -> str:
    modified = file.modified_at.isoformat() if file.modified_at else ""
    return f"{file.size} {modified} {file.etag or ''}"
