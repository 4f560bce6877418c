"""The house keeps its shape: who may import whom, what is named how."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.contracts import read_contracts
from tallywatch.settings import REPOSITORY

ROOMS = ("ingest", "expectations", "publish", "simulate", "dags", "tallywatch", "bench")
HALL = {"settings", "errors", "clock", "money", "build", "database", "warehouse"}
MAY_IMPORT = {
    "ingest": {"tallywatch"},
    "expectations": {"tallywatch", "ingest"},
    "publish": {"tallywatch", "ingest", "expectations"},
    "simulate": {"tallywatch"},
    "bench": {"tallywatch", "ingest", "simulate"},
    "dags": {"tallywatch", "ingest", "expectations", "publish"},
}
HEAVY = {"airflow", "dbt", "great_expectations"}
PYTHON_CEILING, SQL_CEILING = 300, 100


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def files(room: str, suffix: str = "py") -> list[Path]:
    return sorted((REPOSITORY / room).rglob(f"*.{suffix}"))


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    paths = files(room)
    assert paths
    for path in paths:
        for name in imports(path):
            top = name.partition(".")[0]
            if top in ROOMS and top != room:
                assert top in MAY_IMPORT[room], f"{path}: imports {name}"
            if top == "tallywatch" and room in {"ingest", "expectations", "simulate"}:
                part = name.split(".")[1] if "." in name else "settings"
                assert part in HALL, f"{path}: imports {name}, which is no part of the hall"


@pytest.mark.parametrize("name", ["settings", "errors", "clock", "money"])
def test_the_hall_imports_no_room(name: str) -> None:
    path = REPOSITORY / "tallywatch" / f"{name}.py"
    tops = {top.partition(".")[0] for top in imports(path)}
    assert not tops & (set(ROOMS) - {"tallywatch"})


def test_ingest_knows_neither_airflow_nor_dbt_nor_great_expectations() -> None:
    for path in files("ingest"):
        assert not {name.partition(".")[0] for name in imports(path)} & HEAVY, path


def test_the_simulator_touches_no_other_room() -> None:
    for path in files("simulate"):
        others = {name.partition(".")[0] for name in imports(path)} & set(ROOMS)
        assert others <= {"simulate", "tallywatch"}, path


def test_every_feed_has_a_staging_model_and_the_other_way_round() -> None:
    staged = {path.stem.removeprefix("stg_") for path in files("dbt_project/models/staging", "sql")}
    assert staged == set(read_contracts())


MODEL_NAMES = {
    "staging": r"stg_[a-z0-9_]+",
    "intermediate/rules": r"rule_im_[a-z]{2}_[0-9]{3}__[a-z0-9_]+",
    "intermediate/deal_types": r"deal_[a-z0-9_]+",
    "marts": r"(fct|dim|rpt|xtr)_[a-z0-9_]+",
}


@pytest.mark.parametrize("folder", sorted(MODEL_NAMES))
def test_models_are_named_by_the_law(folder: str) -> None:
    models = files(f"dbt_project/models/{folder}", "sql")
    assert models
    for path in models:
        if folder.startswith("intermediate") and path.stem.startswith("int_"):
            continue
        assert re.fullmatch(MODEL_NAMES[folder], path.stem), path


def test_every_model_has_its_yml_beside_it() -> None:
    for path in files("dbt_project/models", "sql"):
        assert path.with_suffix(".yml").exists(), path


def test_files_stay_small() -> None:
    """A warning, not a wall: a long file is a place to look."""
    for room in ROOMS:
        for path in files(room):
            _warn_if_long(path, PYTHON_CEILING)
    for path in files("dbt_project", "sql"):
        _warn_if_long(path, SQL_CEILING)


def _warn_if_long(path: Path, ceiling: int) -> None:
    count = len(path.read_text("utf-8").splitlines())
    if count > ceiling:
        warnings.warn(f"{path.relative_to(REPOSITORY)}: {count} lines", stacklevel=1)
