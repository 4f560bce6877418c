"""Files and folders that are whole or absent, whatever is killed in between."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tallywatch.errors import TransientError

MAKING = ".making"
REMOVING = ".removing-"


def sha256_of(path: Path) -> str:
    """Lower-case hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Force a file's bytes, or a folder's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_json(value: Any) -> str:
    """Readable JSON: keys in the order given, Chinese as it is, a newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def write_whole(path: Path, content: bytes | str) -> Path:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{MAKING}-{os.getpid()}-{path.name}")
    making.write_bytes(content.encode() if isinstance(content, str) else content)
    sync(making)
    making.replace(path)
    sync(path.parent)
    return path


def new_folder(parent: Path) -> Path:
    """An empty folder inside `parent` to fill and then `put_folder`; drops a killed run's."""
    parent.mkdir(parents=True, exist_ok=True)
    clean(parent)
    making = parent / MAKING
    making.mkdir()
    return making


def put_folder(making: Path, target: Path) -> Path:
    """Give a filled folder its final name in one step; `target` must not exist yet."""
    for path in making.iterdir():
        sync(path)
        path.chmod(0o444)
    sync(making)
    making.rename(target)
    sync(target.parent)
    return target


def remove_folder(folder: Path) -> None:
    """Remove a folder so that nobody ever sees it half empty under its own name."""
    hidden = folder.with_name(f"{REMOVING}{folder.name}")
    folder.rename(hidden)
    shutil.rmtree(hidden)


def clean(parent: Path) -> None:
    """Drop what killed runs left behind: files and folders half made or half removed."""
    for leftover in parent.glob(".*"):
        if not leftover.name.startswith((MAKING, REMOVING)):
            continue
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def point(link: Path, name: str) -> None:
    """Make the symbolic link `link` point at its sibling `name`, atomically."""
    making = link.with_name(f"{MAKING}-{os.getpid()}-{link.name}")
    making.symlink_to(name)
    making.replace(link)
    sync(link.parent)


@contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Hold the lock of `folder`; the system lets it go when the process ends, killed or not.

    Raises:
        TransientError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TransientError(
                f"another process is making {what} in {folder}",
                "one at a time",
                "try again when it has finished",
            ) from None
        yield
