"""The vault, the inbox, and pages and logs that people or tools wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ingest.erasure.person import Person, words_pattern
from ingest.erasure.place import Items, Place
from ingest.erasure_map import GRANT
from ingest.files import replacing
from ingest.vault import Vault, open_vault
from tallywatch.settings import Settings

TEXT_HEAD = 1 << 13


class SealedValues(Place):
    """The data key is destroyed and every sealed value deleted; under revoked grants alone, the
    values that nothing else of the person has."""

    name = "vault"

    def __init__(self, settings: Settings) -> None:
        self._vault: Vault = open_vault(settings)

    def count(self, person: Person) -> Items:
        """Keys and values."""
        there = self._vault.count(
            person.subject_key, None if person.is_whole else person.sealed_tokens
        )
        found = {"sealed values": there.values}
        if person.is_whole:
            found["data keys"] = there.keys
        return {what: count for what, count in found.items() if count}

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        if person.is_whole:
            self._vault.destroy(person.subject_key)
        else:
            self._vault.forget(person.subject_key, person.sealed_tokens)

    def settle(self) -> None:
        """See `Place`."""
        self._vault.compact()


class Waiting(Place):
    """Files that wait in the inbox under a grant of the person."""

    name = "inbox"

    def __init__(self, settings: Settings) -> None:
        self._inbox = settings.inbox

    def count(self, person: Person) -> Items:
        """Files by feed."""
        found: dict[str, int] = {}
        for path in self._files(person):
            feed = path.relative_to(self._inbox).parts[0]
            found[feed] = found.get(feed, 0) + 1
        return found

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`; an empty folder would still carry the grant's id in its name."""
        for path in list(self._files(person)):
            path.unlink(missing_ok=True)
        for grant in person.authorisation_ids:
            for folder in list(self._inbox.rglob(f"{GRANT}={grant}")):
                for inner in sorted(folder.rglob("*"), reverse=True):
                    inner.rmdir()
                folder.rmdir()

    def _files(self, person: Person) -> Iterator[Path]:
        for grant in sorted(person.authorisation_ids):
            for folder in self._inbox.rglob(f"{GRANT}={grant}"):
                yield from (path for path in folder.rglob("*") if path.is_file())


class Pages(Place):
    """Text that was written for people or by tools: pages, reports, logs. Names of the person in it
    are struck out; the rest stands."""

    name = "pages and logs"

    def __init__(self, settings: Settings) -> None:
        data = (
            settings.inbox,
            settings.landing,
            settings.lake,
            settings.postings,
            settings.releases,
            settings.erasures,
            settings.out / "extracts",
            settings.evidence,
        )
        self._home = settings.home
        self._elsewhere = set(data)

    def count(self, person: Person) -> Items:
        """Files by folder."""
        found: dict[str, int] = {}
        for path in self._with(words_pattern(person.names)):
            folder = path.relative_to(self._home).parts[0]
            found[folder] = found.get(folder, 0) + 1
        return found

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        pattern = words_pattern(person.names)
        for path in list(self._with(pattern)):
            content = pattern.sub(lambda match: b"*" * len(match[0]), path.read_bytes())
            mode = path.stat().st_mode
            with replacing(path) as temporary:
                temporary.write_bytes(content)
                temporary.chmod(mode)

    def _with(self, pattern: re.Pattern[bytes]) -> Iterator[Path]:
        for path in self._texts(self._home):
            if pattern.search(path.read_bytes()):
                yield path

    def _texts(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if path.is_symlink() or path in self._elsewhere:
                continue
            if path.is_dir():
                yield from self._texts(path)
            elif path.is_file() and b"\0" not in _head(path):
                yield path


def _head(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(TEXT_HEAD)
