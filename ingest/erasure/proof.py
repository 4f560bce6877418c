"""The proof of an erasure: what was removed where, when, by whom and why, and signed.

It names no person: the subject key stands in it as a keyed hash. Who has the token key can sign
and verify; to ask whether somebody was erased one needs the key and their subject key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from ingest.erasure.journal import Entry
from ingest.files import write_json
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

SIGNATURE = "signature"
VERSION = 1


def write_proof(settings: Settings, entry: Entry) -> Path:
    """Write the proof of an erasure that is done, once; returns its path."""
    path = settings.erasures / f"{entry.started_at[:10]}-{entry.erasure_id}.json"
    if path.exists():
        return path
    content: dict[str, Any] = {
        "version": VERSION,
        "erasure_id": entry.erasure_id,
        "subject_hash": entry.subject_hash,
        "extent": entry.person.extent,
        "grants": len(entry.person.authorisation_ids),
        "reason": entry.reason,
        "requested_by": entry.requested_by,
        "started_at": entry.started_at,
        "finished_at": utc_now().isoformat(),
        "runs": entry.runs,
        "places": [
            {"place": place, "what": part, "count": count}
            for place, parts in sorted(entry.found.items())
            for part, count in sorted(parts.items())
        ],
        "left": 0,
    }
    write_json(path, content | {SIGNATURE: _signature(settings.keys.token, content)})
    return path


def read_proof(settings: Settings, path: Path) -> dict[str, Any]:
    """The content of a proof that was not changed since.

    Raises:
        TerminalError: it is no proof, or it was changed, or signed under another token key.
    """
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        signature = str(content.pop(SIGNATURE))
    except (OSError, ValueError, KeyError, TypeError):
        raise TerminalError(
            f"{path.name} is no proof of an erasure", "a file of erasures/", "name another file"
        ) from None
    if not hmac.compare_digest(signature, _signature(settings.keys.token, content)):
        raise TerminalError(
            f"the signature of {path.name} does not hold",
            "the file as it was written, and the token key of that time",
            "restore it from a backup; a changed proof proves nothing",
        )
    return content


def proofs(settings: Settings) -> list[Path]:
    """Every proof, oldest first."""
    return sorted(settings.erasures.glob("*.json"))


def _signature(token_key: bytes, content: dict[str, Any]) -> str:
    key = hmac.new(token_key, b"tallywatch erasure proof", hashlib.sha256).digest()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
