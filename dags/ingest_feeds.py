"""One ingest DAG per contract in `ingest/feeds/`: a new contract is a new DAG, without an edit."""

from __future__ import annotations

from airflow.sdk import get_parsing_context

from ingest.contracts import FEEDS, read_contract
from wiring.ingest_factory import ingest_dag

# A task process asks for its own DAG alone, and is spared reading the other contracts.
wanted = get_parsing_context().dag_id

for path in sorted(FEEDS.glob("*.yaml")):
    if wanted in {None, f"ingest_{path.stem}"}:
        dag = ingest_dag(read_contract(path))
        globals()[dag.dag_id] = dag
