"""Airflow's processes, started by us and ended by us, whatever happens in between."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tallywatch.errors import TerminalError
from tallywatch.local.airflow_home import AirflowHome

COMPONENTS = {
    "api-server": ("airflow", "api-server"),
    "scheduler": ("tallywatch.local.scheduler", "--skip-serve-logs"),
    "dag-processor": ("airflow", "dag-processor"),
    "triggerer": ("airflow", "triggerer", "--skip-serve-logs"),
}
"""Module and arguments of each. Logs are read from the disk that all share, so none serves logs."""

STOP_SECONDS = 12.0
KILL_SECONDS = 3.0
TAIL_LINES = 15


@dataclass
class Components:
    """The running processes by component name."""

    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def log_of(self, name: str) -> Path:
        """Where a component's output goes."""
        return self.logs / f"{name}.log"

    def require_alive(self) -> None:
        """Return when every component still runs.

        Raises:
            TerminalError: one ended; carries the end of its log.
        """
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise TerminalError(
                    f"Airflow's {name} ended with {process.returncode}: {tail(self.log_of(name))}",
                    "it runs until it is stopped",
                    f"see {self.log_of(name)}, then start again",
                )

    def start(self, airflow: AirflowHome, name: str) -> None:
        """Start one component in a session of its own, so that Ctrl-C reaches only us."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with self.log_of(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *COMPONENTS[name]],
                env=airflow.environment(),
                cwd=airflow.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask all to end, wait, then kill what is left, with all it had started."""
        family = self._family()
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + seconds
        for process in self.processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue
        left = [member for member in family | self._family() if member.is_running()]
        for member in left:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        for process in self.processes.values():
            process.wait()
        psutil.wait_procs(left, timeout=KILL_SECONDS)

    def _family(self) -> set[psutil.Process]:
        """The components and all that they started: by descent, and by session where a parent is
        gone already."""
        sessions = {process.pid for process in self.processes.values()}
        members = {process for process in psutil.process_iter() if _session(process) in sessions}
        for member in tuple(members):
            with suppress(psutil.NoSuchProcess):
                members.update(member.children(recursive=True))
        return members


@contextmanager
def running(airflow: AirflowHome, names: tuple[str, ...]) -> Iterator[Components]:
    """Start the named components; stop them when the block is left, in whatever way."""
    components = Components(airflow.logs / "components")
    try:
        for name in names:
            components.start(airflow, name)
        yield components
    finally:
        components.stop()


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a text file; empty when there is none."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except ProcessLookupError:
        return None
