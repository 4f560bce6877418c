"""What the commands share: the application, the consoles, the settings."""

from __future__ import annotations

import os
import pwd

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from tallywatch.keys import LOCAL_KEYS, read_keys
from tallywatch.settings import Settings, load_settings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""Tallywatch: the data pipeline of an identity and credit monitoring service.

    The usual way: **ingest** what partners and people delivered, **build** the models, **check**
    the gates, **release**, then **extract** alerts for ops and write **statement**s for finance.

    Every command reads TALLYWATCH_HOME (default: var/demo) and three keys from the environment;
    `tallywatch keys` makes a file of keys for a local trial.
    """,
)
output = Console()
problems = Console(stderr=True)


def local_settings() -> Settings:
    """Settings of the environment; the local trial's keys stand in for those that are not set."""
    environment = dict(os.environ)
    if LOCAL_KEYS.exists():
        environment = read_keys(LOCAL_KEYS) | environment
    return load_settings(environment)


def progress() -> Progress:
    """A line on stderr that shows what is being done and for how long."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=problems, transient=True)


def counted_progress() -> Progress:
    """A bar on stderr for work of which the amount is known."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=problems, transient=True)


def signed_in_user() -> str:
    """Who the system says that runs the command."""
    return pwd.getpwuid(os.getuid()).pw_name
