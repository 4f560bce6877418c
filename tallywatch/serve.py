"""Airflow on the demo's data home (`make serve`), until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tallywatch.airflow_api import AirflowApi
from tallywatch.errors import TallywatchError
from tallywatch.local.airflow_home import READER, AirflowHome
from tallywatch.local.database import prepare_database
from tallywatch.local.explain import explain
from tallywatch.local.keys import local_keys
from tallywatch.local.lock import only_user_of
from tallywatch.local.ports import free_port
from tallywatch.local.processes import COMPONENTS, Components, running
from tallywatch.local.readiness import wait_until_healthy
from tallywatch.local.signals import Stopped, stop_on_signals
from tallywatch.settings import REPOSITORY

PORT = 8080
LOOK_SECONDS = 1.0


def main() -> int:
    """Serve until told to stop; 0 then, 1 when a process ended by itself."""
    console = Console()
    home = Path(os.environ.get("TALLYWATCH_HOME", REPOSITORY / "var" / "demo")).resolve()
    try:
        with stop_on_signals(), only_user_of(home):
            _serve(AirflowHome(home, free_port(PORT), local_keys(console)), console)
    except Stopped:
        console.print("Stopped; Airflow's four processes have ended.")
        return 0
    except TallywatchError as error:
        explain(error, "Airflow is not being served.", console)
        return 1
    return 0


def _serve(airflow: AirflowHome, console: Console) -> None:
    prepare_database(airflow)
    console.print(f"Starting {', '.join(COMPONENTS)} …")
    with running(airflow, tuple(COMPONENTS)) as components:
        reader = airflow.users()[READER]
        with AirflowApi(airflow.url, reader.name, reader.password) as api:
            wait_until_healthy(api, components)
        _welcome(airflow, console)
        _stay(components)


def _stay(components: Components) -> None:
    while True:
        components.require_alive()
        time.sleep(LOOK_SECONDS)


def _welcome(airflow: AirflowHome, console: Console) -> None:
    table = Table("user", "password", "role", "who", title=f"Airflow: {airflow.url}")
    for user in airflow.users().values():
        if user.name != READER:
            table.add_row(user.name, user.password, user.role, user.purpose)
    console.print(table)
    console.print(f"Data home {airflow.home}; process logs {airflow.logs / 'components'}")
    console.print("For this machine only. Ctrl-C stops all four processes.")


if __name__ == "__main__":
    sys.exit(main())
