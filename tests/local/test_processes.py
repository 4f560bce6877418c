"""Ending processes that do not want to end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tallywatch.errors import TerminalError
from tallywatch.local.processes import Components

STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) == 1:
    subprocess.Popen([sys.executable, __file__, "child"], start_new_session=True)
open(f"{__file__}.{len(sys.argv)}", "w").close()
time.sleep(600)
"""


def start(components: Components, name: str, *command: str) -> None:
    with components.log_of(name).open("wb") as log:
        components.processes[name] = subprocess.Popen(
            [sys.executable, *command], stdout=log, stderr=log, start_new_session=True
        )


def test_who_ignores_being_asked_is_killed_with_its_children(tmp_path: Path) -> None:
    script = tmp_path / "stubborn.py"
    script.write_text(STUBBORN)
    components = Components(tmp_path)
    start(components, "stubborn", str(script))
    start(components, "polite", "-c", "import time; time.sleep(600)")
    while not (tmp_path / "stubborn.py.2").exists() or not (tmp_path / "stubborn.py.1").exists():
        time.sleep(0.05)
    stubborn = psutil.Process(components.processes["stubborn"].pid)
    family = [stubborn, *stubborn.children(recursive=True)]
    assert len(family) == 2

    components.stop(seconds=0.5)

    assert components.processes["polite"].returncode == -15
    assert components.processes["stubborn"].returncode == -9
    assert not [m for m in family if m.is_running() and m.status() != psutil.STATUS_ZOMBIE]


def test_a_process_that_ended_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    components = Components(tmp_path)
    start(components, "scheduler", "-c", "print('the cause'); raise SystemExit(3)")
    components.processes["scheduler"].wait()
    with pytest.raises(TerminalError, match=r"scheduler ended with 3: the cause"):
        components.require_alive()
