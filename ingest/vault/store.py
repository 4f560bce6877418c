"""What the vault asks of a database, and the statements that every one of them understands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice

AT_ONCE = 500
"""Holders asked for in one statement; SQLite takes a bounded number of parameters."""

LOG_COLUMNS = (
    "line_number",
    "looked_up_at",
    "user_name",
    "token_hash",
    "kind",
    "purpose",
    "outcome_code",
    "reason_code",
    "line_mac",
)


@dataclass(frozen=True)
class WrappedKey:
    """A person's data key as it lies there: by which key it is wrapped, and the bytes."""

    holder: str
    key_id: str
    wrapped: bytes


@dataclass(frozen=True)
class SealedValue:
    """An identifier as it lies there, with the wrapped key that opens it."""

    holder: str
    token: str
    kind: str
    sealed: bytes
    key: WrappedKey


class Transaction(ABC):
    """One transaction over the vault's tables; rolled back whole when anything fails."""

    share_lock = ""
    """Appended to a select whose rows must not change before the transaction ends."""
    update_lock = ""
    """Appended to a select whose rows this transaction changes afterwards."""

    @abstractmethod
    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement with `?` for values; returns the rows it touched."""

    @abstractmethod
    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Run a statement once per row; returns the rows it touched in all."""

    @abstractmethod
    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that a query gives."""

    def wrapped_keys(self, holders: Iterable[str]) -> dict[str, WrappedKey]:
        """Keys of those of the holders that have one; they stay until the transaction ends."""
        found: dict[str, WrappedKey] = {}
        for some in _pieces(sorted(set(holders))):
            marks = ", ".join("?" for _ in some)
            query = f"select holder, key_id, wrapped_key from data_keys where holder in ({marks})"
            for holder, key_id, wrapped in self.rows(
                f"{query} order by holder{self.share_lock}", some
            ):
                found[str(holder)] = WrappedKey(str(holder), str(key_id), as_bytes(wrapped))
        return found

    def add_keys(self, keys: Iterable[WrappedKey], made_at: str) -> None:
        """Keep keys of holders that have none; a key that is there stays."""
        # In one order everywhere, so that two writers never wait for each other in a circle.
        rows = [(k.holder, k.key_id, k.wrapped, made_at) for k in sorted(keys, key=_holder)]
        self.execute_many(
            "insert into data_keys (holder, key_id, wrapped_key, made_at) values (?, ?, ?, ?) "
            "on conflict do nothing",
            rows,
        )

    def add_values(self, values: Iterable[tuple[str, str, str, bytes]]) -> int:
        """Keep (holder, token, kind, sealed) that are not there yet; returns how many."""
        return self.execute_many(
            "insert into sealed_values (holder, token, kind, sealed) values (?, ?, ?, ?) "
            "on conflict do nothing",
            sorted(values),
        )

    def sealed_values(
        self, *, holder: str | None = None, token: str | None = None
    ) -> list[SealedValue]:
        """Values of a holder, of a token, or of both, by holder and token."""
        wanted = {"v.holder": holder, "v.token": token}
        given = {column: value for column, value in wanted.items() if value is not None}
        where = " and ".join(f"{column} = ?" for column in given)
        found = self.rows(
            "select v.holder, v.token, v.kind, v.sealed, k.key_id, k.wrapped_key "
            "from sealed_values as v inner join data_keys as k on k.holder = v.holder "
            f"where {where} order by v.holder, v.token",
            list(given.values()),
        )
        return [
            SealedValue(
                holder=str(who),
                token=str(what),
                kind=str(kind),
                sealed=as_bytes(sealed),
                key=WrappedKey(str(who), str(key_id), as_bytes(wrapped)),
            )
            for who, what, kind, sealed, key_id, wrapped in found
        ]


class Store(ABC):
    """A place for the vault's tables. Several processes may use it at the same time."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Transaction]:
        """A transaction that writes; committed when the block ends, rolled back when it fails."""

    @abstractmethod
    def compact(self) -> None:
        """Write the tables anew, so that nothing deleted is left in free space."""


def as_bytes(value: object) -> bytes:
    """Bytes of a cell, whatever the driver gives them as."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"{type(value).__name__} where bytes are kept")


def _holder(key: WrappedKey) -> str:
    return key.holder


def _pieces(items: Sequence[str]) -> Iterator[list[str]]:
    remaining = iter(items)
    while piece := list(islice(remaining, AT_ONCE)):
        yield piece
