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
from types import ModuleType
from typing import Any

from tallywatch.database import open_database
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import WAREHOUSE, busy_when_locked

GX_VERSION = "1.24.1"


class _Dialect(enum.StrEnum):
    DUCKDB = "duckdb"


@contextmanager
def open_source(settings: Settings) -> Iterator[Any]:
    """GX's SQL data source over the warehouse, read-only, in a context that lives in memory.

    The key of a sealed warehouse stays out of the connection string, which GX keeps and prints.

    Raises:
        TerminalError: GX is not the version that the shim was made for.
        WarehouseBusyError: another process writes the file.
    """
    from duckdb_engine import ConnectionWrapper

    def connect() -> ConnectionWrapper:
        return ConnectionWrapper(
            open_database(settings, settings.warehouse, alias=WAREHOUSE, read_only=True)
        )

    gx = import_gx()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    with busy_when_locked(settings):
        source = context.data_sources.add_sql(
            WAREHOUSE,
            connection_string="duckdb:///:memory:",
            create_temp_table=False,
            kwargs={"creator": connect},
        )
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


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
