"""Timing in a process of its own, so that peak memory is that of the work alone."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """One timed run: wall seconds, processor seconds of all threads, peak resident bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Result:
    """A line of bench/results.json. `ratio` is what `unit` says, `target` what it should be."""

    name: str
    ours: float
    reference: float
    ratio: float
    unit: str
    peak_memory_mb: int
    target: str


def in_child(module: str, *arguments: str, python: Path | None = None) -> Run:
    """Run `python -m module arguments`, by default ours, and read the Run that it prints last.

    Raises:
        RuntimeError: it failed; says how.
    """
    command = [str(python or sys.executable), "-m", module, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=REPOSITORY)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return Run(**json.loads(done.stdout.strip().splitlines()[-1]))


def report(work: Callable[[], Any]) -> None:
    """In the child: time `work` and print the Run."""
    started, cpu_started = time.perf_counter(), time.process_time()
    work()
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak_bytes()}))


def peak_bytes() -> int:
    """The most memory that this program held.

    Linux counts the peak of `getrusage` on from that of the process that started the program.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
