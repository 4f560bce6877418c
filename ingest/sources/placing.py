"""Fetched files in the inbox: which names are taken, and under which name each is put down."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ingest.files import sync
from ingest.landing import UNFINISHED_SUFFIXES
from ingest.sources.stores import RemoteFile

LONGEST_NAME_BYTES = 200


def is_plain(relative: str) -> bool:
    """No hidden, unfinished or misleading name."""
    parts = relative.split("/")
    hidden = any(not part or part.startswith(".") or "\0" in part for part in parts)
    return not hidden and Path(relative).suffix.lower() not in UNFINISHED_SUFFIXES


def name_in_inbox(file: RemoteFile, token: str) -> str:
    """The file's own name, which landing turns into a token, where a disk can hold it."""
    name = file.relative.rpartition("/")[2]
    return name if len(name.encode()) <= LONGEST_NAME_BYTES else token


def put_down(temporary: Path, target: Path) -> None:
    """Rename into a folder of its own, which keeps equal names from different folders apart."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    except FileNotFoundError:
        # Another sweep has just removed the folder because it was empty.
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
    sync(target.parent)


def remove_empty_folders(inbox: Path) -> None:
    """Remove folders of files that were taken in since."""
    for folder in sorted((p for p in inbox.rglob("*") if p.is_dir()), reverse=True):
        with suppress(OSError):
            folder.rmdir()
