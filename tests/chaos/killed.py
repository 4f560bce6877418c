"""Run ingest in a process of its own and kill that process at a chosen call.

`python -m tests.chaos.killed HOME POINT` ingests every feed of the home; POINT is
`module:attribute:n`, the n-th call of which ends the process by SIGKILL before it does anything.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.pipeline import feeds_in_order, ingest_feed
from tallywatch.settings import REPOSITORY, Keys, Settings

KEYS = Keys(token=b"t" * 32, archive=b"a" * 32, vault=b"v" * 32)


def settings_of(home: Path) -> Settings:
    """Settings with the keys of the tests."""
    return Settings(home=home, keys=KEYS, memory_limit="1GB")


def kill_at(point: str) -> None:
    """Replace the attribute by one that kills at its n-th call."""
    module_name, attribute, count = point.split(":")
    owner: Any = importlib.import_module(module_name)
    *path, name = attribute.split(".")
    for part in path:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(owner, name, counted)


def run_and_kill(home: Path, point: str, module: str = "tests.chaos.killed") -> None:
    """Run until the kill; fails the test when the point was never reached."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(home), point],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"not killed at {point}: {done.stderr[-2000:]}"


if __name__ == "__main__":
    kill_at(sys.argv[2])
    for feed in feeds_in_order():
        ingest_feed(settings_of(Path(sys.argv[1])), feed)
