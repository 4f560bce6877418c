"""The shim over GX's internals: it fails loudly when they change, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from expectations import duckdb_source
from expectations.duckdb_source import GX_VERSION, import_gx, keep_connection, open_source
from tallywatch.errors import TerminalError, WarehouseBusyError
from tallywatch.settings import REPOSITORY
from tallywatch.warehouse import open_warehouse

if TYPE_CHECKING:
    from tests.expectations.conftest import Warehouse


def test_the_installed_gx_is_the_one_that_the_shim_knows() -> None:
    assert metadata.version("great-expectations") == GX_VERSION
    import_gx()


def test_another_gx_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_source.metadata, "version", lambda _: "1.25.0")
    with pytest.raises(TerminalError, match=r"found: great-expectations 1\.25\.0.*1\.24\.1"):
        import_gx()


@pytest.mark.parametrize("dialects", [None, ["sqlite"], ("mssql",)])
def test_gx_without_the_tuple_of_dialects_is_refused(dialects: object) -> None:
    engine = ModuleType("engine")
    engine._PERSISTED_CONNECTION_DIALECTS = dialects
    with pytest.raises(TerminalError, match="persisted dialects"):
        keep_connection(engine)


def test_without_the_shim_gx_cannot_read_duckdb(raw_warehouse: Warehouse) -> None:
    """When this fails GX has learnt DuckDB, and the shim can go."""
    gx = import_gx()
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    shimmed = engine._PERSISTED_CONNECTION_DIALECTS
    try:
        engine._PERSISTED_CONNECTION_DIALECTS = tuple(d for d in shimmed if d != "duckdb")
        context = gx.get_context(mode="ephemeral")
        path = raw_warehouse.settings.warehouse
        source = context.data_sources.add_sql(
            "bare", connection_string=f"duckdb:///{path}", create_temp_table=False
        )
        asset = source.add_query_asset("bills", query="select * from raw.bills")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        result = batch.validate(gx.expectations.ExpectColumnValuesToNotBeNull(column="bill_id"))
        source.get_engine().dispose()
    finally:
        engine._PERSISTED_CONNECTION_DIALECTS = shimmed
    assert not result.success


def test_a_warehouse_that_another_process_writes_is_busy(raw_warehouse: Warehouse) -> None:
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()",
            raw_warehouse.settings.warehouse,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        writer.stdout.readline()
        with pytest.raises(WarehouseBusyError, match="is being written"):
            raw_warehouse.check()
        with (
            pytest.raises(WarehouseBusyError, match="is being written"),
            open_source(raw_warehouse.settings),
        ):
            pass
    finally:
        writer.communicate("\n")
    assert raw_warehouse.check().passed


def test_no_warehouse_is_an_error_that_says_what_to_do(raw_warehouse: Warehouse) -> None:
    raw_warehouse.settings.warehouse.unlink()
    with pytest.raises(TerminalError, match="tallywatch ingest"):
        raw_warehouse.check()


def test_the_warehouse_can_be_written_again_at_once(raw_warehouse: Warehouse) -> None:
    assert raw_warehouse.check().passed
    with open_warehouse(raw_warehouse.settings, wait_seconds=0) as connection:
        connection.execute("delete from raw.bills")


def test_gx_leaves_no_files_and_does_not_end_the_process(
    raw_warehouse: Warehouse, tmp_path: Path
) -> None:
    """Under `python -c` an imported PySpark would end the process with exit code 0."""
    cwd, home = tmp_path / "cwd", tmp_path / "user"
    cwd.mkdir()
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; from expectations.duckdb_source import open_source\n"
        "from tallywatch.settings import Keys, Settings\n"
        "with open_source(Settings(Path(sys.argv[1]), Keys(b't', b'a', b'v'))): pass\n"
        "assert 'pyspark' not in sys.modules; print('still here')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, raw_warehouse.settings.home],
        cwd=cwd,
        env=os.environ | {"HOME": str(home), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "still here\n"
    assert [*cwd.rglob("*"), *home.rglob("*")] == []
