"""The data home of the demo: thrown away and made anew at each run."""

from __future__ import annotations

import shutil
from pathlib import Path

from tallywatch.errors import TerminalError

MARK = ".tallywatch-demo"


def fresh_demo_home(home: Path) -> Path:
    """An empty folder at `home`, marked as one that may be deleted.

    Raises:
        TerminalError: something lies there that no demo made; it is left alone.
    """
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise TerminalError(
            f"{home} holds something that is not a demo's",
            "a folder that the demo may delete and make anew",
            "move it away, or set TALLYWATCH_HOME to another place",
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).write_text("The next `make run` deletes this folder.\n")
    return home
