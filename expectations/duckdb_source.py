"""Great Expectations over DuckDB: the one place that knows how GX has to be held.

GX has no DuckDB engine; its SQL data source works with `duckdb_engine` once three things are done:

* GX gives a connection back to the pool before it fetches, and then a DuckDB result is gone. The
  dialects for which GX keeps the connection are a private tuple; `duckdb` is added to it.
* GX imports PySpark where it is installed. That costs time, and in a process without a main module
  (`python -c`) PySpark ends the process with exit code 0. GX is kept from seeing it.
* Analytics are switched off before the import, which is when GX looks.

All of it hangs on internals, so exactly one GX version is accepted.
"""

from __future__ import annotations

import enum
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb

from tallywatch.errors import TerminalError, WarehouseBusyError

GX_VERSION = "1.24.1"
LOCK_MESSAGES = ("Could not set lock on file", "different configuration than existing")


class _Dialect(enum.StrEnum):
    DUCKDB = "duckdb"


@contextmanager
def open_source(path: Path) -> Iterator[Any]:
    """GX's SQL data source over the DuckDB file, read-only, in a context that lives in memory.

    Raises:
        TerminalError: GX is not the version that the shim was made for.
        WarehouseBusyError: another process writes the file.
    """
    gx = import_gx()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    with _busy_when_locked(path):
        source = context.data_sources.add_sql(
            path.stem,
            connection_string=f"duckdb:///{path}?access_mode=read_only",
            create_temp_table=False,
        )
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


@contextmanager
def open_reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A plain read-only connection, without GX.

    Raises:
        TerminalError: there is no such file.
        WarehouseBusyError: another process writes the file.
    """
    if not path.exists():
        raise TerminalError(
            f"no warehouse at {path}", "a warehouse with loaded deliveries", "ingest first"
        )
    with _busy_when_locked(path):
        connection = duckdb.connect(path, read_only=True)
    with connection:
        yield connection


@contextmanager
def _busy_when_locked(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if any(message in str(error) for message in LOCK_MESSAGES):
            raise WarehouseBusyError(
                f"{path.name} is being written", "no writer while a gate reads", "try again later"
            ) from None
        raise


def import_gx() -> ModuleType:
    """Great Expectations, imported (about 3 s) and made to work on DuckDB.

    Raises:
        TerminalError: the installed version is not `GX_VERSION`, or its internals have changed.
    """
    found = metadata.version("great-expectations")
    if found != GX_VERSION:
        raise _unknown_gx(f"great-expectations {found}")
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _hidden("pyspark"):
        import great_expectations as gx
        from great_expectations.execution_engine import sqlalchemy_execution_engine as engine
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    keep_connection(engine)
    return gx


def keep_connection(engine: ModuleType) -> None:
    """Add DuckDB to the dialects whose connection GX keeps while it fetches; idempotent.

    Raises:
        TerminalError: `engine` has no such tuple of dialects.
    """
    dialects = getattr(engine, "_PERSISTED_CONNECTION_DIALECTS", None)
    if not isinstance(dialects, tuple) or "sqlite" not in dialects:
        raise _unknown_gx("great-expectations without its tuple of persisted dialects")
    if _Dialect.DUCKDB not in dialects:
        engine._PERSISTED_CONNECTION_DIALECTS = (*dialects, _Dialect.DUCKDB)


def _unknown_gx(found: str) -> TerminalError:
    return TerminalError(
        found,
        f"great-expectations {GX_VERSION}, whose internals the DuckDB shim knows",
        "install the locked requirements, or adapt expectations/duckdb_source.py and its test",
    )


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Make `import package` fail inside the block, whether or not it is imported already."""
    imported = [n for n in sys.modules if n == package or n.startswith(f"{package}.")]
    kept = {name: sys.modules.pop(name) for name in imported}
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
        sys.modules.update(kept)
