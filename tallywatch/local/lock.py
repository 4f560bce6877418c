"""One user of a local data home at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallywatch.errors import TransientError


@contextmanager
def only_user_of(home: Path) -> Iterator[None]:
    """Hold `home` until the block is left; the lock goes with the process, whatever ends it.

    Raises:
        TransientError: a demo or a served Airflow already uses it.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TransientError(
                f"{home} is in use by another `make run` or `make serve`",
                "one at a time",
                "end the other one (Ctrl-C) first",
            ) from None
        yield
