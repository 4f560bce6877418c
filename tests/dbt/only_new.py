"""The models as a build of what is new runs them, taken from such a build to be run straight."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tallywatch import build_marks
from tallywatch.build import build
from tallywatch.settings import Keys, Settings
from tests.dbt.compiled_models import Model
from tests.dbt.fixture_warehouse import Row, make_warehouse

TESTS = "resource_type:test"
TEMPORARY = re.compile(r"\w+__dbt_tmp\w*")


@dataclass(frozen=True)
class Replacing:
    """A model whose rows are partly replaced: what it selects, and the statements that replace."""

    relation: str
    sql: str
    statements: str

    def run(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Do in `connection` what dbt does."""
        [temporary] = set(TEMPORARY.findall(self.statements))
        connection.execute(f"create or replace temporary table {temporary} as {self.sql}")
        connection.execute(self.statements)
        connection.execute(f"drop table {temporary}")


def models_of_only_new(
    folder: Path, select: str, whole: list[Model], rows: dict[str, list[Row]]
) -> list[Model | Replacing]:
    """The selected models, which `whole` gives as a whole build runs them, as one of news does.

    A small warehouse with `rows` is built whole, then again for news that there are none of.
    """
    settings = Settings(folder, Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit="1GB")
    make_warehouse(settings.warehouse, rows)
    for only_new in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build_marks, "begin", lambda *_, only_new=only_new, **__: only_new)
            report = build(settings, select=select, exclude=TESTS)
        assert report.succeeded, report.failures
    compiled, ran = _files(folder / "dbt/compiled"), _files(folder / "dbt/run")
    models: list[Model | Replacing] = []
    for model in whole:
        name = model.relation.partition(".")[2]
        sql = compiled[name].read_text("utf-8")
        statements = ran[name].read_text("utf-8")
        if "__dbt_tmp" in statements and "delete from" in statements:
            models.append(Replacing(model.relation, sql, statements))
        else:
            models.append(Model(model.relation, sql))
    return models


def _files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in folder.rglob("*.sql")}


def run_only_new(connection: duckdb.DuckDBPyConnection, models: list[Model | Replacing]) -> None:
    """Build for what is new in the database that `connection` uses."""
    for model in models:
        if isinstance(model, Replacing):
            model.run(connection)
        else:
            connection.execute(f"create or replace table {model.relation} as {model.sql}")
