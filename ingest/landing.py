"""Land: keep the delivered bytes, once, sealed, before anyone interprets them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast
from uuid import uuid4

from ingest.archive import (
    CHUNK_BYTES,
    SealedReader,
    new_data_key,
    seal_stream,
)
from ingest.contracts import Contract
from ingest.files import sync, write_json
from ingest.hashing import Hashed
from ingest.keyring import UNKNOWN_KEY_ID, KeyRing, archive_ring
from ingest.passwords import is_sidecar, mark, read_sidecar, seal, unseal
from ingest.process import tune_process
from ingest.tokens import Tokeniser
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError, TransientError
from tallywatch.settings import Settings

BYTES_FILE = "bytes.enc"
MANIFEST = "manifest.json"
UNFINISHED_SUFFIXES = (".part", ".tmp", ".filepart", ".crdownload")


@dataclass(frozen=True)
class Delivered:
    """A file that a sender put down. `attributes` came with it: (name, value) pairs by name."""

    feed: str
    path: Path
    attributes: tuple[tuple[str, str], ...]
    received_at: datetime


@dataclass(frozen=True)
class Landed:
    """A delivery whose bytes are kept. `is_new` is false when the same bytes were there before.

    `wrapped_key` is None once the bytes were shredded: for a person's sake, or because their time
    was over. What is left then is the folder, so that the same file is not taken in again.
    """

    delivery_id: str
    feed: str
    attributes: tuple[tuple[str, str], ...]
    file_sha256: str
    file_bytes: int
    file_name_token: str
    received_at: datetime
    landed_at: datetime
    folder: Path
    wrapped_key: bytes | None
    key_id: str
    bytes_file: str
    sealed_as: str
    sealed_passwords: bytes | None
    is_new: bool

    @property
    def is_shredded(self) -> bool:
        """The bytes cannot be read any more, by nobody."""
        return self.wrapped_key is None

    def open(self, keys: KeyRing) -> BinaryIO:
        """The delivered bytes, readable and seekable.

        Raises:
            TerminalError: they were shredded, or no key at hand opens them.
        """
        if self.wrapped_key is None:
            raise TerminalError(
                f"the bytes of {self.delivery_id} were shredded",
                "bytes that are still kept",
                "nothing brings them back; see erasures/ and retention/ for when and why",
            )
        data_key = self._data_key(keys, self.wrapped_key)
        path = self.folder / self.bytes_file
        reader = SealedReader(path, data_key, self.sealed_as, self.file_bytes)
        return io.BufferedReader(reader, CHUNK_BYTES)

    def passwords(self, keys: KeyRing) -> tuple[str, ...]:
        """Those that came with the delivery.

        Raises:
            TerminalError: no key at hand opens them.
        """
        if self.wrapped_key is None or self.sealed_passwords is None:
            return ()
        data_key = self._data_key(keys, self.wrapped_key)
        return unseal(data_key, self.sealed_passwords, self.delivery_id)

    def _data_key(self, keys: KeyRing, wrapped: bytes) -> bytes:
        return keys.unwrap(self.key_id, wrapped, self.delivery_id)


def sweep(settings: Settings, contract: Contract) -> list[Delivered]:
    """Files waiting in the feed's inbox, oldest first.

    Attributes are read from folder names: `inbox/<feed>/authorisation_id=A0000012/bill.csv`.
    Hidden files, those that a sender is still writing (by suffix) and passwords are left alone.
    """
    root = settings.inbox / contract.feed
    waiting = []
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        is_unfinished = path.suffix.lower() in UNFINISHED_SUFFIXES
        if is_hidden or is_unfinished or is_sidecar(path) or not path.is_file():
            continue
        # Another run may take the file away at any moment; then it is that run's.
        with suppress(FileNotFoundError):
            waiting.append(delivered(contract, path, _folder_attributes(relative)))
    return sorted(waiting, key=lambda d: (d.received_at, str(d.path)))


def delivered(
    contract: Contract, path: Path, attributes: tuple[tuple[str, str], ...] = ()
) -> Delivered:
    """Describe one file; it was received when it was last modified, but never after now.

    Raises:
        FileNotFoundError: there is no such file.
        TerminalError: it is a folder, or attributes do not fit the contract.
    """
    if path.is_dir():
        raise TerminalError("a folder at the path given", "a file", "name one delivered file")
    expected = tuple(sorted(c.name for c in contract.delivery_columns))
    given = tuple(name for name, _ in attributes)
    if given and given != expected:
        raise TerminalError(
            f"delivery attributes {', '.join(given)}",
            f"for {contract.feed}: {', '.join(expected) or 'none'}",
            "deliver into folders named attribute=value as the contract lists them",
        )
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Delivered(contract.feed, path, attributes, min(modified, utc_now()))


def land(settings: Settings, delivery: Delivered) -> Landed:
    """Keep the bytes under `landing/<feed>/<delivery_id>/`; the same delivery lands once.

    A delivery is its feed, its attributes, its bytes and the passwords beside it: another file name
    makes no other one.

    Raises:
        FileNotFoundError: the file is gone; from an inbox, another run took it in.
        TransientError: the file changed while it was read (the sender is still writing).
    """
    tune_process()
    temporary = settings.landing / f".{uuid4().hex}.tmp"
    temporary.mkdir(parents=True)
    try:
        with delivery.path.open("rb") as source:
            before = os.fstat(source.fileno())
            sealed = _seal(source, temporary)
            passwords = read_sidecar(delivery.path)
            after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise TransientError(
                "the file changed while it was read", "a finished file", "try later"
            )
        delivery_id = _delivery_id(delivery, sealed.sha256, mark(settings.keys.token, passwords))
        folder = settings.landing / delivery.feed / delivery_id
        is_new = not folder.exists()
        if is_new:
            manifest = _manifest(settings, delivery, delivery_id, sealed, passwords)
            write_json(temporary / MANIFEST, manifest)
            _put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return read_landed(folder, is_new=is_new)


def read_landed(folder: Path, *, is_new: bool = False) -> Landed:
    """The delivery kept in `folder`, from its manifest."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    wrapped = manifest["wrapped_key"]
    passwords = manifest.get("sealed_passwords")
    return Landed(
        delivery_id=manifest["delivery_id"],
        feed=manifest["feed"],
        attributes=tuple(sorted(manifest["attributes"].items())),
        file_sha256=manifest["file_sha256"],
        file_bytes=manifest["file_bytes"],
        file_name_token=manifest["file_name_token"],
        received_at=datetime.fromisoformat(manifest["received_at"]),
        landed_at=datetime.fromisoformat(manifest["landed_at"]),
        folder=folder,
        wrapped_key=None if wrapped is None else base64.b64decode(wrapped),
        key_id=manifest.get("key_id", UNKNOWN_KEY_ID),
        bytes_file=manifest.get("bytes_file", BYTES_FILE),
        sealed_as=manifest.get("sealed_as", manifest["delivery_id"]),
        sealed_passwords=None if passwords is None else base64.b64decode(passwords),
        is_new=is_new,
    )


