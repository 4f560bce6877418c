"""Answering what a run asks a person, as a click would."""

from __future__ import annotations

import time
from collections.abc import Callable

from tallywatch.airflow_api import AirflowApi
from tallywatch.local.runs import Run, Watch

ASKED = "awaiting_input"
READING_SECONDS = 1.5
"""Nobody answers sooner. An answer that comes before the scheduler saw the task go to rest makes
it take the task for a lost one, and the question is asked again."""


def await_question(
    watch: Watch, run: Run, task_id: str, seen: Callable[[dict[str, str]], None]
) -> None:
    """Return when the task waits for an answer and may be given one."""
    watch.tasks(run, seen, until={task_id: ASKED})
    time.sleep(READING_SECONDS)


def approve(
    watch: Watch,
    approver: AirflowApi,
    run: Run,
    task_id: str,
    seen: Callable[[dict[str, str]], None],
) -> None:
    """Wait for the question, approve, follow the run to its end; approve again if asked again."""
    await_question(watch, run, task_id, seen)
    approver.answer(*run, task_id, "Approve")

    def answering(tasks: dict[str, str]) -> None:
        seen(tasks)
        if tasks.get(task_id) == ASKED:
            time.sleep(READING_SECONDS)
            approver.answer(*run, task_id, "Approve")

    watch.tasks(run, answering)
