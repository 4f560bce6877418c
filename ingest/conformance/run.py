"""Trying a whole folder, by several processes; what one file does to its process hurts no other."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from ingest.conformance.results import FileResult, Outcome, scrubbed_path
from ingest.conformance.trial import Trial
from ingest.contracts import FEEDS, read_contracts
from ingest.passwords import is_sidecar
from tallywatch.settings import KEY_BYTES, Keys, Settings

PROCESSES = 2
MEMORY_LIMIT = "768MB"
Arguments = tuple[Path, Path, dict[str, tuple[str, ...]]]

_trial: Trial | None = None


def files_of(folder: Path) -> list[Path]:
    """Every file below the folder in name order; hidden ones, links and passwords are left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not is_sidecar(path)
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def try_folder(
    folder: Path,
    *,
    feeds: Path = FEEDS,
    passwords: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    processes: int = PROCESSES,
    on_result: Callable[[FileResult], None] = lambda _: None,
) -> list[FileResult]:
    """Try every file of the folder; results come in the order of `files_of`.

    Keys are random and everything lies in a temporary home, which is removed. `passwords` are those
    of the feeds, tried on whatever is locked.
    """
    paths = files_of(folder)
    results: dict[Path, FileResult] = {}
    with tempfile.TemporaryDirectory(prefix="tallywatch-conformance-") as scratch:
        arguments = (Path(scratch), feeds, dict(passwords))
        for path, result in _tried(paths, folder, arguments, processes):
            results[path] = result
            on_result(result)
    return [results[path] for path in paths]


def _tried(
    paths: list[Path], folder: Path, arguments: Arguments, processes: int
) -> Iterator[tuple[Path, FileResult]]:
    broken: list[Path] = []
    with _pool(processes, arguments) as pool:
        futures: dict[Future[FileResult], Path] = {}
        for path in paths:
            try:
                futures[pool.submit(_try_one, path, folder)] = path
            except BrokenProcessPool:
                broken.append(path)
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                broken.append(futures[future])
    # A process died and took the results of others with it: each of those is tried alone.
    while broken:
        with _pool(1, arguments) as pool:
            while broken:
                path = broken.pop()
                try:
                    yield path, pool.submit(_try_one, path, folder).result()
                except BrokenProcessPool:
                    yield path, _died(path, folder)
                    break


def _pool(processes: int, arguments: Arguments) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_start, initargs=arguments
    )


def _start(scratch: Path, feeds: Path, passwords: Mapping[str, tuple[str, ...]]) -> None:
    global _trial
    keys = Keys(*(secrets.token_bytes(KEY_BYTES) for _ in range(3)))
    home = scratch / f"home-{os.getpid()}"
    settings = Settings(
        home=home, keys=keys, memory_limit=MEMORY_LIMIT, threads=1, feed_passwords=passwords
    )
    _trial = Trial(settings, read_contracts(feeds))


def _try_one(path: Path, folder: Path) -> FileResult:
    assert _trial is not None
    return _trial.run(path, path.relative_to(folder).as_posix())


def _died(path: Path, folder: Path) -> FileResult:
    relative = scrubbed_path(path.relative_to(folder).as_posix())
    return FileResult(
        relative, "", path.stat().st_size, Outcome.CRASH, exception=BrokenProcessPool.__name__
    )
