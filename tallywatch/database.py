"""Opening DuckDB files: sealed at rest where a database key is configured, plain otherwise.

DuckDB seals a file (AES-256-GCM) only through the `httpfs` extension, which comes from the package
index as a signed binary. Without it a failed attach leaves an empty file that the next attach
turns, without a word, into a plain database; so it is asked after every attach whether the file is
sealed. A sealed file cannot be the main database of a connection: it is attached to one in memory
and made the default.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import duckdb

from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

CIPHER = "GCM"
STORAGE_VERSION = "v1.4.0"
"""Of files made anew, sealed or plain; it packs texts in less time than DuckDB's own, v1.0.0."""
Options = Mapping[str, str | bool | int]


def open_database(
    settings: Settings,
    path: Path,
    *,
    alias: str,
    read_only: bool = False,
    options: Options | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open the file as the default database of a new connection, under the name `alias`.

    Args:
        settings: their `keys.database` seals the file; None leaves it plain.
        path: of the file; made when it is missing and not `read_only`.
        alias: name of the database in SQL.
        read_only: for readers, of whom there may be several in several processes.
        options: of DuckDB's configuration.

    Raises:
        TerminalError: the file is sealed and no key, or another one, is configured; or it is plain
            and a key is configured.
        duckdb.IOException: another process holds the file.
    """
    config: dict[str, str | bool | int | float | list[str]] = {**(options or {})}
    if settings.keys.database is not None:
        config["temp_file_encryption"] = True
    connection = duckdb.connect(config=config)
    try:
        attach(connection, settings, path, alias=alias, read_only=read_only)
        connection.execute(f"use {alias}")
    except BaseException:
        connection.close()
        raise
    return connection


def attach(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    path: Path,
    *,
    alias: str,
    read_only: bool = False,
) -> None:
    """Attach the file to an open connection; see `open_database`."""
    key = settings.keys.database
    _attach(connection, path, alias, key, read_only=read_only)


def rewrite_database(settings: Settings, path: Path, *, present_key: bytes | None) -> None:
    """Copy the file into a fresh one under the configured key and put that in its place.

    Seals a plain file, changes the key, or, under the same key, leaves deleted rows behind: DuckDB
    keeps their bytes in free pages. The file must not be open. What is killed half-way leaves the
    file as it was.

    Args:
        settings: their `keys.database` seals the new file; None makes it plain.
        path: of the file.
        present_key: the key it is sealed with now; None when it is plain.
    """
    fresh = path.with_name(f".{path.name}.rewriting")
    for left in (fresh, fresh.with_name(f"{fresh.name}.wal")):
        left.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        _attach(connection, path, "present", present_key, read_only=False)
        _attach(connection, fresh, "fresh", settings.keys.database, read_only=False)
        connection.execute("copy from database present to fresh")
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
        connection.execute("detach present")
    fresh.replace(path)


def key_text(key: bytes) -> str:
    """The key as DuckDB takes it."""
    return base64.b64encode(key).decode()


def extension_folder(folder: Path) -> Path:
    """A DuckDB extension folder that holds httpfs, for a tool that loads it by its name."""
    with duckdb.connect(config={"extension_directory": str(folder)}) as connection:
        connection.execute(f"install {_literal(str(httpfs_extension()))}")
    return folder


def httpfs_extension() -> Path:
    """The installed extension that seals files.

    Raises:
        TerminalError: it is not installed for this version of DuckDB.
    """
    name = f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
    try:
        path = Path(str(resources.files("duckdb_extension_httpfs") / name))
    except ModuleNotFoundError:
        path = Path(name)
    if not path.is_file():
        raise TerminalError(
            f"no httpfs extension for DuckDB {duckdb.__version__}",
            "the package duckdb-extension-httpfs in DuckDB's own version",
            "install the locked requirements",
        )
    return path


def _attach(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    alias: str,
    key: bytes | None,
    *,
    read_only: bool,
) -> None:
    options = ["read_only"] if read_only else []
    if not (read_only or path.exists()):
        options.append(f"storage_version '{STORAGE_VERSION}'")
    if key is not None:
        connection.execute(f"load {_literal(str(httpfs_extension()))}")
        options += [f"encryption_key {_literal(key_text(key))}", f"encryption_cipher '{CIPHER}'"]
    clause = f" ({', '.join(options)})" if options else ""
    try:
        connection.execute(f"attach {_literal(str(path))} as {alias}{clause}")
    except (duckdb.CatalogException, duckdb.InvalidInputException) as error:
        raise _wrong_key(path, key, str(error)) from None
    sealed = connection.execute(
        "select encrypted from duckdb_databases() where database_name = ?", [alias]
    ).fetchone()
    if sealed != (key is not None,):
        connection.execute(f"detach {alias}")
        raise _wrong_key(path, key, "the file is not sealed as configured")


def _wrong_key(path: Path, key: bytes | None, message: str) -> TerminalError:
    if "without a key" in message:
        found, remedy = f"{path.name} is sealed", "set TALLYWATCH_DATABASE_KEY"
    elif key is not None and ("not encrypted" in message or "not sealed" in message):
        found = f"{path.name} is a plain file"
        remedy = "seal it with `tallywatch seal`, or unset TALLYWATCH_DATABASE_KEY"
    elif "Wrong encryption key" in message:
        found = f"{path.name} is sealed with another key"
        remedy = "set the key it was sealed with, or change it with `tallywatch seal`"
    else:
        return TerminalError(message, f"{path.name} to open", "see the message")
    return TerminalError(found, "the database key that the file was sealed with", remedy)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
