"""Files that are derived and committed: from the contracts, and one from the model folders.

`tallywatch derive` writes them, `tallywatch derive --check` names those that are stale; CI fails
when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from ingest.cell_reasons import CellReason
from ingest.contracts import LINEAGE_COLUMNS, Column, Contract, read_contracts
from ingest.erasure_map import erasure_map
from ingest.reasons import StructuralFault
from ingest.screen_sql import screen_of
from tallywatch.build import model_lists
from tallywatch.settings import REPOSITORY

NOTICE = "Derived from the contracts in ingest/feeds by `tallywatch derive`; do not edit."

LINEAGE_DESCRIPTIONS: Mapping[str, str] = {
    "_feed": "Name of the feed.",
    "_delivery_id": "The delivery that brought the row.",
    "_file_sha256": "Digest of the delivered bytes.",
    "_line_number": "Line of the row in its file.",
    "_received_at": "When the delivery was received (UTC).",
    "_business_date": "Day in Shanghai on which the row happened.",
}
SUBJECT_DESCRIPTION = "Whose data it is, by the grant."


def derived_files(root: Path = REPOSITORY) -> dict[Path, str]:
    """Every derived file with the text it must have."""
    contracts = read_contracts()
    writers: dict[str, Callable[[dict[str, Contract]], str]] = {
        "dbt_project/models/staging/_raw_sources.yml": dbt_sources,
        "dbt_project/macros/models_in.sql": lambda _: model_lists(),
        "docs/reference/data-dictionary.md": data_dictionary,
        "docs/reference/erasure-map.md": erasure_page,
        "docs/reference/reject-reasons.md": reasons_page,
    }
    return {root / name: write(contracts) for name, write in writers.items()}


def stale_files(root: Path = REPOSITORY) -> list[Path]:
    """Derived files whose text is not what the contracts say."""
    return [
        path
        for path, text in derived_files(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write_derived(root: Path = REPOSITORY) -> list[Path]:
    """Write what is stale; returns what was written."""
    stale = stale_files(root)
    texts = derived_files(root)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return stale


def dbt_sources(contracts: dict[str, Contract]) -> str:
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
                for name, description in _described(contract)
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


def data_dictionary(contracts: dict[str, Contract]) -> str:
    """A page with every feed and every column."""
    parts = [f"# Data dictionary\n\n<!-- {NOTICE} -->\n"]
    parts.append(
        "Every raw table ends with the same lineage columns:\n\n"
        "| column | type | meaning |\n|---|---|---|"
    )
    parts += [f"| `{n}` | {t} | {LINEAGE_DESCRIPTIONS[n]} |" for n, t in LINEAGE_COLUMNS.items()]
    for contract in contracts.values():
        parts.append(
            f"\n## {contract.feed}\n\n{contract.title}. {contract.purpose} {contract.usage}\n\n"
            f"Grain: {contract.grain} Key: {_codes(contract.key)}. Owner: {contract.owner}. "
            f"Formats: {_codes(contract.formats)}. Fresh within {contract.freshness_days} days, "
            f"kept {contract.retention_years} years. Unknown columns: `{contract.drift}`."
            + (f" Consent: `{contract.consent_scope}`." if contract.consent_scope else "")
            + "\n\n| raw column | type | required | class | headers | meaning |\n"
            "|---|---|---|---|---|---|"
        )
        parts += [_dictionary_row(column) for column in contract.columns]
        if contract.consent_scope:
            parts.append(
                "| `subject_key` | VARCHAR | yes | internal | from the grant "
                f"| {SUBJECT_DESCRIPTION} |"
            )
    return "\n".join(parts) + "\n"


def erasure_page(contracts: dict[str, Contract]) -> str:
    """A page that says where a person's data lies in raw."""
    parts = [
        f"# Erasure map\n\n<!-- {NOTICE} -->\n",
        "Where a person's data lies. Destroying the person's data key in the vault makes the "
        "sealed values unreadable; rows are found by the subject column, or by token.\n",
        "| table | subject column | token columns | sealed in the vault |\n|---|---|---|---|",
    ]
    parts += [
        f"| `{t.table}` | {_codes((t.subject_column,) if t.subject_column else ())} "
        f"| {_codes(t.token_columns)} | {_codes(t.sealed_columns)} |"
        for t in erasure_map(contracts.values())
    ]
    return "\n".join(parts) + "\n"


def reasons_page(contracts: dict[str, Contract]) -> str:
    """A page with every reason code that quarantine may show."""
    parts = [
        f"# Why a row was rejected\n\n<!-- {NOTICE} -->\n",
        "| reason code | of | checks in contracts |\n|---|---|---|",
    ]
    parts += [
        f"| `{fault.name.lower()}` | the line | always |" for fault in StructuralFault if fault
    ]
    parts += [f"| `{reason}` | a cell | {_where(reason, contracts)} |" for reason in CellReason]
    return "\n".join(parts) + "\n"


def _where(reason: CellReason, contracts: dict[str, Contract]) -> str:
    feeds = [
        contract.feed
        for contract in contracts.values()
        if any(
            check.reason is reason
            for check in screen_of(
                contract,
                delivery_id="",
                file_sha256="",
                received_at=datetime(2026, 1, 1, tzinfo=UTC),
                attributes={},
            ).checks
        )
    ]
    return ", ".join(feeds) or "none yet"


def _described(contract: Contract) -> list[tuple[str, str]]:
    columns = [(c.raw_name, c.description) for c in contract.columns]
    if contract.consent_scope:
        columns.append(("subject_key", SUBJECT_DESCRIPTION))
    return columns + list(LINEAGE_DESCRIPTIONS.items())


def _dictionary_row(column: Column) -> str:
    origin = "delivery attribute" if column.source == "delivery" else _codes(column.headers)
    notes = [column.description]
    if column.enum:
        notes.append(f"One of {_codes(column.enum)}.")
    if column.identifier:
        kept = "sealed in the vault" if column.holder else "kept as a token only"
        notes.append(f"Identifier ({column.identifier}), {kept}.")
    required = "yes" if column.required else "no"
    return (
        f"| `{column.raw_name}` | {column.duckdb_type} | {required} | {column.classification} "
        f"| {origin} | {' '.join(notes)} |"
    )


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
