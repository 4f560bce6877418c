"""Where a person's data lies in raw tables, derived from the contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.contracts import Contract


@dataclass(frozen=True)
class ErasureTarget:
    """One raw table: the column that names the person (None: only tokens tie a row to one), the
    columns that hold tokens of identifiers, and those whose values the vault holds sealed."""

    table: str
    subject_column: str | None
    token_columns: tuple[str, ...]
    sealed_columns: tuple[str, ...]


def erasure_map(contracts: Iterable[Contract]) -> list[ErasureTarget]:
    """A target per feed that holds anything of a person, in feed order."""
    targets = []
    for contract in contracts:
        identifiers = [c for c in contract.columns if c.identifier]
        subject = "subject_key" if "subject_key" in contract.raw_columns else None
        if subject or identifiers:
            targets.append(
                ErasureTarget(
                    table=f"raw.{contract.feed}",
                    subject_column=subject,
                    token_columns=tuple(c.raw_name for c in identifiers),
                    sealed_columns=tuple(c.raw_name for c in identifiers if c.holder),
                )
            )
    return targets
