"""One `dbt build` over the warehouse, in this process (starting dbt anew costs seconds)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tallywatch import build_marks
from tallywatch.database import extension_folder, key_text
from tallywatch.errors import TerminalError, WarehouseBusyError
from tallywatch.settings import REPOSITORY, Settings
from tallywatch.warehouse import ensure_state_tables, read_warehouse

PROJECT = REPOSITORY / "dbt_project"
PLAIN_TARGET = "duckdb"
RUN_VARIABLES = ("as_of", "close_month", "cut_off_at")
UNIONED_FOLDERS = ("deal_types", "partners/networks", "rules")
NO_MODELS = (None, "", "resource_type:test")
"""What may be excluded from a build that is whole all the same."""
PASSED, WARNED, SKIPPED = {"success", "pass"}, {"warn"}, {"skipped", "no-op"}


@dataclass(frozen=True)
class BuildReport:
    """What came of a build: counts of nodes (models, seeds, tests) and what failed, by name."""

    succeeded: bool
    passed: int
    warned: int
    failed: int
    skipped: int
    seconds: float
    failures: list[str] = field(default_factory=list)


def build(
    settings: Settings,
    select: str | None = None,
    exclude: str | None = None,
    variables: Mapping[str, str | None] | None = None,
    full_refresh: bool = False,
    unit_tests: bool = False,
    project: Path = PROJECT,
) -> BuildReport:
    """Run seeds, models and data tests once, in the order of their dependencies.

    `variables` may give `as_of` and `cut_off_at` (UTC, `YYYY-MM-DD HH:MM:SS`) and `close_month`
    (`YYYY-MM`). `select` and `exclude` are dbt selections. `unit_tests` runs those of the models as
    well: they judge the SQL, not the data, and belong to a change of the SQL, not to every build.

    What is judged per person and day is built for what came since the last whole build where that
    is enough; else, with variables and with `full_refresh`, everything is built anew.

    Raises:
        WarehouseBusyError: another process has the warehouse open.
        TerminalError: dbt could not start, for instance because a model does not compile.
    """
    derive_model_lists(project)
    given = {name: value for name, value in (variables or {}).items() if value}
    only_new = _begin(settings, project, given, full_refresh)
    arguments = [
        "build",
        *_selection(select, exclude, _empty_feeds(settings)),
        *([] if only_new else ["--full-refresh"]),
        *([] if unit_tests else ["--exclude-resource-type", "unit_test"]),
        *("--project-dir", str(project), "--profiles-dir", str(project)),
    ]
    started = time.monotonic()
    with _environment(settings, variables or {}, only_new):
        result = _invoke(settings, arguments)
    if result.exception is not None:
        raise _error(result.exception)
    if result.success and not (select or given) and exclude in NO_MODELS:
        build_marks.end(settings)
    if _touched_marts(result):
        # A release gate that ran before has not seen these marts.
        settings.marts_built.touch()
    return _report(result, time.monotonic() - started)


def derive_model_lists(project: Path = PROJECT) -> bool:
    """Write `macros/models_in.sql` when the folders hold other models than it lists.

    Returns whether it did.

    dbt needs the names of models before it looks into folders. Deriving them here means that a new
    rule or deal type is a new file and nothing else.
    """
    path = project / "macros" / "models_in.sql"
    text = model_lists(project)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def model_lists(project: Path = PROJECT) -> str:
    """The macro `models_in` as the folders of `models/intermediate` make it."""
    entries = []
    for folder in UNIONED_FOLDERS:
        names = sorted(
            path.stem for path in (project / "models/intermediate" / folder).glob("*.sql")
        )
        lines = "".join(f"            '{name}',\n" for name in names)
        entries.append(f"        '{folder}': [\n{lines}        ],\n")
    return (
        "{#- Derived by `tallywatch build` from models/intermediate/*/; do not edit. -#}\n"
        "{% macro models_in(folder) -%}\n"
        "    {{ return({\n" + "".join(entries) + "    }[folder]) }}\n"
        "{%- endmacro %}\n"
    )


def _begin(settings: Settings, project: Path, given: Mapping[str, str], full_refresh: bool) -> bool:
    """Whether the build may do with what is new; a close selects models that stand apart."""
    if given and "as_of" not in given:
        ensure_state_tables(settings)
        return False
    on_duckdb = os.environ.get("TALLYWATCH_TARGET", PLAIN_TARGET) == PLAIN_TARGET
    starts_anew = full_refresh or bool(given) or not on_duckdb
    return build_marks.begin(settings, project, starts_anew=starts_anew)


def _empty_feeds(settings: Settings) -> list[str]:
    """Feeds without a row: tests of their staging would prove nothing and take half a build."""
    with read_warehouse(settings) as warehouse:
        rows = warehouse.execute(
            "select table_name from duckdb_tables() "
            "where schema_name = 'raw' and estimated_size = 0 order by table_name"
        ).fetchall()
    return [feed for (feed,) in rows]


def _selection(select: str | None, exclude: str | None, empty_feeds: list[str]) -> list[str]:
    chosen = ["--select", *select.split()] if select else []
    left_out = exclude.split() if exclude else []
    left_out += [f"stg_{feed}+1,resource_type:test" for feed in empty_feeds]
    return chosen + (["--exclude", *left_out] if left_out else [])


@contextmanager
def _environment(
    settings: Settings, variables: Mapping[str, str | None], only_new: bool
) -> Iterator[None]:
    unknown = set(variables) - set(RUN_VARIABLES)
    if unknown:
        raise TerminalError(
            f"build variables {sorted(unknown)}", f"some of {RUN_VARIABLES}", "correct the call"
        )
    given = {
        "TALLYWATCH_WAREHOUSE": str(settings.warehouse),
        **_sealing(settings),
        "TALLYWATCH_SPILL": str(settings.home / "spill"),
        "TALLYWATCH_MEMORY_LIMIT": settings.memory_limit,
        "TALLYWATCH_THREADS": str(settings.threads),
        # Of this run, not of the shell it was started from; empty means none.
        **{f"TALLYWATCH_{name.upper()}": variables.get(name) or "" for name in RUN_VARIABLES},
        "TALLYWATCH_ONLY_NEW": "yes" if only_new else "",
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


def _sealing(settings: Settings) -> dict[str, str]:
    """Environment of the profile that opens a sealed warehouse; dbt scrubs the key from its logs.

    dbt-duckdb installs extensions by name; from a folder that holds it, it asks no server for it.
    """
    key = settings.keys.database
    if key is None or os.environ.get("TALLYWATCH_TARGET", PLAIN_TARGET) != PLAIN_TARGET:
        return {}
    return {
        "TALLYWATCH_TARGET": "duckdb_sealed",
        "TALLYWATCH_EXTENSIONS": str(extension_folder(settings.home / "duckdb")),
        "DBT_ENV_SECRET_DATABASE_KEY": key_text(key),
    }


def _invoke(settings: Settings, arguments: Sequence[str]) -> Any:
    # Importing dbt takes seconds; who only reads settings must not pay for it.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    state = settings.home / "dbt"
    try:
        return dbtRunner().invoke(
            [
                *arguments,
                *("--target-path", str(state), "--log-path", str(state / "logs")),
                *("--quiet", "--no-use-colors", "--no-version-check", "--no-write-json"),
                *("--log-level-file", "info"),
            ]
        )
    finally:
        # An open connection would keep every other process out of the warehouse.
        DuckDBConnectionManager.close_all_connections()


def _error(exception: BaseException) -> Exception:
    found = str(exception)
    if "Could not set lock" in found or "Conflicting lock" in found:
        return WarehouseBusyError(
            "the warehouse is open in another process",
            "one process at a time",
            "wait for it to end, then build again",
        )
    return TerminalError(
        f"dbt stopped: {found}",
        "a project that parses and compiles",
        "mend the model named above",
    )


def _report(result: Any, seconds: float) -> BuildReport:
    nodes = list(result.result or [])
    statuses = [str(node.status) for node in nodes]
    failures = [
        f"{node.node.name}: {_first_line(node.message)}"
        for node, status in zip(nodes, statuses, strict=True)
        if status not in PASSED | WARNED | SKIPPED
    ]
    return BuildReport(
        succeeded=bool(result.success),
        passed=sum(status in PASSED for status in statuses),
        warned=sum(status in WARNED for status in statuses),
        failed=len(failures),
        skipped=sum(status in SKIPPED for status in statuses),
        seconds=round(seconds, 2),
        failures=failures,
    )


def _touched_marts(result: Any) -> bool:
    return any(
        node.node.resource_type == "model" and node.node.schema == "marts"
        for node in result.result or []
    )


def _first_line(message: str | None) -> str:
    lines = (message or "no message").strip().splitlines()
    return " ".join(line.strip() for line in lines[:2])
