"""The keys a local Airflow works with."""

from __future__ import annotations

import os

from rich.console import Console

from tallywatch.keys import LOCAL_KEYS, read_keys, write_new_keys
from tallywatch.settings import KEY_VARIABLES


def local_keys(console: Console) -> dict[str, str]:
    """Keys from the environment when all are there, else from the git-ignored file of the demo,
    which is made, and said to be made, when there is none."""
    given = {name: os.environ[name] for name in KEY_VARIABLES.values() if os.environ.get(name)}
    if len(given) == len(KEY_VARIABLES):
        return given
    if not LOCAL_KEYS.exists():
        write_new_keys(LOCAL_KEYS)
        console.print(f"Made keys for the local demo in {LOCAL_KEYS}. Git ignores the file;")
        console.print("never use them elsewhere, and keep them as long as the demo's data.\n")
    return read_keys(LOCAL_KEYS)
