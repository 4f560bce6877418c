"""The one maker of ingest DAGs: a contract goes in, a DAG comes out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from wiring.assets import feed_asset
from wiring.business_date import run_date
from wiring.policy import WAREHOUSE_POOL, Tag, default_args, schedule
from wiring.task_settings import task_settings

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.definitions.xcom_arg import XComArg

    from ingest.contracts import Contract

CONSENT_FEED = "authorisations"


def ingest_dag(contract: Contract) -> DAG:
    """The DAG that takes in what waits in the inbox of one feed.

    A feed that is read under consent also runs when authorisations came in: its rows are judged
    by the grants that are known.
    """
    tags = {Tag.INGEST} | ({Tag.CONSENT} if contract.consent_scope else set())
    with DAG(
        dag_id=f"ingest_{contract.feed}",
        dag_display_name=f"ingest · {contract.title}",
        description=contract.purpose,
        doc_md=_doc(contract),
        schedule=schedule(
            contract.schedule, feed_asset(CONSENT_FEED) if contract.consent_scope else None
        ),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=2),
        default_args=default_args(contract.owner),
        tags={str(tag) for tag in tags},
    ) as dag:
        fetched = _fetch(contract)
        fetched >> _take_in(contract.feed)
    return dag


def _fetch(contract: Contract) -> BaseOperator:
    """Bring what lies at the feed's sources into the inbox; without sources no process is started.

    What waits in the inbox is taken in whatever comes of it; `all_fetched` keeps the run red.
    """
    if not contract.sources:
        return EmptyOperator(task_id="fetch", doc_md="The feed has no source: files are put down.")
    feed = contract.feed

    @task(doc_md="New and finished files of the feed's sources to the inbox, each once.")
    def fetch() -> dict[str, int]:
        from ingest.pipeline import contract_of
        from ingest.sources.fetch import fetch_feed
        from wiring.source_connections import endpoint_of

        swept = fetch_feed(task_settings(), contract_of(feed), endpoint_of)
        return {
            "listed": sum(s.listed for s in swept),
            "fetched": sum(s.fetched for s in swept),
            "unfinished": sum(s.unfinished for s in swept),
        }

    fetched: BaseOperator = fetch().operator
    fetched >> EmptyOperator(task_id="all_fetched", doc_md="Red when a source was not swept.")
    return fetched


def _take_in(feed: str) -> XComArg:
    asset = feed_asset(feed)

    @task(
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Bytes to landing, rows to the lake or to quarantine. Opens no warehouse.",
    )
    def land_and_screen() -> dict[str, int]:
        from ingest.pipeline import land_and_screen_feed

        taken = land_and_screen_feed(task_settings(), feed)
        return {"deliveries": len(taken.reports), "repeated_files": taken.repeated_files}

    @task(
        pool=WAREHOUSE_POOL,
        outlets=[asset],
        doc_md="What was screened goes to the raw table and the ledger, each delivery once.",
    )
    def load() -> dict[str, int]:
        from ingest.pipeline import load_feed

        reports = load_feed(task_settings(), feed)
        if not reports:
            raise AirflowSkipException("nothing waited to be loaded")
        counts = {
            "deliveries": len(reports),
            "rows": sum(report.accepted_records for report in reports),
            "rejected": sum(report.rejected_records for report in reports),
        }
        context = get_current_context()
        extra = {**counts, "business_date": run_date(context).isoformat()}
        context["outlet_events"][asset].extra = extra
        return counts

    taken: XComArg = land_and_screen()
    taken >> load()
    return taken


def _doc(contract: Contract) -> str:
    consent = (
        f"Rows are accepted only under a grant of scope `{contract.consent_scope}`; "
        f"the DAG also runs when `{CONSENT_FEED}` came in."
        if contract.consent_scope
        else "The feed needs no consent of a person."
    )
    return f"""### {contract.title}

{contract.purpose} {contract.usage}

{contract.grain} Key: {", ".join(f"`{name}`" for name in contract.key)}. {consent}

| | |
|---|---|
| owner | {contract.owner} |
| sources | {", ".join(f"`{s.name}` ({s.kind})" for s in contract.sources) or "none: inbox only"} |
| contract | `ingest/feeds/{contract.feed}.yaml` {contract.version} |
| schedule | `{contract.schedule}` in Shanghai |
| expected at least every | {contract.freshness_days} days |
| kept for | {contract.retention} |

A file that cannot be read is refused with a reason and the run stays green; the next file is
still taken in. A red run means that the machinery failed: clearing it is always safe, because a
delivery is loaded exactly once.
"""
