"""A PostgreSQL server of Debian's package, on a Unix socket in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
NAME = "tallywatch"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a fresh server; skips, and says so, where Debian's package is not installed."""
    found = sorted(BINARIES.glob("*/bin/pg_ctl"))
    if not found:
        pytest.skip("no PostgreSQL server: apt-get install postgresql")
    binaries = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="tallywatch-postgres-"))
    data = folder / "data"
    user = _owner(folder)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(data), *arguments]
        with (folder / "log").open("ab") as log:
            done = subprocess.run(
                command, cwd=folder, user=user, stdout=log, stderr=log, check=False
            )
        assert done.returncode == 0, (folder / "log").read_text("utf-8")

    try:
        run(
            "initdb",
            "--auth",
            "trust",
            "--username",
            NAME,
            "--no-sync",
            "--no-locale",
            "-E",
            "UTF8",
        )
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "--wait", "-l", str(folder / "server.log"), "-o", options, "start")
        try:
            yield f"postgresql://{NAME}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> int | None:
    """The server refuses to run as root; then it runs as somebody else, who gets the folder."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED if name in known)
    os.chown(folder, user, -1)
    return user
