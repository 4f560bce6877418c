"""A change of the vault key: data keys are wrapped anew, tokens and sealed values stay."""

from __future__ import annotations

from ingest.vault.store import WrappedKey, as_bytes
from ingest.vault.vault import Vault

BATCH = 500


def rotate_vault(vault: Vault) -> int:
    """Wrap under the present key every data key that another one wraps; returns how many.

    Each batch is a transaction of its own: killed half-way, the next call does the rest, and both
    keys open the vault meanwhile.

    Raises:
        TerminalError: a data key is wrapped by a key that is not at hand.
    """
    rewrapped = 0
    while count := _rotate_some(vault):
        rewrapped += count
    return rewrapped


def _rotate_some(vault: Vault) -> int:
    present = vault.keys.present_id
    with vault.transaction() as transaction:
        found = transaction.rows(
            "select holder, key_id, wrapped_key from data_keys where key_id <> ? "
            f"order by holder limit {BATCH}{transaction.update_lock}",
            [present],
        )
        keys = [WrappedKey(str(who), str(by), as_bytes(wrapped)) for who, by, wrapped in found]
        transaction.execute_many(
            "update data_keys set key_id = ?, wrapped_key = ? where holder = ?",
            [(present, _rewrapped(vault, key), key.holder) for key in keys],
        )
    return len(keys)


def _rewrapped(vault: Vault, key: WrappedKey) -> bytes:
    data_key = vault.keys.unwrap(key.key_id, key.wrapped, key.holder)
    return vault.keys.wrap(data_key, key.holder)
