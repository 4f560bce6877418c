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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from expectations.gates import check_raw, check_release
from ingest.contracts import Contract
from ingest.pipeline import contract_of, feeds_in_order, ingest_feed
from ingest.replay import candidates, replay
from publish.close import Approval, draft, post
from publish.release import make_release
from tallywatch.build import build
from tallywatch.erasing import erase
from tallywatch.settings import REPOSITORY, Keys, Settings

MONTH = "2026-09"
CANARY = "S9000001"
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


def erase_canary(settings: Settings) -> None:
    """Erase the person of tests.erasure.world wholly."""
    erase(settings, CANARY, reason="asked for by letter", requested_by="tests")


def replay_deals(settings: Settings) -> None:
    """Screen every delivery of partner_deals again that lost rows, under a contract that waves
    through what the real one rejects: the pattern of the partner's id is gone."""
    contract = mended(contract_of("partner_deals"))
    for feed, delivery_id in candidates(settings, "partner_deals", None, None):
        assert feed == contract.feed
        replay(settings, contract, delivery_id)


def mended(contract: Contract) -> Contract:
    """The contract with any partner id allowed, as its next version."""
    columns = tuple(
        replace(column, pattern=None) if column.name == "partner_id" else column
        for column in contract.columns
    )
    return replace(contract, columns=columns, version="1.1.0")


STEPS: dict[str, Callable[[Settings], None]] = {
    "erase": erase_canary,
    "ingest": ingest_all,
    "build": build_all,
    "post": post_month,
    "replay": replay_deals,
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
