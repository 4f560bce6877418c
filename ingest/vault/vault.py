"""Sealing identifiers, giving them back, and destroying the key that opens them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingest.archive import NONCE_BYTES, new_data_key
from ingest.keyring import KeyRing
from ingest.vault.store import SealedValue, Store, Transaction, WrappedKey
from tallywatch.clock import utc_now


@dataclass(frozen=True)
class Destroyed:
    """What was there of a person and is no more."""

    keys: int
    values: int


class Vault:
    """Sealed identifiers in a store; several processes may write at the same time."""

    def __init__(self, store: Store, keys: KeyRing) -> None:
        self.store = store
        self.keys = keys

    def seal(self, kind: str, values: Iterable[tuple[str, str, str]]) -> int:
        """Keep (holder, token, value) triples; those kept before are left as they are.

        Returns the number of values that were new.
        """
        waiting = list(values)
        if not waiting:
            return 0
        with self.store.transaction() as transaction:
            ciphers = self._ciphers(transaction, {holder for holder, _, _ in waiting})
            return transaction.add_values(
                (holder, token, kind, _encrypt(ciphers[holder], token, value))
                for holder, token, value in waiting
            )

    def reveal(self, holder: str, token: str) -> str | None:
        """The value behind a token, or None when it was never sealed or its key is destroyed.

        For the pipeline's own ends; a person's look-up goes through `look_up`, which asks for a
        role and keeps a log.
        """
        with self.store.transaction() as transaction:
            found = transaction.sealed_values(holder=holder, token=token)
        return self.open(found[0]) if found else None

    def values_of(self, holder: str) -> dict[str, tuple[str, str]]:
        """Everything sealed for a person: token to kind and value."""
        with self.store.transaction() as transaction:
            found = transaction.sealed_values(holder=holder)
        return {value.token: (value.kind, self.open(value)) for value in found}

    def count(self, holder: str, tokens: Iterable[str] | None = None) -> Destroyed:
        """What there is of a person: keys, and values, or those of `tokens`."""
        with self.store.transaction() as transaction:
            keys = transaction.rows("select 1 from data_keys where holder = ?", [holder])
            there = transaction.rows("select token from sealed_values where holder = ?", [holder])
        wanted = None if tokens is None else set(tokens)
        values = [token for (token,) in there if wanted is None or token in wanted]
        return Destroyed(len(keys), len(values))

    def destroy(self, holder: str) -> Destroyed:
        """Destroy a person's key and delete all that was sealed under it."""
        with self.store.transaction() as transaction:
            return Destroyed(
                transaction.execute("delete from data_keys where holder = ?", [holder]),
                transaction.execute("delete from sealed_values where holder = ?", [holder]),
            )

    def forget(self, holder: str, tokens: Iterable[str]) -> int:
        """Delete some of a person's values; their key stays for the others."""
        with self.store.transaction() as transaction:
            return transaction.execute_many(
                "delete from sealed_values where holder = ? and token = ?",
                [(holder, token) for token in sorted(tokens)],
            )

    def compact(self) -> None:
        """Leave nothing of what was deleted in the store's free space."""
        self.store.compact()

    def open(self, value: SealedValue) -> str:
        """The clear value."""
        cipher = self._cipher(value.key)
        nonce, sealed = value.sealed[:NONCE_BYTES], value.sealed[NONCE_BYTES:]
        return cipher.decrypt(nonce, sealed, value.token.encode()).decode()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction of the store."""
        with self.store.transaction() as transaction:
            yield transaction

    def _ciphers(self, transaction: Transaction, holders: set[str]) -> dict[str, AESGCM]:
        found = transaction.wrapped_keys(holders)
        if missing := holders - found.keys():
            made = [self._new_key(holder) for holder in missing]
            transaction.add_keys(made, utc_now().isoformat())
            # Another writer may have been first; what is there counts.
            found |= transaction.wrapped_keys(missing)
        return {holder: self._cipher(key) for holder, key in found.items()}

    def _new_key(self, holder: str) -> WrappedKey:
        return WrappedKey(holder, self.keys.present_id, self.keys.wrap(new_data_key(), holder))

    def _cipher(self, key: WrappedKey) -> AESGCM:
        return AESGCM(self.keys.unwrap(key.key_id, key.wrapped, key.holder))


def _encrypt(cipher: AESGCM, token: str, value: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, value.encode(), token.encode())
