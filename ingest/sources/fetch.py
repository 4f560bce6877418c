"""Sweep the sources of a feed: what is new and finished is brought into the inbox, once.

Bytes are streamed to a hidden temporary file, compared with the listing, and renamed; then the
file is entered among the fetched ones. Whatever is killed in between, the next sweep fetches the
file again, and equal bytes are the same delivery.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from ingest.contracts import Contract
from ingest.files import remove_abandoned, sync
from ingest.passwords import SIDECAR_SUFFIX, is_sidecar, sidecar_of
from ingest.sources.declared import RemoteSource
from ingest.sources.endpoints import Endpoint
from ingest.sources.failures import failure
from ingest.sources.fetched import FetchedFiles
from ingest.sources.placing import is_plain, name_in_inbox, put_down, remove_empty_folders
from ingest.sources.stores import RemoteFile, Store, open_store
from tallywatch.clock import utc_now
from tallywatch.errors import TallywatchError, TerminalError, TransientError
from tallywatch.settings import Settings

EndpointOf = Callable[[str], Endpoint | None]

ATTEMPTS = 3
BREAKS_BORNE = 5
SETTLE_SECONDS = 20
OLD = timedelta(minutes=15)
SPARE_BYTES = 1 << 28
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What a sweep of one source did; counts are files."""

    feed: str
    source: str
    listed: int = 0
    fetched: int = 0
    fetched_bytes: int = 0
    unfinished: int = 0


