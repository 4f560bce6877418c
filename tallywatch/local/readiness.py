"""Waiting until the local Airflow can be used."""

from __future__ import annotations

import time
from collections.abc import Callable

from tallywatch.airflow_api import AirflowApi
from tallywatch.errors import TerminalError, TransientError
from tallywatch.local.processes import Components

HEALTH_NAMES = {
    "scheduler": "scheduler",
    "dag-processor": "dag_processor",
    "triggerer": "triggerer",
}
"""What the components are called in Airflow's health answer."""

WAIT_SECONDS = 120.0
POLL_SECONDS = 0.25


def wait_until_healthy(api: AirflowApi, components: Components) -> None:
    """Return when the api-server answers and every started component reports a heartbeat.

    Raises:
        TerminalError: a component ended, or two minutes were not enough.
    """
    expected = [HEALTH_NAMES[n] for n in components.processes if n in HEALTH_NAMES]

    def is_healthy() -> bool:
        health = api.health()
        return all((health.get(name) or {}).get("status") == "healthy" for name in expected)

    _wait(is_healthy, components, "all components are healthy")
    api.warm_up()


def wait_until_parsed(api: AirflowApi, components: Components, dag_ids: set[str]) -> None:
    """Return when every one of the DAGs is known and none failed to import.

    Raises:
        TerminalError: a DAG file cannot be imported, a component ended, or time was up.
    """

    def are_known() -> bool:
        errors = api.get("/importErrors")["import_errors"]
        if errors:
            raise TerminalError(
                f"{errors[0]['filename']} cannot be imported: {errors[0]['stack_trace'][-800:]}",
                "every DAG file can be imported",
                "mend the file, start again",
            )
        known = {dag["dag_id"] for dag in api.get("/dags", limit=100)["dags"]}
        return dag_ids <= known

    _wait(are_known, components, f"{len(dag_ids)} DAGs are known")


def _wait(is_so: Callable[[], bool], components: Components, expected: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        components.require_alive()
        try:
            if is_so():
                return
        except TransientError:
            pass
        time.sleep(POLL_SECONDS)
    raise TerminalError(
        f"not so after {WAIT_SECONDS:.0f} s",
        expected,
        f"see the logs of the components in {components.logs}",
    )
