"""Naming the people of an extract: masked by the policy, or revealed by role and purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import duckdb
import pyarrow as pa

from ingest.vault import RevealDenied, Vault, look_up, open_vault
from ingest.vault.access import LEAST_PURPOSE, ROLES, holds_identifier
from publish.extracts.catalogue import Definition
from publish.extracts.filters import SUBJECTS
from publish.extracts.masks import MASKED, policy
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

_PERSON = re.compile(r"\bS[0-9]{7}\b")
TOKENS = {"name": "full_name_token", "phone": "phone_token", "id_number": "id_number_token"}
POSITIONS = {kind: number for number, kind in enumerate(TOKENS, 1)}
Show = Callable[[str, str | None], str | None]
"""Holder and token to what is shown."""


def require_right(
    settings: Settings, definition: Definition, user: str, role: str, purpose: str | None
) -> None:
    """Whether `user` may have the extract revealed as `role` for `purpose`.

    Raises:
        TerminalError: they do not have the role, it does not serve the extract's purpose, or no
            purpose is said in words without identifiers.
    """
    roles = policy().roles
    if not definition.person:
        raise TerminalError(
            f"{definition.name} revealed", "an extract that names people", "leave --reveal out"
        )
    if role not in settings.revealers.get(user, frozenset()) or role not in ROLES:
        raise TerminalError(
            f"{user} does not have the role {role[:40]!r}",
            "a role given by TALLYWATCH_REVEALERS",
            "ask whoever answers for personal data",
        )
    if definition.serves not in roles.get(role, frozenset()):
        able = sorted(name for name, serves in roles.items() if definition.serves in serves)
        raise TerminalError(
            f"the role {role} does not serve {definition.serves}",
            f"one of {', '.join(able)}",
            "ask somebody who has it, or take the masked extract",
        )
    require_purpose(purpose or "")


def require_purpose(purpose: str) -> None:
    """Words that say why; they are kept, so they hold no identifier.

    Raises:
        TerminalError: they say nothing, or hold one.
    """
    words = " ".join(purpose.split())
    if len(words) < LEAST_PURPOSE or holds_identifier(words):
        raise TerminalError(
            "a purpose that says nothing or holds an identifier",
            f"at least {LEAST_PURPOSE} characters, without identifiers",
            "say why, for example --purpose 'incident 4f1c: calling the person back'",
        )


def require_nameless(*texts: str | None) -> None:
    """Words that are kept on record name nobody.

    Raises:
        TerminalError: one of them holds an identifier or the key of a person.
    """
    for text in texts:
        if text and (_PERSON.search(text) or holds_identifier(text)):
            raise TerminalError(
                "a person's key or identifier in words that are kept on record",
                "a purpose and a requester that name nobody of the people watched",
                "use --person to say whom it is about",
            )


def put_people(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    definition: Definition,
    *,
    user: str,
    role: str | None,
    purpose: str,
) -> list[str]:
    """Make temp table `people`: a row per person of temp table `pulled`, columns as shown.

    Returns the columns beside `subject_key`. With `role` the identifiers are revealed, each with a
    line in the vault's log; without, they are masked.

    Raises:
        TerminalError: more people than may be revealed at once.
    """
    rules = policy()
    people = con.execute(
        f"""
        select subject_key, {", ".join(TOKENS.values())}
        from {SUBJECTS}
        where subject_key in (select subject_key from pulled)
        order by subject_key
        """
    ).fetchall()
    vault = open_vault(settings)
    if role is None:
        kinds = {f"{column}{MASKED}": mask.kind for column, mask in rules.row.items()}
        wanted = [position for kind, position in POSITIONS.items() if kind in kinds.values()]
        values = _values(vault, people, wanted)

        def show(column: str, token: str | None) -> str | None:
            value = values.get(token or "")
            return rules.masked(column.removesuffix(MASKED), value)

    else:
        if len(people) > rules.reveal_at_most:
            raise TerminalError(
                f"{len(people)} people to reveal",
                f"{rules.reveal_at_most} at most",
                "narrow it with --person, --incident, --severity or --since",
            )
        kinds = {c: kind for c, kind in rules.revealed.items() if kind in ROLES[role]}
        as_role = replace(settings, revealers={user: frozenset({role})})

        def show(column: str, token: str | None) -> str | None:
            return _looked_up(as_role, vault, user, token, f"{definition.serves}: {purpose}")

    _fill(con, kinds, people, show)
    return list(kinds)


def _fill(
    con: duckdb.DuckDBPyConnection,
    kinds: dict[str, str],
    people: Sequence[tuple[str | None, ...]],
    show: Show,
) -> None:
    columns = {"subject_key": [person[0] for person in people]} | {
        column: [show(column, person[POSITIONS[kind]]) for person in people]
        for column, kind in kinds.items()
    }
    shown = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    con.register("shown", shown)
    con.execute("create temp table people as select * from shown")
    con.unregister("shown")


def _values(
    vault: Vault, people: Iterable[tuple[str | None, ...]], wanted: Sequence[int]
) -> dict[str, str]:
    """Values by token; of a person whose key was destroyed there are none."""
    found: dict[str, str] = {}
    with vault.transaction() as transaction:
        sealed = [
            value
            for person in people
            for token in (person[position] for position in wanted)
            if token
            for value in transaction.sealed_values(holder=person[0], token=token)
        ]
    for value in sealed:
        found[value.token] = vault.open(value)
    return found


def _looked_up(
    settings: Settings, vault: Vault, user: str, token: str | None, purpose: str
) -> str | None:
    if token is None:
        return None
    try:
        return look_up(settings, vault, user=user, token=token, purpose=purpose).value
    except RevealDenied:
        # Erased meanwhile, or never sealed; the log has the line.
        return None
