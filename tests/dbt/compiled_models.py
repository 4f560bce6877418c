"""Models as dbt compiles them, run straight in DuckDB: a build takes milliseconds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import duckdb

from tallywatch.build import PROJECT

DATABASE = "warehouse"


@dataclass(frozen=True)
class Model:
    """A compiled model; `relation` is `schema.name`."""

    relation: str
    sql: str


def compile_models(folder: Path, select: str) -> list[Model]:
    """The selected models, parents first. `folder` takes what dbt writes."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    environment = {"TALLYWATCH_WAREHOUSE": str(folder / f"{DATABASE}.duckdb")}
    with patch.dict(os.environ, environment):
        result = dbtRunner().invoke(
            [
                *("compile", "--select", select, "--quiet"),
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(folder), "--log-path", str(folder)),
            ]
        )
        DuckDBConnectionManager.close_all_connections()
    assert result.success, result.exception
    nodes = {run.node.unique_id: run.node for run in result.result}
    ordered: dict[str, Model] = {}

    def add(unique_id: str) -> None:
        node = nodes.get(unique_id)
        if node is None or node.resource_type != "model" or unique_id in ordered:
            return
        for parent in node.depends_on.nodes:
            add(parent)
        ordered[unique_id] = Model(f"{node.schema}.{node.name}", node.compiled_code)

    for unique_id in nodes:
        add(unique_id)
    return list(ordered.values())


def run_models(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
    """Make every model as a table in the database that `connection` uses."""
    for model in models:
        connection.execute(f"create or replace table {model.relation} as {model.sql}")
