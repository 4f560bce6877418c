"""How long a pack is kept: three years, or until its person is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ingest.erasure.person import Person, words_pattern
from ingest.erasure.place import Items, Place
from publish.evidence.pack import MANIFEST, evidence_chain
from publish.files import remove_folder
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

KEPT_DAYS = 3 * 366


class Packs(Place):
    """Packs with the person in them are removed; the chain keeps that there was one, and why it
    went. A pack about another may hold a token of theirs: that is the other person's record."""

    name = "evidence packs"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def count(self, person: Person) -> Items:
        """Files by pack."""
        return {
            pack.name: sum(1 for path in pack.iterdir() if path.is_file())
            for pack in self._with(person)
        }

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        for pack in list(self._with(person)):
            remove_pack(self._settings, pack, "somebody was erased")

    def _with(self, person: Person) -> Iterator[Path]:
        names = set(person.authorisation_ids)
        if person.is_whole:
            names.add(person.subject_key)
        if not names:
            return
        pattern = words_pattern(names)
        for pack in packs(self._settings):
            if any(pattern.search(path.read_bytes()) for path in pack.iterdir()):
                yield pack


def packs(settings: Settings) -> list[Path]:
    """Every pack that is kept."""
    return sorted(path.parent for path in settings.evidence.glob(f"*/{MANIFEST}"))


def over(settings: Settings, moment: datetime) -> list[Path]:
    """Packs that are kept no longer."""
    limit = moment - timedelta(days=KEPT_DAYS)
    return [
        pack
        for pack in packs(settings)
        if datetime.fromisoformat(json.loads((pack / MANIFEST).read_text("utf-8"))["made_at"])
        < limit
    ]


def remove_pack(settings: Settings, pack: Path, why: str) -> None:
    """Remove a pack and its archive, and enter in the chain that it went."""
    evidence_chain(settings).append(
        {
            "kind": "removed",
            "recorded_at": utc_now().isoformat(timespec="seconds"),
            "pack_id": pack.name,
            "why": why,
        }
    )
    pack.with_name(f"{pack.name}.zip").unlink(missing_ok=True)
    remove_folder(pack)
