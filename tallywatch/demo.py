"""The demo (`make run`): a simulated service through the real DAGs, to statements and alerts."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from ingest.contracts import read_contracts
from tallywatch.airflow_api import AirflowApi
from tallywatch.errors import TallywatchError
from tallywatch.local.airflow_home import AirflowHome
from tallywatch.local.database import prepare_database
from tallywatch.local.demo_home import fresh_demo_home
from tallywatch.local.explain import explain
from tallywatch.local.keys import local_keys
from tallywatch.local.lock import only_user_of
from tallywatch.local.ports import free_port
from tallywatch.local.processes import running
from tallywatch.local.readiness import wait_until_healthy, wait_until_parsed
from tallywatch.local.runs import Watch
from tallywatch.local.show import Show
from tallywatch.local.signals import Stopped, stop_on_signals
from tallywatch.local.story import CLOSES, Story
from tallywatch.settings import REPOSITORY, Settings, load_settings

COMPONENTS = ("api-server", "scheduler", "dag-processor")
"""No triggerer: nothing in the DAGs defers, and an approval waits without one."""


def main() -> int:
    """Run the demo; 0 when it reached its end, 1 when it failed, 130 when it was stopped."""
    console = Console()
    home = Path(os.environ.get("TALLYWATCH_HOME", REPOSITORY / "var" / "demo")).resolve()
    started = time.monotonic()
    try:
        with stop_on_signals(), only_user_of(home):
            settings = _run(home, console)
    except Stopped:
        console.print("\nStopped; Airflow's processes have ended.")
        return 130
    except TallywatchError as error:
        explain(error, "The demo did not reach its end.", console)
        return 1
    _finish(settings, console, time.monotonic() - started)
    return 0


def _run(home: Path, console: Console) -> Settings:
    keys = local_keys(console)
    airflow = AirflowHome(fresh_demo_home(home), free_port(), keys, by_hand=True)
    settings = load_settings(os.environ | keys | {"TALLYWATCH_HOME": str(home)})
    contracts = read_contracts()
    with ExitStack() as stack:
        show = stack.enter_context(Show(console).running())
        with show.step("Airflow's database"):
            prepare_database(airflow)
        components = stack.enter_context(running(airflow, COMPONENTS))
        people = {
            user.name: stack.enter_context(AirflowApi(airflow.url, user.name, user.password))
            for user in airflow.users().values()
        }
        with show.step("A service is simulated") as step:
            step.update(_simulate(settings))
        with show.step("Airflow starts") as step:
            step.update(f"at {airflow.url}")
            wait_until_healthy(people["ada"], components)
            dag_ids = {"build_release", "close_month", *(f"ingest_{feed}" for feed in contracts)}
            wait_until_parsed(people["ada"], components, dag_ids)
        story = Story(people, Watch(people["ada"], components, airflow.logs), show)
        story.ingest({feed: contracts[feed] for feed in contracts if _has_files(settings, feed)})
        story.release()
        for close in CLOSES:
            story.close(close)
    return settings


def _has_files(settings: Settings, feed: str) -> bool:
    """Whether the simulated service delivers the feed; the others would be swept in vain."""
    return any(path.is_file() for path in (settings.inbox / feed).rglob("*"))


def _simulate(settings: Settings) -> str:
    from ingest.tokens import Tokeniser
    from simulate.world import simulate

    simulate(settings.inbox, token_of=Tokeniser(settings.keys.token).token)
    count = sum(path.is_file() for path in settings.inbox.rglob("*"))
    return f"{count} files delivered"


def _finish(settings: Settings, console: Console, seconds: float) -> None:
    from publish.run_page import write_run_page
    from publish.summary import render, summarise

    page = write_run_page(settings)
    console.print()
    render(summarise(settings), console)
    console.print(f"\nDone in {seconds:.0f} s. Look at it: {page}")
    console.print("Try next: `make serve` opens this Airflow in the browser.")


if __name__ == "__main__":
    sys.exit(main())
