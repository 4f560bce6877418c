"""Where a person's data lies in raw tables, derived from the contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.contracts import Contract

SUBJECT = "subject_key"
GRANT = "authorisation_id"
LINKING_KINDS = frozenset({"phone", "id_number", "email"})
"""Kinds that name one person. A name does not: two people may share it, and rows of the one would
go with the other. An account or a counterparty is whoever the person paid."""


@dataclass(frozen=True)
class ErasureTarget:
    """One raw table and how a row of it is tied to a person.

    `subject_columns` name a person; `grant_column` names the grant that the row was read under;
    where a row has neither, `linking_columns` tie it by token. `is_cleared`: rows are not deleted,
    the columns that tie them are set to NULL. `sealed_columns` have their values in the vault.
    """

    table: str
    subject_columns: tuple[str, ...]
    grant_column: str | None
    token_columns: tuple[str, ...]
    linking_columns: tuple[str, ...]
    sealed_columns: tuple[str, ...]
    is_cleared: bool

    @property
    def feed(self) -> str:
        """The feed whose raw table it is."""
        return self.table.partition(".")[2]


def erasure_map(contracts: Iterable[Contract]) -> list[ErasureTarget]:
    """A target per feed that holds anything of a person, in feed order."""
    targets = [_target(contract) for contract in contracts]
    return [t for t in targets if t.subject_columns or t.token_columns]


def _target(contract: Contract) -> ErasureTarget:
    identifiers = [c for c in contract.columns if c.identifier]
    subjects = tuple(name for name in contract.raw_columns if name.endswith(SUBJECT))
    linking = () if subjects else tuple(c for c in identifiers if c.identifier in LINKING_KINDS)
    return ErasureTarget(
        table=f"raw.{contract.feed}",
        subject_columns=subjects,
        grant_column=GRANT if contract.consent_scope else None,
        token_columns=tuple(c.raw_name for c in identifiers),
        linking_columns=tuple(c.raw_name for c in linking),
        sealed_columns=tuple(c.raw_name for c in identifiers if c.holder),
        # Without the token a row that only a token ties says nothing of the person any more, and
        # stays what it was to whoever it belongs to: a deal, an invoice.
        is_cleared=contract.is_anonymised
        or (not subjects and bool(linking) and not any(c.required for c in linking)),
    )
