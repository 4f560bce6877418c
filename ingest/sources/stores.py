"""One interface to the three kinds of source: an fsspec file system, listed from a root."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh
from fsspec.implementations.local import LocalFileSystem
from s3fs import S3FileSystem
from sshfs import SSHFileSystem

from ingest.sources.declared import RemoteSource
from ingest.sources.endpoints import Endpoint
from tallywatch.errors import SettingsError

DEEPEST = 8
TIMEOUT_SECONDS = 30
QUIET = ("asyncssh", "s3fs", "fsspec", "botocore", "aiobotocore")


@dataclass(frozen=True)
class RemoteFile:
    """A file as listed. `path` is whole, `relative` below the root, `etag` only of objects."""

    path: str
    relative: str
    size: int
    modified_at: datetime | None
    etag: str | None = None


class Store:
    """A source that is connected. Objects of an object store are never half written."""

    def __init__(self, source: RemoteSource, files: Any, root: str) -> None:
        self.source = source
        self._files = files
        self._root = root

    @property
    def is_atomic(self) -> bool:
        """Whether a listed file is always a finished one."""
        return self.source.kind == "s3"

    def list(self) -> list[RemoteFile]:
        """Every plain file below the root; links are not followed."""
        if self.source.kind == "s3":
            entries: Iterator[dict[str, Any]] = iter(
                self._files.find(self._root, detail=True).values()
            )
        else:
            entries = self._walk(self._root, self.source.depth or DEEPEST)
        prefix = self._root.rstrip("/") + "/"
        return [
            _described(entry, prefix)
            for entry in entries
            if entry["type"] == "file" and not entry.get("islink") and entry["name"] != prefix
        ]

    def describe(self, file: RemoteFile) -> RemoteFile:
        """The same file as it is now.

        Raises:
            FileNotFoundError: it is gone.
        """
        entry = self._files.info(file.path)
        return _described(entry | {"name": file.path}, self._root.rstrip("/") + "/")

    def download(self, file: RemoteFile, target: Path) -> None:
        """Stream the bytes to `target`, in pieces, so that memory does not grow with the file."""
        options = {"max_concurrency": 1} if self.source.kind == "s3" else {}
        self._files.get_file(file.path, str(target), **options)

    def close(self) -> None:
        """Hang up; the store is of no use afterwards."""
        if self.source.kind == "sftp":
            self._files.loop.call_soon_threadsafe(self._files.client.close)

    def _walk(self, folder: str, depth: int) -> Iterator[dict[str, Any]]:
        for entry in self._files.ls(folder, detail=True):
            name = posixpath.basename(entry["name"].rstrip("/"))
            if entry["type"] == "directory" and not entry.get("islink"):
                if depth > 1 and not name.startswith("."):
                    yield from self._walk(entry["name"], depth - 1)
            else:
                yield entry


def open_store(source: RemoteSource, endpoint: Endpoint | None) -> Store:
    """Connect.

    Raises:
        SettingsError: the connection is missing, or lacks what its kind needs.
        Exception: whatever the library raises; see `failures.failure`.
    """
    for logger in QUIET:  # they log paths
        logging.getLogger(logger).setLevel(logging.WARNING)
    return _OPENERS[source.kind](source, endpoint)


def _open_local(source: RemoteSource, endpoint: Endpoint | None) -> Store:
    base = Path(str((endpoint.extra if endpoint else {}).get("path", "/")))
    root = base / source.root
    return Store(source, LocalFileSystem(skip_instance_cache=True), root.as_posix())


def _open_sftp(source: RemoteSource, endpoint: Endpoint | None) -> Store:
    if endpoint is None or not endpoint.host:
        raise _incomplete(source, "a host")
    extra = endpoint.extra
    key, passphrase = extra.get("private_key"), extra.get("private_key_passphrase")
    files = SSHFileSystem(
        endpoint.host,
        port=endpoint.port or 22,
        username=endpoint.login,
        password=endpoint.password,
        known_hosts=_known_hosts(source, endpoint),
        client_keys=[asyncssh.import_private_key(key, passphrase)] if key else [],
        agent_path=None,
        config=None,
        connect_timeout=TIMEOUT_SECONDS,
        login_timeout=TIMEOUT_SECONDS,
        keepalive_interval=TIMEOUT_SECONDS // 2,
        skip_instance_cache=True,
    )
    return Store(source, files, source.root)


def _open_s3(source: RemoteSource, endpoint: Endpoint | None) -> Store:
    if endpoint is None:
        raise _incomplete(source, "access key, secret key and, outside AWS, endpoint_url")
    files = S3FileSystem(
        key=endpoint.login,
        secret=endpoint.password,
        endpoint_url=endpoint.extra.get("endpoint_url"),
        client_kwargs={"region_name": endpoint.extra.get("region_name", "us-east-1")},
        config_kwargs={
            "connect_timeout": TIMEOUT_SECONDS,
            "read_timeout": TIMEOUT_SECONDS,
            "retries": {"max_attempts": 2},
        },
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    return Store(source, files, source.root)


_OPENERS: dict[str, Callable[[RemoteSource, Endpoint | None], Store]] = {
    "local": _open_local,
    "sftp": _open_sftp,
    "s3": _open_s3,
}


def _known_hosts(source: RemoteSource, endpoint: Endpoint) -> asyncssh.SSHKnownHosts | None:
    """The keys that the server may show; None, which checks nothing, only where that is asked."""
    if endpoint.extra.get("no_host_key_check") is True:
        return None
    lines = endpoint.extra.get("known_hosts")
    if not lines:
        raise _incomplete(
            source, "known_hosts in its extra (lines as `ssh-keyscan` prints them, once verified)"
        )
    return asyncssh.import_known_hosts(str(lines))


def _incomplete(source: RemoteSource, expected: str) -> SettingsError:
    return SettingsError(
        f"the connection {source.name} is missing or lacks something",
        f"a connection {source.name} with {expected}",
        f"set the Airflow connection, or TALLYWATCH_SOURCE_{source.name.upper()} for the command "
        "line (docs/sources.md)",
    )


def _described(entry: dict[str, Any], prefix: str) -> RemoteFile:
    modified = entry.get("LastModified") or entry.get("mtime")
    if isinstance(modified, int | float):
        modified = datetime.fromtimestamp(modified, UTC)
    return RemoteFile(
        path=entry["name"],
        relative=entry["name"].removeprefix(prefix),
        size=entry["size"],
        modified_at=modified,
        etag=entry.get("ETag"),
    )