class _Sealed(NamedTuple):
    """Bytes that were sealed, before it is known of which delivery they are."""

    data_key: bytes
    name: str
    sha256: str
    size: int


def _seal(source: BinaryIO, folder: Path) -> _Sealed:
    """Seal the bytes into `folder`, under a name of their own: it is bound to each chunk, and what
    names the delivery is known only at their end."""
    data_key, name = new_data_key(), uuid4().hex
    path = folder / BYTES_FILE
    with Hashed(source) as hashed, path.open("wb") as target:
        seal_stream(cast("BinaryIO", hashed), target, data_key, name)
        sha256 = hashed.sha256()
    sync(path)
    return _Sealed(data_key, name, sha256, hashed.size)


def _manifest(
    settings: Settings,
    delivery: Delivered,
    delivery_id: str,
    sealed: _Sealed,
    passwords: tuple[str, ...],
) -> dict[str, Any]:
    keys = archive_ring(settings.keys)
    manifest = {
        "delivery_id": delivery_id,
        "feed": delivery.feed,
        "attributes": dict(delivery.attributes),
        "file_sha256": sealed.sha256,
        "file_bytes": sealed.size,
        "file_name_token": Tokeniser(settings.keys.token).token("name", delivery.path.name),
        "received_at": delivery.received_at.isoformat(),
        "landed_at": utc_now().isoformat(),
        "wrapped_key": base64.b64encode(keys.wrap(sealed.data_key, delivery_id)).decode(),
        "key_id": keys.present_id,
        "bytes_file": BYTES_FILE,
        "sealed_as": sealed.name,
    }
    if passwords:
        kept = seal(sealed.data_key, passwords, delivery_id)
        manifest["sealed_passwords"] = base64.b64encode(kept).decode()
    return manifest


def _put_in_place(temporary: Path, folder: Path) -> None:
    """Two runs may land the same bytes: the first one's stay."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        temporary.rename(folder)
    except OSError:
        if not (folder / MANIFEST).exists():
            raise
    sync(folder.parent)


def _delivery_id(delivery: Delivered, sha256: str, password_mark: str) -> str:
    attributes = "&".join(f"{name}={value}" for name, value in delivery.attributes)
    identity = f"{delivery.feed}\n{attributes}\n{sha256}"
    if password_mark:
        identity += f"\n{password_mark}"
    return "d" + hashlib.sha256(identity.encode()).hexdigest()[:24]


def _folder_attributes(relative: Path) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in relative.parts[:-1] if "=" in part]
    return tuple(sorted((name, value) for name, _, value in pairs))
