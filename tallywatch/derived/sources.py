"""The dbt sources."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from ingest.contracts import Contract
from tallywatch.derived.words import NOTICE, described_columns


def dbt_sources(contracts: Mapping[str, Contract]) -> str:
    """The dbt source `raw`: one table per feed."""
    tables = [
        {
            "name": contract.feed,
            "description": f"{contract.grain} {contract.purpose}",
            "config": {
                "meta": {
                    "consent_scope": contract.consent_scope,
                    "freshness_days": contract.freshness_days,
                }
            },
            "columns": [
                {"name": name, "description": description}
                for name, description in described_columns(contract)
            ],
        }
        for contract in contracts.values()
    ]
    source = {
        "name": "raw",
        "description": "Accepted rows of every feed, typed, with lineage.",
        "schema": "raw",
        "tables": tables,
    }
    body = yaml.safe_dump({"sources": [source]}, sort_keys=False, allow_unicode=True, width=100)
    return f"# {NOTICE}\n{body}"
