"""Models, both gates, release: what people read is made here, and only after it was checked."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, AssetAny, get_current_context, task

from ingest.contracts import FEEDS
from wiring.assets import RELEASE, feed_asset
from wiring.business_date import run_date
from wiring.policy import WAREHOUSE_POOL, Tag, default_args, schedule
from wiring.task_settings import task_settings

DOC = """### Build and release

Runs when rows of any feed came in, and once a day all the same, so that a lost event costs a day
at most. Events that arrive while it runs are taken up by one next run.

`gate_raw` → `build` (one dbt process) → `gate_release` → `publish` (release, extracts for ops).

**When a gate is red** the last good release stays what people read. The task's log and
`quality/index.html` name the check and the deliveries and lines that broke it. Mend the delivery
or the model, then clear the gate.
"""

with DAG(
    dag_id="build_release",
    dag_display_name="build and release",
    description="Build the models, pass both gates, publish a release and the extracts for ops.",
    doc_md=DOC,
    schedule=schedule(
        "0 6 * * *", AssetAny(*(feed_asset(path.stem) for path in sorted(FEEDS.glob("*.yaml"))))
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    default_args=default_args("platform") | {"pool": WAREHOUSE_POOL},
    tags={str(Tag.RELEASE)},
):

    @task(doc_md="Great Expectations at the door in, derived from the contracts.")
    def gate_raw() -> None:
        from expectations.gates import check_raw
        from wiring.outcome import pass_gate

        pass_gate(task_settings(), check_raw)

    @task(doc_md="Postings follow their chain; then `dbt build`, models and tests in one process.")
    def build() -> dict[str, int]:
        from publish.close import rebuild
        from tallywatch.build import build as build_models
        from wiring.outcome import require_built

        settings = task_settings()
        rebuild(settings)
        return require_built(build_models(settings))

    @task(doc_md="Great Expectations at the door out, written by hand for the marts.")
    def gate_release() -> None:
        from expectations.gates import check_release
        from wiring.outcome import pass_gate

        pass_gate(task_settings(), check_release)

    @task(outlets=[RELEASE], doc_md="Swap the release in, then write the extracts for ops from it.")
    def publish() -> str:
        from publish.extracts import Request, write_extract
        from wiring.release import release_checked

        settings = task_settings()
        release = release_checked(settings)
        for name in ("alerts_open", "incidents", "clock_watch"):
            write_extract(settings, name, Request(formats=("csv", "xlsx"), user="airflow"))
        context = get_current_context()
        context["outlet_events"][RELEASE].extra = {
            "release_id": release.release_id,
            "business_date": run_date(context).isoformat(),
        }
        return release.release_id

    gate_raw() >> build() >> gate_release() >> publish()
