"""Wrapping keys: the present one wraps, those before it still open, each known by an id.

The id stands beside what was wrapped, so that a change of keys can stop half-way: what is not
re-wrapped yet opens under the key before.
"""

from __future__ import annotations

import hashlib
import hmac

from ingest.archive import unwrap_key, wrap_key
from tallywatch.errors import TerminalError
from tallywatch.settings import Keys

KEY_ID_DIGITS = 16
UNKNOWN_KEY_ID = ""
"""Of what was wrapped before ids were kept: every key is tried."""


def key_id(key: bytes) -> str:
    """A name of the key that tells nothing about it."""
    return hmac.new(key, b"tallywatch key id", hashlib.sha256).hexdigest()[:KEY_ID_DIGITS]


class KeyRing:
    """The present wrapping key and, while a change of keys is under way, the one before."""

    def __init__(self, present: bytes, previous: bytes | None = None) -> None:
        self._keys = {key_id(key): key for key in (present, previous) if key is not None}
        self.present_id = key_id(present)

    def wrap(self, data_key: bytes, name: str) -> bytes:
        """Seal a data key under the present key, bound to `name`."""
        return wrap_key(self._keys[self.present_id], data_key, name)

    def unwrap(self, wrapped_by: str, wrapped: bytes, name: str) -> bytes:
        """Undo `wrap`; `wrapped_by` is the id that was kept with it.

        Raises:
            TerminalError: the key of that id is not at hand, or the bytes were changed.
        """
        if wrapped_by in self._keys:
            return unwrap_key(self._keys[wrapped_by], wrapped, name)
        if wrapped_by != UNKNOWN_KEY_ID:
            raise TerminalError(
                f"the data key of {name} is wrapped by key {wrapped_by}",
                f"one of {', '.join(self._keys)}",
                "set the key before as TALLYWATCH_…_KEY_PREVIOUS and run `tallywatch vault rotate`",
            )
        *others, last = self._keys.values()
        for key in others:
            try:
                return unwrap_key(key, wrapped, name)
            except TerminalError:
                continue
        return unwrap_key(last, wrapped, name)


def archive_ring(keys: Keys) -> KeyRing:
    """The keys of landed deliveries."""
    return KeyRing(keys.archive, keys.previous_archive)


def vault_ring(keys: Keys) -> KeyRing:
    """The keys of the vault."""
    return KeyRing(keys.vault, keys.previous_vault)
