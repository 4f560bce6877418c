"""A person's look-up of a token: by role and purpose, and never without a line in the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ingest.cast_sql import SCRUBBED
from ingest.identifiers import KINDS
from ingest.vault.reveal_log import LogLine, RevealLog
from ingest.vault.vault import Vault
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

LEAST_PURPOSE = 8
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "case_handler": frozenset({"name", "phone", "email", "address"}),
        "fraud_analyst": frozenset(
            {"counterparty", "account", "card", "company", "device", "ip", "phone"}
        ),
        "privacy_officer": frozenset(KINDS),
    }
)
"""Which kinds of identifier a role may see: who calls people, who follows the money, who answers
for requests of people about their own data."""
KIND_OF_PREFIX = {rule.prefix: kind for kind, rule in KINDS.items()}


@dataclass(frozen=True)
class Revealed:
    """An identifier in clear. Print it, never store it."""

    kind: str
    value: str


class RevealDenied(TerminalError):  # noqa: N818 - a refusal, nothing erred
    """The look-up was refused, and that it was is in the log."""


def look_up(settings: Settings, vault: Vault, *, user: str, token: str, purpose: str) -> Revealed:
    """The value behind a token, for `user` (signed in, not claimed) and a purpose in words.

    The line in the log is written in the transaction that reads the value: without it no value is
    given. A refusal is logged as well.

    Raises:
        RevealDenied: the user has no role for this kind, the purpose says nothing or holds an
            identifier, or the vault does not have the token.
    """
    kind = KIND_OF_PREFIX.get(token.partition("_")[0])
    words = " ".join(purpose.split())
    refusal = _refusal(settings.revealers.get(user, frozenset()), kind, words)
    with vault.transaction() as transaction:
        log = RevealLog(transaction, settings.keys.token)
        found = [] if refusal else transaction.sealed_values(token=token)
        if not refusal and not found:
            refusal = "unknown_token"
        log.append(
            LogLine(
                line_number=0,
                looked_up_at=utc_now().isoformat(),
                user_name=user,
                token_hash=log.hash_of(token),
                kind=kind,
                purpose="" if refusal == "bad_purpose" else words,
                outcome_code="denied" if refusal else "granted",
                reason_code=refusal,
            )
        )
        value = "" if refusal else vault.open(found[0])
    if refusal:
        raise _denied(refusal, user, kind)
    return Revealed(found[0].kind, value)


def verified_log(settings: Settings, vault: Vault) -> list[LogLine]:
    """Every look-up so far, oldest first.

    Raises:
        TerminalError: a line was changed or removed.
    """
    with vault.transaction() as transaction:
        return RevealLog(transaction, settings.keys.token).verified_lines()


def holds_identifier(text: str) -> bool:
    """Whether words that will be kept look like an identifier or a token of a person."""
    prefixes = "|".join(KIND_OF_PREFIX)
    shapes = [pattern for pattern, _ in SCRUBBED] + [rf"\b(?:{prefixes})_[0-9a-f]{{8,}}"]
    return any(re.search(shape, text) for shape in shapes)


def _refusal(roles: frozenset[str], kind: str | None, purpose: str) -> str | None:
    if len(purpose) < LEAST_PURPOSE or holds_identifier(purpose):
        return "bad_purpose"
    known = [ROLES[role] for role in roles if role in ROLES]
    if not known:
        return "no_role"
    if kind is None:
        return "unknown_token"
    return None if any(kind in kinds for kinds in known) else "kind_not_allowed"


def _denied(refusal: str, user: str, kind: str | None) -> RevealDenied:
    found, expected, remedy = {
        "bad_purpose": (
            "a purpose that says nothing or holds an identifier",
            f"at least {LEAST_PURPOSE} characters, without identifiers",
            "say why, for example: alert 42, calling the person back",
        ),
        "no_role": (
            f"{user} has none of the roles {', '.join(ROLES)}",
            "a role in TALLYWATCH_REVEALERS",
            "ask whoever answers for personal data",
        ),
        "kind_not_allowed": (
            f"no role of {user} may see an identifier of kind {kind}",
            f"one of {', '.join(r for r, kinds in ROLES.items() if kind in kinds)}",
            "ask somebody who has it",
        ),
        "unknown_token": (
            "a token that the vault does not have",
            "one that was sealed and whose person was not erased",
            "check the token; identifiers without a holder are kept as tokens only",
        ),
    }[refusal]
    return RevealDenied(found, expected, f"{remedy}; this look-up was logged")
