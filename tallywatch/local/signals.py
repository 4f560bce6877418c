"""Being told to stop, in whatever way, ends a `with` block in the ordinary way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Somebody asked the program to stop."""


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise `Stopped` at the first of SIGINT, SIGTERM, SIGHUP; ignore more, so that cleaning up is
    not cut short. Takes hold also where a shell started us with SIGINT ignored."""
    before = {number: signal.signal(number, _stop) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped
