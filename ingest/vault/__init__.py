"""The vault: identifiers sealed under a data key of the person whom they belong to.

Whoever holds a token can have the value back only from here, by role and purpose, and leaves a
line in the log. Destroying a person's data key makes all that was sealed under it unreadable.
"""

from __future__ import annotations

from ingest.vault.access import RevealDenied, Revealed, look_up
from ingest.vault.opening import open_vault
from ingest.vault.rotation import rotate_vault
from ingest.vault.vault import Destroyed, Vault

__all__ = [
    "Destroyed",
    "RevealDenied",
    "Revealed",
    "Vault",
    "look_up",
    "open_vault",
    "rotate_vault",
]
