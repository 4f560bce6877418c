"""The few calls of Airflow's REST API that the project makes, as one user."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx

from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError, TransientError

TIMEOUT_SECONDS = 30.0
RETRY_SECONDS = (1.0, 3.0, 5.0)


class AirflowApi:
    """A session of one user with Airflow's api-server; signs in at the first call.

    Every call raises `TransientError` when the server is away or stumbles (5xx), `TerminalError`
    when it refuses (4xx).
    """

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self.username = username
        self._password = password
        self._client = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._signed_in = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def health(self) -> dict[str, Any]:
        """State of the components by name; needs no login."""
        return self._send("GET", "/api/v2/monitor/health")

    def warm_up(self) -> None:
        """Have the api-server build what it builds at the first call of a task: some seconds that
        the first task would wait for."""
        self._send("GET", "/execution/health")

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """GET below `/api/v2`."""
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST below `/api/v2`."""
        return self._call("POST", path, json=body)

    def patch(self, path: str, body: dict[str, Any], **query: Any) -> dict[str, Any]:
        """PATCH below `/api/v2`."""
        return self._call("PATCH", path, json=body, params=query)

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run now; returns its id. A server that stumbles is asked again, and the id that
        we give makes sure that the run is started once."""
        run_id = f"manual__{utc_now():%Y-%m-%dT%H:%M:%S.%f}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf or {}}
        self._insist(lambda: self.post(f"/dags/{dag_id}/dagRuns", body))
        return run_id

    def unpause(self, dag_id_pattern: str) -> None:
        """Let the DAGs run whose ids match the SQL pattern (`%` for any text)."""
        self._insist(
            lambda: self.patch("/dags", {"is_paused": False}, dag_id_pattern=dag_id_pattern)
        )

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run of a DAG, with `state` and `triggering_user_name`."""
        return self.get(f"/dags/{dag_id}/dagRuns/{run_id}")

    def states(self) -> dict[tuple[str, str], str]:
        """States of the newest hundred runs of all DAGs, by DAG and run."""
        found = self.get("/dags/~/dagRuns", limit=100, order_by="-id")["dag_runs"]
        return {(run["dag_id"], run["dag_run_id"]): run["state"] for run in found}

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Task instances of a run."""
        found = self.get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return list(found["task_instances"])

    def human_answer(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any] | None:
        """The record of what a person was asked and answered; None when nobody was asked."""
        try:
            return self.get(_human_answer_path(dag_id, run_id, task_id))
        except NotFoundError:
            return None

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str) -> dict[str, Any]:
        """Answer as this user what a task asks."""
        body = {"chosen_options": [option], "params_input": {}}
        path = _human_answer_path(dag_id, run_id, task_id)
        return self._insist(lambda: self.patch(path, body))

    def _insist(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Call again while the server stumbles; a conflict then means that it was done before."""
        for wait in RETRY_SECONDS:
            try:
                return call()
            except TransientError:
                time.sleep(wait)
            except ConflictError:
                if wait != RETRY_SECONDS[0]:
                    return {}
                raise
        return call()

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        if not self._signed_in:
            login = {"username": self.username, "password": self._password}
            token = self._send("POST", "/auth/token", json=login)["access_token"]
            self._client.headers["Authorization"] = f"Bearer {token}"
            self._signed_in = True
        return self._send(method, f"/api/v2{path}", **options)

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, path, **options)
        except httpx.TransportError as error:
            raise TransientError(
                f"Airflow does not answer {method} {path}: {type(error).__name__}",
                "an api-server that answers",
                "start it, or wait until it is up",
            ) from None
        if response.is_success:
            return dict(response.json()) if response.content else {}
        raise _refused(method, path, response)


class NotFoundError(TerminalError):
    """Airflow has no such thing."""


class ConflictError(TerminalError):
    """It is there already, or was done already."""


REFUSALS = {httpx.codes.NOT_FOUND: NotFoundError, httpx.codes.CONFLICT: ConflictError}


def _human_answer_path(dag_id: str, run_id: str, task_id: str) -> str:
    return f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"


def _refused(method: str, path: str, response: httpx.Response) -> TerminalError | TransientError:
    found = f"Airflow answers {response.status_code} to {method} {path}: {_detail(response)}"
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TransientError(found, "an answer", "look into the api-server's log, try again")
    kind = REFUSALS.get(httpx.codes(response.status_code), TerminalError)
    return kind(found, "a call that is allowed and well formed", "check the user, its role, the id")


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json().get("detail", ""))[:300]
    except ValueError:
        return ""
