"""What the demo does with a running Airflow: take in, release, close two months."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ingest.contracts import Contract
from tallywatch.airflow_api import AirflowApi
from tallywatch.local.approvals import approve
from tallywatch.local.runs import POLL_SECONDS, Run, Watch
from tallywatch.local.show import Show

APPROVAL_TASK = "finance_approval"
CONSENT_DAG = "ingest_authorisations"
ASSET_SECONDS = 5.0
"""How long a run that an asset event starts may take to appear."""


@dataclass(frozen=True)
class Close:
    """A month to close; `cut_off_at` is UTC, ISO 8601."""

    month: str
    cut_off_at: str
    requested_by: str
    approved_by: str


CLOSES = (
    Close("2026-09", "2026-10-08T00:00:00Z", requested_by="olga", approved_by="finn"),
    Close("2026-10", "2026-11-08T00:00:00Z", requested_by="ada", approved_by="finn"),
)


@dataclass(frozen=True)
class Story:
    """The demo's people at a running Airflow, each by name."""

    people: dict[str, AirflowApi]
    watch: Watch
    show: Show

    def ingest(self, contracts: dict[str, Contract]) -> None:
        """Run the ingest DAGs of these feeds. Those of feeds read under consent are started by
        Airflow itself, when the asset of the authorisations says that grants came in."""
        ada = self.people["ada"]
        by_consent = {f"ingest_{c.feed}" for c in contracts.values() if c.consent_scope}
        directly = {f"ingest_{feed}" for feed in contracts} - by_consent - {CONSENT_DAG}
        with self.show.step("Airflow takes the feeds in") as step:
            # All writing to Airflow's SQLite comes before its first task: a call that writes and a
            # task that starts can block each other in the api-server.
            grants = Run(CONSENT_DAG, ada.trigger(CONSENT_DAG))
            runs = {grants, *(Run(dag_id, ada.trigger(dag_id)) for dag_id in sorted(directly))}
            for feed in sorted(contracts):
                ada.unpause(f"ingest_{feed}")
            done: set[Run] = set()

            def seen(states: dict[Run, str]) -> None:
                done.update(run for run, state in states.items() if state == "success")
                step.update(_feeds_in(len(done), len(contracts), states))

            self.watch.runs({grants}, seen)
            runs |= {_run_by_asset(ada, dag_id) for dag_id in sorted(by_consent)}
            self.watch.runs(runs, seen)

    def release(self) -> None:
        """Build the models, pass the gates, publish."""
        with self.show.step("Airflow builds, checks, releases") as step:
            run = Run("build_release", self.people["olga"].trigger("build_release"))
            self.people["ada"].unpause("build_release")
            self.watch.tasks(run, lambda tasks: step.update(_working(tasks)))
            step.update("both gates passed")

    def close(self, close: Close) -> None:
        """Close a month: one asks, another approves, both over the REST API."""
        with self.show.step(f"Airflow closes {close.month}") as step:
            conf = {"month": close.month, "cut_off_at": close.cut_off_at}
            run = Run("close_month", self.people[close.requested_by].trigger("close_month", conf))
            self.people["ada"].unpause("close_month")

            def seen(tasks: dict[str, str]) -> None:
                step.update(_working(tasks))

            approve(self.watch, self.people[close.approved_by], run, APPROVAL_TASK, seen)
            step.update(f"asked by {close.requested_by}, approved by {close.approved_by}")


def _run_by_asset(api: AirflowApi, dag_id: str) -> Run:
    deadline = time.monotonic() + ASSET_SECONDS
    while time.monotonic() < deadline:
        found = api.get(f"/dags/{dag_id}/dagRuns", limit=1)["dag_runs"]
        if found:
            return Run(dag_id, found[0]["dag_run_id"])
        time.sleep(POLL_SECONDS)
    return Run(dag_id, api.trigger(dag_id))


def _feeds_in(done: int, total: int, states: dict[Run, str]) -> str:
    working = sorted(
        run.dag_id.removeprefix("ingest_") for run, state in states.items() if state == "running"
    )
    return f"{done} of {total} feeds are in" + (f", now {', '.join(working)}" if working else "")


def _working(tasks: dict[str, str]) -> str:
    return ", ".join(name for name, state in tasks.items() if state == "running") or "…"
