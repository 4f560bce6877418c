"""Following DAG runs to their end, and telling why one failed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tallywatch.airflow_api import AirflowApi
from tallywatch.errors import TerminalError
from tallywatch.local.processes import Components

POLL_SECONDS = 0.5
RUN_SECONDS = 600.0
TAIL_EVENTS = 12
FINISHED = {"success", "failed", "skipped", "upstream_failed"}


class Run(NamedTuple):
    """A run of a DAG."""

    dag_id: str
    run_id: str


@dataclass(frozen=True)
class Watch:
    """Waits for runs as the user of `api`; tells what it sees at every look.

    Its waits raise `TerminalError` when a run failed (with the end of the failed task's log), when
    a component of Airflow ended, and when ten minutes were not enough.
    """

    api: AirflowApi
    components: Components
    task_logs: Path

    def runs(self, runs: Iterable[Run], seen: Callable[[dict[Run, str]], None]) -> None:
        """Return when every run succeeded; `seen` gets their states."""
        waiting = set(runs)
        for _ in self._looks(waiting):
            known = self.api.states()
            states = {run: known.get(run, "queued") for run in sorted(waiting)}
            seen(states)
            for run, state in states.items():
                if state == "failed":
                    raise self._failure(run)
            waiting -= {run for run, state in states.items() if state == "success"}
            if not waiting:
                return

    def tasks(
        self,
        run: Run,
        seen: Callable[[dict[str, str]], None],
        until: dict[str, str] | None = None,
    ) -> None:
        """Return when the run succeeded, or when its tasks have the states in `until`; `seen`
        gets the states of the tasks."""
        for _ in self._looks({run}):
            tasks = {t["task_id"]: str(t["state"]) for t in self.api.tasks(*run)}
            seen(tasks)
            if until and until.items() <= tasks.items():
                return
            if not set(tasks.values()) <= FINISHED:
                continue
            state = self.api.run(*run)["state"]
            if state == "failed":
                raise self._failure(run)
            if state == "success":
                return

    def _looks(self, runs: set[Run]) -> Iterator[None]:
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            self.components.require_alive()
            yield
            time.sleep(POLL_SECONDS)
        raise TerminalError(
            f"{', '.join(run.dag_id for run in sorted(runs))} not done in {RUN_SECONDS:.0f} s",
            "every run ends",
            f"see the task logs in {self.task_logs}",
        )

    def _failure(self, run: Run) -> TerminalError:
        failed = [t for t in self.api.tasks(*run) if t["state"] == "failed"]
        if not failed:
            return TerminalError(
                f"{run.dag_id} failed before a task did", "it ends well", f"see {self.task_logs}"
            )
        log = task_log(self.task_logs, run, failed[0]["task_id"], failed[0]["try_number"])
        return TerminalError(
            f"task {failed[0]['task_id']} of {run.dag_id} failed:\n{log_tail(log)}",
            "the task ends well",
            f"read {log}; mend the cause; `make run` again, or `make serve` and clear the task",
        )


def task_log(task_logs: Path, run: Run, task_id: str, try_number: int) -> Path:
    """Where Airflow logs one try of a task."""
    folder = f"dag_id={run.dag_id}/run_id={run.run_id}/task_id={task_id}"
    return task_logs / folder / f"attempt={try_number}.log"


def log_tail(path: Path, count: int = TAIL_EVENTS) -> str:
    """The last events of a task's log, one a line, as text."""
    if not path.exists():
        return f"(no log at {path})"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(_event(line) for line in lines[-count:])


def _event(line: str) -> str:
    try:
        entry: dict[str, Any] = json.loads(line)
    except ValueError:
        return f"  {line}"
    errors = [f"{e['exc_type']}: {e['exc_value']}" for e in entry.get("error_detail") or []]
    text = " ".join([str(entry.get("event", "")), *errors])
    return f"  {str(entry.get('level', '')).upper():<8} {text}"
