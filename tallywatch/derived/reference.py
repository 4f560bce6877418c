"""Reference pages: where a person's data lies, and why rows are rejected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from ingest.cell_reasons import CellReason
from ingest.contracts import Contract
from ingest.erasure_map import ErasureTarget, erasure_map
from ingest.reasons import StructuralFault
from ingest.screen_sql import screen_of
from tallywatch.derived.words import NOTICE, codes


def erasure_page(contracts: Mapping[str, Contract]) -> str:
    """A page that says where a person's data lies in raw."""
    parts = [
        f"# Erasure map\n\n<!-- {NOTICE} -->\n",
        "Where a person's data lies. Destroying the person's data key in the vault makes the "
        "sealed values unreadable; rows are found by the columns that tie them to a person: a "
        "subject column, the grant they were read under, or a token of an identifier that is the "
        "person's own. Rows are deleted, or the columns that tie them are cleared.\n",
        "| table | tied by | rows are | token columns | sealed in the vault |\n"
        "|---|---|---|---|---|",
    ]
    parts += [
        f"| `{t.table}` | {codes(_ties(t))} | {'cleared' if t.is_cleared else 'deleted'} "
        f"| {codes(t.token_columns)} | {codes(t.sealed_columns)} |"
        for t in erasure_map(contracts.values())
    ]
    return "\n".join(parts) + "\n"


def _ties(target: ErasureTarget) -> tuple[str, ...]:
    grant = (target.grant_column,) if target.grant_column else ()
    return target.subject_columns + grant + target.linking_columns


def reasons_page(contracts: Mapping[str, Contract]) -> str:
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


def _where(reason: CellReason, contracts: Mapping[str, Contract]) -> str:
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
