"""Erasure: of people who asked for it, and of what was read under authorisations withdrawn."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, get_current_context, task

from wiring.assets import feed_asset
from wiring.policy import WAREHOUSE_POOL, Tag, default_args, schedule
from wiring.task_settings import task_settings

DOC = """### Honour revocations

Runs once a day and whenever authorisations or requests to be erased came in.

A withdrawn authorisation erases what was read under it: landed bytes, lake, raw, everything
computed from it, releases, extracts, and what the vault has from nowhere else. A request to be
erased (feed `erasure_requests`) erases the person everywhere. Each erasure leaves a signed proof
in `erasures/`, which names nobody.

What decides is whether something is still there, so a run that was killed, and a delivery that
slipped in while one ran, are taken up by the next. Numbers come back with the next build;
clearing the task is always safe.
"""

with DAG(
    dag_id="honour_revocations",
    dag_display_name="honour revocations",
    description="Erase who asked for it and what was read under withdrawn authorisations.",
    doc_md=DOC,
    schedule=schedule("0 5 * * *", feed_asset("authorisations") | feed_asset("erasure_requests")),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    default_args=default_args("privacy") | {"pool": WAREHOUSE_POOL},
    tags={str(Tag.CONSENT), str(Tag.PRIVACY)},
):

    @task(
        execution_timeout=timedelta(hours=2),
        doc_md="Counts only leave the task: no key of a person goes into XCom or the log.",
    )
    def erase() -> dict[str, int]:
        from tallywatch.erasing import honour

        run = get_current_context()["dag_run"]
        done = honour(task_settings(), requested_by=f"airflow:{run.dag_id}")
        return {
            "people": sum(erased.person.is_whole for erased in done),
            "grants": sum(len(e.person.authorisation_ids) for e in done if not e.person.is_whole),
            "proofs": len(done),
        }

    erase()
