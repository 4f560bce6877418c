"""The project's models as dbt compiles them, to be run straight in DuckDB.

For work beside the warehouse: a rule replayed day by day, a file of somebody else's transactions
scored, a property tried a hundred times. dbt compiles once, in seconds; a run costs its SQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import yaml

from tallywatch.build import PROJECT, RUN_VARIABLES, derive_model_lists
from tallywatch.errors import TerminalError

DATABASE = "warehouse"
"""Name of the database in the compiled SQL; a connection that runs it must use one of that name."""
SCHEMAS = ("seeds", "staging", "intermediate", "marts")
_SEED_TYPES = {"string": "varchar"}


@dataclass(frozen=True)
class Model:
    """A compiled model; `sources` are the raw and state tables that it reads (`schema.name`)."""

    relation: str
    sql: str
    sources: tuple[str, ...] = ()
    is_view: bool = False


def compile_models(
    folder: Path, select: str, variables: Mapping[str, str] | None = None
) -> list[Model]:
    """The selected models, parents first, compiled as for a full build.

    Args:
        folder: takes what dbt writes.
        select: a dbt selection; what is no model is left out.
        variables: of the run: `as_of`, `cut_off_at`, `close_month`.

    Raises:
        TerminalError: the selection is empty or a model does not compile.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    derive_model_lists()
    with _environment(folder, variables or {}):
        result = dbtRunner().invoke(
            [
                *("compile", "--select", *select.split(), "--quiet", "--log-level", "none"),
                "--no-version-check",
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(folder), "--log-path", str(folder)),
            ]
        )
        DuckDBConnectionManager.close_all_connections()
    if not result.success or result.result is None:
        raise TerminalError(
            f"dbt could not compile {select!r}: {result.exception or 'see its messages'}",
            "models that compile",
            "mend the model named",
        )
    nodes = {run.node.unique_id: run.node for run in result.result}
    ordered: dict[str, Model] = {}

    def add(unique_id: str) -> None:
        node = nodes.get(unique_id)
        if node is None or node.resource_type != "model" or unique_id in ordered:
            return
        for parent in node.depends_on.nodes:
            add(parent)
        sources = tuple(
            ".".join(parent.split(".")[2:])
            for parent in node.depends_on.nodes
            if parent.startswith("source.")
        )
        is_view = node.config.materialized == "view"
        relation = f"{node.schema}.{node.name}"
        ordered[unique_id] = Model(relation, node.compiled_code, sources, is_view)

    for unique_id in nodes:
        add(unique_id)
    return list(ordered.values())


def compiled(select: str, variables: Mapping[str, str] | None = None) -> list[Model]:
    """As `compile_models`, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="tallywatch-compiled-") as folder:
        return compile_models(Path(folder), select, variables)


def make_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the schemas of the models and load the seeds, in the database that `connection` uses."""
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for path in sorted((PROJECT / "seeds").glob("*.csv")):
        connection.execute(
            f"create or replace table seeds.{path.stem} as "
            "from read_csv(?, header = true, all_varchar = false, columns = $columns)".replace(
                "$columns", _columns(path)
            ),
            [str(path)],
        )


def run_models(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
    """Make every model as a table in the database that `connection` uses."""
    for model in models:
        connection.execute(f"create or replace table {model.relation} as {model.sql}")


def _columns(path: Path) -> str:
    """The seed's columns as read_csv takes them, with the types that its yml states."""
    document = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
    types = document["seeds"][0]["config"]["column_types"]
    header = path.read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")
    members = ", ".join(
        f"'{name}': '{_SEED_TYPES.get(types[name], types[name])}'" for name in header
    )
    return f"{{{members}}}"


@contextmanager
def _environment(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    given = {
        "TALLYWATCH_WAREHOUSE": str(folder / f"{DATABASE}.duckdb"),
        "TALLYWATCH_TARGET": "duckdb",
        "TALLYWATCH_ONLY_NEW": "",
        **{f"TALLYWATCH_{name.upper()}": variables.get(name, "") for name in RUN_VARIABLES},
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
