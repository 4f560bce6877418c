"""`make serve` as a person uses it: four processes that come and go together."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tallywatch.settings import KEY_VARIABLES, REPOSITORY

pytestmark = pytest.mark.airflow

COMPONENTS = {"api_server", "local.scheduler", "dag-processor", "triggerer"}
READY = "Ctrl-C stops"
KEY = base64.b64encode(b"k" * 32).decode()
START_SECONDS = 120
STOP_SECONDS = 20


class Served:
    """A `python -m tallywatch.serve` and all that it started."""

    def __init__(self, home: Path) -> None:
        self.log = home.parent / f"serve-{time.monotonic_ns()}.log"
        env = os.environ | dict.fromkeys(KEY_VARIABLES.values(), KEY)
        env |= {"TALLYWATCH_HOME": str(home), "COLUMNS": "200"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tallywatch.serve"],
                cwd=REPOSITORY,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                # As a shell does for a job in the background.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
            )

    @property
    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while READY not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.2)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], Served]]:
    started: list[Served] = []

    def start() -> Served:
        started.append(Served(tmp_path / "home"))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            for member in served.family():
                member.kill()
            served.process.kill()
            served.process.wait()


def components(family: list[psutil.Process]) -> set[str]:
    lines = [" ".join(member.cmdline()) for member in family]
    return {name for name in COMPONENTS for line in lines if name in line}


def test_four_processes_come_up_and_ctrl_c_ends_them_all(serve: Callable[[], Served]) -> None:
    served = serve()
    served.wait_until_ready()
    family = served.family()
    assert components(family) == COMPONENTS
    url = next(word for word in served.text.split() if word.startswith("http://127.0.0.1:"))
    health = httpx.get(f"{url}/api/v2/monitor/health", trust_env=False).json()
    assert {part["status"] for part in health.values()} == {"healthy"}
    for name in ("ada", "olga", "finn", "vera"):
        assert name in served.text
    assert "approval-reader" not in served.text
    listening = [c for m in family for c in m.net_connections("inet") if c.status == "LISTEN"]
    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}

    second = serve()
    assert second.process.wait(30) == 1
    assert "in use by another" in second.text

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(STOP_SECONDS) == 0
    assert not [member for member in family if member.is_running()]


def test_when_one_process_dies_the_others_end_and_it_says_which(
    serve: Callable[[], Served],
) -> None:
    served = serve()
    served.wait_until_ready()
    family = served.family()
    scheduler = next(m for m in family if "tallywatch.local.scheduler" in m.cmdline())
    scheduler.kill()
    assert served.process.wait(STOP_SECONDS) == 1
    assert "Airflow's scheduler ended with -9" in served.text
    assert not [member for member in family if member.is_running()]
