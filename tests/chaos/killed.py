"""Run a step in a process of its own and kill that process at a chosen call.

`python -m tests.chaos.killed HOME STEP POINT`; POINT is `module:attribute:n`, whose n-th call
ends the process by SIGKILL before it does anything.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.gates import check_raw, check_release
from ingest.pipeline import feeds_in_order, ingest_feed
from publish.close import Approval, draft, post
from publish.release import make_release
from tallywatch.build import build
from tallywatch.settings import REPOSITORY, Keys, Settings

MONTH = "2026-09"
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


def ingest_all(settings: Settings) -> None:
    """Take in and load every feed."""
    for feed in feeds_in_order():
        ingest_feed(settings, feed)


def build_all(settings: Settings) -> None:
    """Build every model."""
    report = build(settings)
    assert report.succeeded, report.failures


def post_month(settings: Settings) -> None:
    """Draft and post MONTH."""
    made = draft(settings, MONTH)
    approval = Approval(
        approved_by="finn",
        approved_at=datetime(2026, 10, 9, tzinfo=UTC),
        requested_by="ada",
        content_hash=made.content_hash,
    )
    post(settings, MONTH, made.content_hash, approval)


def release(settings: Settings) -> None:
    """Check what is built and release it."""
    assert check_raw(settings).passed
    assert check_release(settings).passed
    make_release(settings)


STEPS: dict[str, Callable[[Settings], None]] = {
    "ingest": ingest_all,
    "build": build_all,
    "post": post_month,
    "release": release,
}


def run_and_kill(home: Path, step: str, point: str) -> None:
    """Run until the kill; fails the test when the point was never reached."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.killed", str(home), step, point],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"not killed at {point}: {done.stderr[-2000:]}"


if __name__ == "__main__":
    kill_at(sys.argv[3])
    STEPS[sys.argv[2]](settings_of(Path(sys.argv[1])))