def fetch_feed(
    settings: Settings,
    contract: Contract,
    endpoint_of: EndpointOf,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> list[Swept]:
    """Sweep every source of the feed; none keeps another from being swept.

    A sweep that fails in a way that may pass is repeated up to ATTEMPTS times.

    Raises:
        TransientError: some source did not answer (others were swept).
        TerminalError: some source needs a person (others were swept).
    """
    done, failures = [], []
    for source in contract.sources:
        try:
            done.append(_sweep_patiently(settings, contract, source, endpoint_of, pause))
        except TallywatchError as error:
            failures.append(error)
    if not failures:
        return done
    if len(failures) == 1:
        raise failures[0]
    kind = TransientError if any(isinstance(e, TransientError) for e in failures) else TerminalError
    parts = [
        "; ".join(dict.fromkeys(getattr(e, name) for e in failures))
        for name in ("found", "expected", "remedy")
    ]
    raise kind(*parts)


def _sweep_patiently(
    settings: Settings,
    contract: Contract,
    source: RemoteSource,
    endpoint_of: EndpointOf,
    pause: Callable[[float], None],
) -> Swept:
    total = Swept(contract.feed, source.name)
    for attempt in range(ATTEMPTS):
        sweep = _Sweep(settings, contract, source, endpoint_of(source.name), pause)
        try:
            swept = sweep.run()
        except TransientError as error:
            total = _sum(total, sweep.swept)
            if attempt + 1 == ATTEMPTS:
                raise
            log.warning("sweep of %s is repeated: %s", source.name, error.found)
            pause(2.0**attempt)
        else:
            return _sum(total, swept)
    raise AssertionError("the last attempt returns or raises")


def _sum(before: Swept, last: Swept) -> Swept:
    return replace(
        last,
        fetched=before.fetched + last.fetched,
        fetched_bytes=before.fetched_bytes + last.fetched_bytes,
    )


class _Sweep:
    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        source: RemoteSource,
        endpoint: Endpoint | None,
        pause: Callable[[float], None],
    ) -> None:
        self._contract = contract
        self._source = source
        self._endpoint = endpoint
        self._pause = pause
        self._inbox = settings.inbox / contract.feed
        self._known = FetchedFiles(settings, contract.feed, source)
        extra = endpoint.extra if endpoint else {}
        self._settle = timedelta(seconds=float(extra.get("settle_seconds", SETTLE_SECONDS)))
        self._sidecars: dict[str, RemoteFile] = {}
        self.swept = Swept(contract.feed, source.name)

    def run(self) -> Swept:
        """List, wait for what may still be written, fetch.

        Raises:
            TallywatchError: after what could be fetched was fetched.
        """
        self._inbox.mkdir(parents=True, exist_ok=True)
        remove_abandoned(self._inbox)
        remove_empty_folders(self._inbox)
        with closing(self._connect()) as store:
            ready = self._ready(store)
        failures = self._fetch_all(ready)
        if failures:
            raise next((e for e in failures if isinstance(e, TransientError)), failures[0])
        return self.swept

    def _fetch_all(self, files: list[RemoteFile]) -> list[TallywatchError]:
        """What failed; after a line that broke the next file gets a new one."""
        failures: list[TallywatchError] = []
        waiting, breaks = deque(files), 0
        while waiting and breaks < BREAKS_BORNE:
            with closing(self._connect()) as store:
                while waiting:
                    try:
                        self._fetch(store, waiting.popleft())
                    except TransientError as error:
                        failures.append(error)
                        breaks += 1
                        break
                    except TallywatchError as error:
                        failures.append(error)
        return failures

    def _connect(self) -> Store:
        try:
            return open_store(self._source, self._endpoint)
        except Exception as error:
            raise failure(error, self._source) from None

    def _ready(self, store: Store) -> list[RemoteFile]:
        """New files that are finished, oldest first; what is not is listed once more."""
        started = utc_now()
        waiting = self._waiting(store)
        young = [] if store.is_atomic else [f for f in waiting if not self._settled(f, started)]
        if young:
            self._pause(self._settle.total_seconds())
            waiting = self._waiting(store)
            now = utc_now()
            young = [f for f in waiting if not self._settled(f, now)]
        self.swept = replace(self.swept, unfinished=len(young))
        left = {file.path for file in young}
        ready = [file for file in waiting if file.path not in left]
        return sorted(ready, key=lambda f: (f.modified_at or started, f.path))

    def _settled(self, file: RemoteFile, now: datetime) -> bool:
        return self._known.settled(file, now, self._settle, OLD)

    def _waiting(self, store: Store) -> list[RemoteFile]:
        try:
            listed = store.list()
        except Exception as error:
            raise failure(error, self._source) from None
        self._sidecars = {f.path: f for f in listed if is_sidecar(Path(f.relative))}
        files = [
            file
            for file in listed
            if self._source.takes(file.relative)
            and is_plain(file.relative)
            and file.path not in self._sidecars
        ]
        self.swept = replace(self.swept, listed=len(files))
        return self._known.unfetched(files)

    def _fetch(self, store: Store, file: RemoteFile) -> None:
        attributes = self._attributes(file)
        self._require_room(file)
        token = self._known.token(file)
        folder = self._inbox.joinpath(*attributes, self._known.place(file))
        target = folder / name_in_inbox(file, token)
        passwords = self._sidecars.get(file.path + SIDECAR_SUFFIX)
        is_whole = (
            passwords is None or self._bring(store, passwords, sidecar_of(target)) is not None
        )
        sha256 = self._bring(store, file, target) if is_whole else None
        if sha256 is None:
            log.info("%s of %s is being changed or was taken away", token, self._source.name)
            self.swept = replace(self.swept, unfinished=self.swept.unfinished + 1)
            return
        self._known.record(file, sha256, file.size)
        log.info("%s of %s fetched: %d bytes", token, self._source.name, file.size)
        self.swept = replace(
            self.swept,
            fetched=self.swept.fetched + 1,
            fetched_bytes=self.swept.fetched_bytes + file.size,
        )

    def _bring(self, store: Store, file: RemoteFile, target: Path) -> str | None:
        """Digest of the bytes, now in the inbox; None when the file is not the one listed."""
        temporary = self._inbox / f".{uuid4().hex}.tmp"
        try:
            if not self._download(store, file, temporary):
                return None
            with temporary.open("rb") as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            received = (file.modified_at or utc_now()).timestamp()
            os.utime(temporary, (received, received))
            sync(temporary)
            put_down(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        return sha256

    def _download(self, store: Store, file: RemoteFile, target: Path) -> bool:
        """Whether the bytes came whole and the file is still the one that was listed."""
        try:
            store.download(file, target)
            now = store.describe(file)
        except FileNotFoundError:
            return False
        except Exception as error:
            raise failure(error, self._source) from None
        is_same = (now.size, now.modified_at, now.etag) == (file.size, file.modified_at, file.etag)
        return is_same and target.stat().st_size == file.size

    def _attributes(self, file: RemoteFile) -> list[str]:
        """Folders of the inbox that carry the attributes which the contract asks for."""
        folders = (part.partition("=") for part in file.relative.split("/")[:-1] if "=" in part)
        given = dict(self._source.attributes) | {name: value for name, _, value in folders}
        wanted = sorted(column.name for column in self._contract.delivery_columns)
        missing = [name for name in wanted if not given.get(name)]
        if missing:
            raise TerminalError(
                f"source {self._source.name}: a file without {', '.join(missing)}",
                "folders named attribute=value, or attributes of the server in the contract",
                "have the sender use such folders; the other files were fetched",
            )
        return [f"{name}={given[name]}" for name in wanted]

    def _require_room(self, file: RemoteFile) -> None:
        free = shutil.disk_usage(self._inbox).free
        if free < file.size + SPARE_BYTES:
            raise TerminalError(
                f"source {self._source.name}: {free} bytes free on the disk of the inbox",
                f"{file.size + SPARE_BYTES} for the next file and what is made of it",
                "make room, fetch again",
            )
