"""What every DAG of the folder must keep, so that nobody has to remember it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.contracts import read_contracts
from tallywatch.errors import TerminalError, TransientError, WarehouseBusyError
from tallywatch.settings import REPOSITORY

DAGS = REPOSITORY / "dags"
HEAVY = ("duckdb", "dbt", "great_expectations", "pandas", "pyarrow", "xlsxwriter")
APPROVAL = "finance_approval"

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def tasks(dags: dict) -> list:
    return [task for dag in dags.values() for task in dag.tasks]


def test_every_contract_has_its_ingest_dag_and_nothing_else_is_there(dags: dict) -> None:
    expected = {f"ingest_{feed}" for feed in read_contracts()} | {
        *("backtest_rule", "build_release", "close_month"),
        *("honour_revocations", "apply_retention"),
    }
    assert set(dags) == expected


def test_every_file_of_the_folder_is_a_dag_file(dags: dict) -> None:
    with_dags = {dag.fileloc for dag in dags.values()}
    assert {str(path) for path in DAGS.glob("*.py")} == with_dags


def test_dags_say_whose_they_are_and_what_they_do(dags: dict) -> None:
    from wiring.policy import Tag

    allowed = {str(tag) for tag in Tag}
    for dag in dags.values():
        assert dag.tags, dag.dag_id
        assert dag.tags <= allowed, dag.dag_id
        assert dag.description, dag.dag_id
        assert len(dag.doc_md or "") > 200, dag.dag_id
        assert dag.owner != "airflow", dag.dag_id


def test_ingest_dags_are_owned_by_the_team_of_the_contract(dags: dict) -> None:
    for feed, contract in read_contracts().items():
        assert dags[f"ingest_{feed}"].owner == contract.owner


def test_runs_neither_pile_up_nor_hang(dags: dict) -> None:
    for dag in dags.values():
        assert dag.max_active_runs == 1, dag.dag_id
        assert not dag.catchup, dag.dag_id
        assert dag.dagrun_timeout, dag.dag_id


def test_every_task_ends_in_time(tasks: list) -> None:
    for task in tasks:
        limit = task.response_timeout if task.task_id == APPROVAL else task.execution_timeout
        assert limit, task.task_id
        assert limit <= timedelta(days=3), task.task_id


def test_only_what_may_pass_is_tried_again(tasks: list) -> None:
    from airflow.sdk import RetryAction

    terminal = TerminalError("a", "b", "c")
    for task in tasks:
        assert task.retries == 3, task.task_id

        def decide(error: BaseException, task: object = task) -> RetryAction:
            return task.retry_policy.evaluate(error, 1, 3).action

        assert decide(TransientError("a", "b", "c")) is RetryAction.RETRY
        assert decide(WarehouseBusyError("a", "b", "c")) is RetryAction.RETRY
        assert decide(terminal) is RetryAction.FAIL
        assert decide(KeyError("a")) is RetryAction.FAIL


def test_who_opens_the_warehouse_queues_for_it(dags: dict) -> None:
    outside = {
        (d.dag_id, t.task_id) for d in dags.values() for t in d.tasks if t.pool != "warehouse"
    }
    early = ("fetch", "all_fetched", "land_and_screen")
    may = {(f"ingest_{feed}", task) for feed in read_contracts() for task in early}
    assert outside - may == {("close_month", APPROVAL)}


def test_schedules_are_read_in_shanghai(dags: dict) -> None:
    for feed, contract in read_contracts().items():
        timetable = dags[f"ingest_{feed}"].timetable
        if contract.consent_scope:
            assert timetable.asset_condition.name == "authorisations"
            timetable = timetable.timetable
        assert (timetable.expression, str(timetable.timezone)) == (
            contract.schedule,
            "Asia/Shanghai",
        )


def test_any_feed_and_every_day_make_a_release(dags: dict) -> None:
    from airflow.sdk import AssetAny

    timetable = dags["build_release"].timetable
    assert isinstance(timetable.asset_condition, AssetAny)
    assert {a.name for a in timetable.asset_condition.objects} == set(read_contracts())
    assert timetable.timetable.expression == "0 6 * * *"


def test_feeds_and_release_are_what_tasks_emit(dags: dict) -> None:
    emitted = {asset.name for dag in dags.values() for task in dag.tasks for asset in task.outlets}
    assert emitted == set(read_contracts()) | {"release"}


def test_parsing_imports_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import importlib, json, sys, pathlib\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.py')):\n"
        "    importlib.import_module(path.stem)\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(DAGS)],
        cwd=DAGS,
        env={"PATH": "", "PYTHONPATH": f"{REPOSITORY}:{DAGS}", "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "close_month" in loaded
    assert loaded.isdisjoint(HEAVY)
