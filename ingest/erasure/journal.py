"""Erasures that are under way, so that one that was killed is finished by the next call.

An entry has what was counted before anything was removed, and, sealed under the vault key, by what
the person is known: half-way through, nothing else knows it any more. It goes when the proof is
written.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingest.archive import NONCE_BYTES, new_data_key
from ingest.erasure.person import Person
from ingest.files import write_json
from ingest.keyring import vault_ring
from tallywatch.clock import utc_now
from tallywatch.settings import Settings

Found = Mapping[str, Mapping[str, int]]
"""Place to part to count."""
FOLDER = "pending"


@dataclass(frozen=True)
class Entry:
    """One erasure under way. `found` only grows: what a killed run had removed is still in it."""

    erasure_id: str
    subject_hash: str
    person: Person
    reason: str
    requested_by: str
    started_at: str
    found: Found
    runs: int = 1


def subject_hash(token_key: bytes, subject_key: str) -> str:
    """How a person stands in proofs: only who has the key and the subject key finds them."""
    key = hmac.new(token_key, b"tallywatch erasure", hashlib.sha256).digest()
    return hmac.new(key, subject_key.encode(), hashlib.sha256).hexdigest()


def begin(settings: Settings, person: Person, found: Found, reason: str, who: str) -> Entry:
    """Enter an erasure, or take up the one of the same person that is under way."""
    hashed = subject_hash(settings.keys.token, person.subject_key)
    path = _path(settings, hashed, person.is_whole)
    if path.exists():
        before = _read(settings, path)
        joined = before.person.joined(person)
        entry = replace(
            before, person=joined, found=_most(before.found, found), runs=before.runs + 1
        )
    else:
        entry = Entry(
            erasure_id=uuid4().hex[:16],
            subject_hash=hashed,
            person=person,
            reason=reason,
            requested_by=who,
            started_at=utc_now().isoformat(),
            found=found,
        )
    _write(settings, path, entry)
    return entry


def pending(settings: Settings) -> list[Entry]:
    """Every erasure that was begun and not finished."""
    return [
        _read(settings, path)
        for path in sorted((settings.erasures / FOLDER).glob("[0-9a-f]*.json"))
    ]


def known_before(settings: Settings, subject_key: str, *, is_whole: bool) -> Person | None:
    """By what a person is known to an erasure that was begun."""
    hashed = subject_hash(settings.keys.token, subject_key)
    path = _path(settings, hashed, is_whole)
    return _read(settings, path).person if path.exists() else None


def end(settings: Settings, entry: Entry) -> None:
    """Take the entry out: the proof is written."""
    _path(settings, entry.subject_hash, entry.person.is_whole).unlink(missing_ok=True)


def _path(settings: Settings, hashed: str, is_whole: bool) -> Path:
    extent = "whole" if is_whole else "grants"
    return settings.erasures / FOLDER / f"{hashed[:32]}-{extent}.json"


def _write(settings: Settings, path: Path, entry: Entry) -> None:
    ring = vault_ring(settings.keys)
    data_key = new_data_key()
    nonce = bytes(NONCE_BYTES)
    text = json.dumps(entry.person.as_dict()).encode()
    sealed = AESGCM(data_key).encrypt(nonce, text, entry.erasure_id.encode())
    content: dict[str, Any] = {
        **{k: v for k, v in vars(entry).items() if k != "person"},
        "sealed_person": base64.b64encode(sealed).decode(),
        "wrapped_key": base64.b64encode(ring.wrap(data_key, entry.erasure_id)).decode(),
        "key_id": ring.present_id,
    }
    write_json(path, content)


def _read(settings: Settings, path: Path) -> Entry:
    content = json.loads(path.read_text(encoding="utf-8"))
    wrapped = base64.b64decode(content.pop("wrapped_key"))
    sealed = base64.b64decode(content.pop("sealed_person"))
    erasure_id = content["erasure_id"]
    ring = vault_ring(settings.keys)
    data_key = ring.unwrap(content.pop("key_id"), wrapped, erasure_id)
    text = AESGCM(data_key).decrypt(bytes(NONCE_BYTES), sealed, erasure_id.encode())
    return Entry(person=Person.of_dict(json.loads(text)), **content)


def _most(before: Found, now: Found) -> Found:
    return {
        place: {
            part: max(before.get(place, {}).get(part, 0), now.get(place, {}).get(part, 0))
            for part in sorted({*before.get(place, {}), *now.get(place, {})})
        }
        for place in dict.fromkeys([*before, *now])
    }
