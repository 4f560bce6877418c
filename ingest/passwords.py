"""Passwords of locked deliveries: how they come, and how they are kept.

A sender puts `<name>.password` into the inbox before the file `<name>` itself; the passwords in it,
one a line, are sealed with the delivery's own data key and share its fate. Nothing logs them.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ingest.archive import unwrap_key, wrap_key

SIDECAR_SUFFIX = ".password"
MOST_BYTES = 4096
ABANDONED_AFTER_SECONDS = 24 * 3600


def sidecar_of(path: Path) -> Path:
    """Where the passwords of a delivered file are."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def is_sidecar(path: Path) -> bool:
    """Is this a file of passwords, which is never a delivery of its own?"""
    return path.suffix.lower() == SIDECAR_SUFFIX


def read_sidecar(path: Path) -> tuple[str, ...]:
    """The passwords beside a delivered file; none without a sidecar."""
    try:
        with sidecar_of(path).open("rb") as sidecar:
            text = sidecar.read(MOST_BYTES).decode("utf-8-sig", "replace")
    except FileNotFoundError:
        return ()
    return tuple(filter(None, (line.strip() for line in text.splitlines())))


def remove_abandoned_sidecars(inbox: Path) -> None:
    """Remove passwords whose file was taken in long ago, by a run that was killed right then."""
    limit = time.time() - ABANDONED_AFTER_SECONDS
    for path in inbox.rglob(f"*{SIDECAR_SUFFIX}"):
        # Another run may remove it right now.
        with suppress(FileNotFoundError):
            if not path.with_suffix("").exists() and path.stat().st_mtime < limit:
                path.unlink()


def mark(token_key: bytes, passwords: Sequence[str]) -> str:
    """Tells one set of passwords from another and nothing more; empty for none.

    It is part of what a delivery is: a file that comes again with the password it lacked is a
    delivery of its own.
    """
    if not passwords:
        return ""
    told = b"tallywatch delivery passwords\n" + "\n".join(passwords).encode()
    return hmac.new(token_key, told, hashlib.sha256).hexdigest()


def seal(data_key: bytes, passwords: Sequence[str], delivery_id: str) -> bytes:
    """Passwords under the data key of their delivery."""
    return wrap_key(data_key, "\n".join(passwords).encode(), _name(delivery_id))


def unseal(data_key: bytes, sealed: bytes, delivery_id: str) -> tuple[str, ...]:
    """Undo `seal`.

    Raises:
        TerminalError: the key is another one, or the bytes were changed.
    """
    return tuple(unwrap_key(data_key, sealed, _name(delivery_id)).decode().split("\n"))


def _name(delivery_id: str) -> str:
    return f"{delivery_id}:passwords"
