"""Airflow's metadata database: made once for an Airflow version, then copied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from tallywatch.errors import TerminalError
from tallywatch.local.airflow_home import AirflowHome

WAREHOUSE_POOL = ("warehouse", "1", "One slot: one process at a time opens the warehouse.")


def prepare_database(airflow: AirflowHome) -> None:
    """Give `airflow` a migrated database with the pool `warehouse`, unless it has one.

    Migrating takes some ten seconds, so the result is kept beside the data home, in `cache/`,
    under the version of Airflow that made it. The folder may be deleted at any time.

    Raises:
        TerminalError: Airflow could not make its database.
    """
    if airflow.database.exists():
        return
    cache = airflow.home.parent / "cache"
    template = cache / f"airflow-{version('apache-airflow')}.db"
    airflow.folder.mkdir(parents=True, exist_ok=True)
    if not template.exists():
        _run(airflow, "db", "migrate")
        _run(airflow, "pools", "set", *WAREHOUSE_POOL)
        cache.mkdir(parents=True, exist_ok=True)
        _copy(airflow.database, template)
        return
    _copy(template, airflow.database)


def _copy(source: Path, target: Path) -> None:
    half = target.with_suffix(f".{os.getpid()}")
    shutil.copyfile(source, half)
    half.replace(target)


def _run(airflow: AirflowHome, *arguments: str) -> None:
    command = [sys.executable, "-m", "airflow", *arguments]
    done = subprocess.run(
        command, env=airflow.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        airflow.database.unlink(missing_ok=True)
        raise TerminalError(
            f"`airflow {' '.join(arguments)}` ended with {done.returncode}: {done.stderr[-800:]}",
            "a migrated metadata database",
            "see the message; `make setup` makes the environment anew",
        )
