"""Retention: what the contracts say is kept no longer goes, and a report says what went."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task

from wiring.policy import WAREHOUSE_POOL, Tag, default_args, schedule
from wiring.task_settings import task_settings

DOC = """### Apply retention

Runs on Sundays before the day's build.

Rows go when their contract's `retention` is over, counted from the business day or from the
column that the contract names; where it says `anonymise`, only the identifiers in them go.
Delivered bytes, quarantine, logs, results of the gates, old releases and extracts go as
`docs/personal-data.md` lists. The ledger says of every delivery how many of its records are gone,
and `retention/` has a report per run.

Clearing the task is always safe: what is gone is not counted again.
"""

with DAG(
    dag_id="apply_retention",
    dag_display_name="apply retention",
    description="Remove rows, bytes, quarantine, logs and releases that are kept no longer.",
    doc_md=DOC,
    schedule=schedule("30 4 * * 0"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    default_args=default_args("privacy") | {"pool": WAREHOUSE_POOL},
    tags={str(Tag.PRIVACY)},
):

    @task(execution_timeout=timedelta(hours=2), doc_md="Removes, then reports.")
    def remove() -> dict[str, int]:
        from tallywatch.retaining import retain

        report = retain(task_settings())
        return {
            "rows": report.rows,
            "shredded_deliveries": sum(len(part.shredded) for part in report.feeds),
            "quarantined_lines": sum(sum(part.quarantine.values()) for part in report.feeds),
            "files": sum(report.others.values()),
        }

    remove()
