"""Ports of this machine that nobody listens on."""

from __future__ import annotations

import socket

from tallywatch.local.airflow_home import LOCALHOST


def free_port(preferred: int | None = None) -> int:
    """`preferred` when nobody has it, else any free one."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")
