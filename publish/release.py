"""Releases: what people read. A versioned folder, whole or absent, that `current` points at.

    releases/20261108T001500Z-3f9c2a71b04d/
        tallywatch.duckdb    every mart as a table of schema `main`
        <table>.parquet      the same rows, for any other tool
        manifest.json        what is in it, made from what, by which code, checked by what
    releases/current -> 20261108T001500Z-3f9c2a71b04d

Readers open the folder behind `current` and keep it for as long as they like; the writer never
waits for them nor they for it.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from publish.files import (
    clean,
    new_folder,
    only_one,
    point,
    put_folder,
    remove_folder,
    sha256_of,
    to_json,
    write_whole,
)
from publish.release_tables import DATABASE, Copied, copy_marts
from tallywatch import __version__
from tallywatch.clock import utc_now
from tallywatch.database import open_database
from tallywatch.errors import TerminalError
from tallywatch.settings import REPOSITORY, Settings

CURRENT = "current"
MANIFEST = "manifest.json"
KEPT = 5
_RELEASE_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
_TIMESTAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Release:
    """One release; ids sort by time. `manifest` is the parsed `manifest.json`."""

    release_id: str
    path: Path
    manifest: Mapping[str, Any]

    @property
    def as_of(self) -> datetime:
        """When the newest delivery in it was received (aware, UTC)."""
        return datetime.fromisoformat(self.manifest["as_of"])


def make_release(settings: Settings) -> Release:
    """Write what the marts hold now as a release and make it the current one.

    Content that is already released is not written again: that release becomes, or stays,
    current. The last five are kept for going back.

    Raises:
        TerminalError: nothing was built, or a gate forbids; the last good release stays.
        WarehouseBusyError: another process writes the warehouse.
        TransientError: another process makes a release.
    """
    with only_one(settings.releases, "a release"):
        making = new_folder(settings.releases)
        try:
            release = _put(settings, making, copy_marts(settings, making))
        finally:
            clean(settings.releases)
        point(settings.releases / CURRENT, release.release_id)
        _drop_old(settings, release)
    return release


def current_release(settings: Settings) -> Release | None:
    """The release that readers get, or None before the first.

    Raises:
        TerminalError: `current` points at something that is not there.
    """
    link = settings.releases / CURRENT
    if not link.is_symlink():
        return None
    folder = link.resolve()
    if not (folder / MANIFEST).exists():
        raise TerminalError(
            f"{link} points at {folder.name}, which is not a release",
            "a release folder with its manifest",
            "run `tallywatch release`",
        )
    return _read(folder)


def require_release(settings: Settings) -> Release:
    """The current release.

    Raises:
        TerminalError: none was made yet.
    """
    release = current_release(settings)
    if release is None:
        raise TerminalError(
            f"no release in {settings.releases}",
            "a current release to read from",
            "run `tallywatch ingest`, `build`, `check` and `release` first",
        )
    return release


def connect(settings: Settings, release: Release | None = None) -> duckdb.DuckDBPyConnection:
    """Open a release, by default the current one, to read; its tables are in schema `main`.

    The connection keeps reading the same release after the next one is made.

    Raises:
        TerminalError: there is no release yet.
    """
    folder = (release or require_release(settings)).path
    path = folder.resolve() / DATABASE
    return open_database(settings, path, alias="release", read_only=True)


def all_releases(settings: Settings) -> list[Release]:
    """Every release that is kept, oldest first."""
    return [_read(path) for path in _releases(settings)] if settings.releases.exists() else []


def _put(settings: Settings, making: Path, copied: Copied) -> Release:
    released = _releases(settings)
    for folder in reversed(released):
        earlier = _read(folder)
        if earlier.manifest["content_sha256"] == copied.content_sha256:
            return earlier
    created_at = utc_now().replace(microsecond=0)
    if released:
        newest = datetime.fromisoformat(_read(released[-1]).manifest["created_at"])
        created_at = max(created_at, newest + timedelta(seconds=1))
    release_id = f"{created_at.strftime(_TIMESTAMP)}-{copied.content_sha256[:12]}"
    manifest = {
        "release_id": release_id,
        "created_at": created_at.isoformat(),
        "as_of": copied.as_of.isoformat(),
        "content_sha256": copied.content_sha256,
        "code": {"package_version": __version__, "git_commit": _git_commit()},
        "rules": copied.rules,
        "gates": {gate: result.digest for gate, result in copied.gates.items()},
        "database": {"file": DATABASE, "sha256": sha256_of(making / DATABASE)},
        "tables": copied.tables,
        "deliveries": copied.deliveries,
    }
    write_whole(making / MANIFEST, to_json(manifest))
    return _read(put_folder(making, settings.releases / release_id))


def _read(folder: Path) -> Release:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return Release(manifest["release_id"], folder, manifest)


def _releases(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.releases.iterdir() if _RELEASE_ID.fullmatch(path.name))


def _drop_old(settings: Settings, current: Release) -> None:
    for folder in _releases(settings)[:-KEPT]:
        if folder.name != current.release_id:
            remove_folder(folder)


def _git_commit() -> str | None:
    """The commit the code runs from, with `-modified` when files differ from it."""
    git = ["git", "-C", str(REPOSITORY)]
    try:
        commit = _output([*git, "rev-parse", "HEAD"])
        modified = _output([*git, "status", "--porcelain", "--untracked-files=no"])
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}-modified" if modified else commit


def _output(command: list[str]) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=10
    ).stdout.strip()
