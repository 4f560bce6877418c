"""Erasing people from every place of the data home, one after the other, each to the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.contracts import read_contracts
from ingest.erasure import journal
from ingest.erasure.journal import Entry, Found
from ingest.erasure.lake import Lake, Quarantine
from ingest.erasure.landing import Landing
from ingest.erasure.others import Pages, SealedValues, Waiting
from ingest.erasure.person import Person
from ingest.erasure.place import Place
from ingest.erasure.proof import write_proof
from ingest.erasure.revocations import Due, due_erasures
from ingest.erasure.search import person_under, whole_person
from ingest.erasure.tables import Warehouse
from ingest.replay import finish_all_replays
from ingest.vault.access import holds_identifier
from publish.erasure import Extracts, Releases
from publish.evidence.keeping import Packs
from publish.files import only_one
from tallywatch.errors import TerminalError, TransientError
from tallywatch.settings import Settings

REQUEST = "the person asked to be erased"
REVOCATION = "the person withdrew the authorisation"


@dataclass(frozen=True)
class Erased:
    """What came of one erasure. `proof` is None in a dry run."""

    person: Person
    found: Found
    proof: Path | None

    @property
    def total(self) -> int:
        """Everything counted, in all places."""
        return sum(count for parts in self.found.values() for count in parts.values())


def places(settings: Settings) -> list[Place]:
    """Every place, in the order in which they are cleared.

    The vault comes first: from then on nothing sealed can be opened, whatever else happens. Landed
    deliveries come before the lake, which says on which lines the person is.
    """
    contracts = read_contracts()
    return [
        SealedValues(settings),
        Waiting(settings),
        Quarantine(settings),
        Landing(settings, contracts),
        Lake(settings, contracts),
        Warehouse(settings, contracts),
        Releases(settings),
        Extracts(settings),
        Packs(settings),
        Pages(settings),
    ]


def preview(settings: Settings, subject_key: str) -> Erased:
    """What an erasure of the person would remove; changes nothing."""
    person = _whole(settings, subject_key)
    return Erased(person, _count(places(settings), person), None)


def erase(settings: Settings, subject_key: str, *, reason: str, requested_by: str) -> Erased:
    """Erase a person wholly; a call after a kill goes on where that stopped.

    Raises:
        TerminalError: nothing is known of them, or `reason` holds an identifier.
        TransientError: another erasure is under way, or something of the person came in meanwhile.
    """
    if holds_identifier(reason) or subject_key in reason:
        raise TerminalError(
            "a reason that holds an identifier", "words about why", "leave identifiers out of it"
        )
    with only_one(settings.erasures, "an erasure"):
        return _erase(settings, [_whole(settings, subject_key)], reason, requested_by)[0]


def honour(settings: Settings, requested_by: str) -> list[Erased]:
    """Erase whoever asked for it and what was read under authorisations withdrawn since.

    What an earlier run began is finished first.

    Raises:
        TransientError: another erasure is under way, or something came in meanwhile.
    """
    with only_one(settings.erasures, "an erasure"):
        done = [
            _erase(settings, [entry.person], entry.reason, entry.requested_by)[0]
            for entry in journal.pending(settings)
        ]
        due = due_erasures(settings, read_contracts())
        whole = [_whole(settings, d.subject_key) for d in due if d.is_whole]
        under = [_under(settings, d) for d in due if not d.is_whole]
        done += _erase(settings, whole, REQUEST, requested_by) if whole else []
        done += _erase(settings, under, REVOCATION, requested_by) if under else []
        return done


def _erase(settings: Settings, people: list[Person], reason: str, who: str) -> list[Erased]:
    finish_all_replays(settings)
    every = places(settings)
    entries: list[Entry] = []
    for person in people:
        found = _count(every, person)
        entries.append(journal.begin(settings, person, found, reason, who))
    if len(entries) == 1 and not any(entries[0].found.values()):
        journal.end(settings, entries[0])
        raise TerminalError(
            "nothing of this person in any place", "somebody whose data is here", "check the key"
        )
    for place in every:
        for entry in entries:
            place.erase(entry.person, entry.found.get(place.name, {}))
    for place in every:
        place.settle()
    return [_finish(settings, every, entry) for entry in entries]


def _finish(settings: Settings, every: list[Place], entry: Entry) -> Erased:
    left = _count(every, entry.person)
    if any(left.values()):
        where = ", ".join(name for name, parts in left.items() if parts)
        raise TransientError(
            f"something of the person came in meanwhile: {where}",
            "nothing in any place",
            "run it again; it goes on where it stopped",
        )
    proof = write_proof(settings, entry)
    journal.end(settings, entry)
    return Erased(entry.person, entry.found, proof)


def _count(every: Iterable[Place], person: Person) -> dict[str, dict[str, int]]:
    return {place.name: dict(place.count(person)) for place in every}


def _whole(settings: Settings, subject_key: str) -> Person:
    if not re.fullmatch(r"[0-9A-Za-z_-]+", subject_key):
        raise TerminalError(
            "a subject key with other characters than letters and digits",
            "a key as the service gives them, such as S0000001",
            "check the key",
        )
    person = whole_person(settings, read_contracts(), subject_key)
    before = journal.known_before(settings, subject_key, is_whole=True)
    return before.joined(person) if before else person


def _under(settings: Settings, due: Due) -> Person:
    person = person_under(settings, read_contracts(), due.subject_key, due.authorisation_ids)
    before = journal.known_before(settings, due.subject_key, is_whole=False)
    return before.joined(person) if before else person
