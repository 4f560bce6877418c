"""Fetches in a process of their own: one that kills itself half-way, one that is measured."""

from __future__ import annotations

import json
import os
import resource
import signal
from dataclasses import replace
from pathlib import Path

import ingest.sources.fetch as fetching
from ingest.pipeline import contract_of
from ingest.sources.declared import RemoteSource
from ingest.sources.endpoints import Endpoint
from tallywatch.settings import Keys, Settings


def _fetch(home: str, source: RemoteSource, endpoint: Endpoint | None) -> None:
    keys = Keys(token=b"t" * 32, archive=b"a" * 32, vault=b"v" * 32)
    contract = replace(contract_of("partner_deals"), sources=(source,))
    fetching.fetch_feed(Settings(home=Path(home), keys=keys), contract, lambda _: endpoint)


def run(home: str, folder: str, moment: str) -> None:
    """Fetch `folder` and die at `moment`: after the bytes came, or after they were renamed."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if moment == "downloaded":
        fetching.put_down = die
    else:
        fetching.FetchedFiles.record = die
    _fetch(home, RemoteSource("alpha_drop", "local", folder, "**/*.csv"), None)


def measure(home: str, kind: str, root: str, endpoint: str) -> None:
    """Fetch and print by how many bytes the process's peak grew meanwhile."""
    source = RemoteSource("alpha_drop", kind, root, "**/*.csv")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _fetch(home, source, Endpoint(**json.loads(endpoint)))
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)  # noqa: T201
