"""A folder of numbered records, each sealed with a hash over itself and the one before it.

    000001.json    the record: its facts, `files` beside it, `previous_hash`, `hash`
    000001.parquet a file beside it, by name and digest in the record
    head.json      number and hash of the last record, signed: records cut off at the end show
    start.json     number and hash of the last record whose time was over, signed

Who has the folder can check the hashes; the signatures of head and start need the token key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import takewhile
from pathlib import Path
from typing import Any

from publish.files import only_one, sha256_of, sync, to_json, write_whole
from tallywatch.errors import TerminalError, TransientError

BEFORE_THE_FIRST = "0" * 64
HEAD, START = "head.json", "start.json"
WAIT_SECONDS, RETRY_SECONDS = 20.0, 0.05


class HashChain:
    """Records are added at the end, and go at the beginning when their time is over."""

    def __init__(self, folder: Path, what: str, token_key: bytes) -> None:
        self.folder = folder
        self.what = what
        self._key = hmac.new(token_key, f"tallywatch chain of {what}".encode(), "sha256").digest()

    def append(
        self, facts: Mapping[str, Any], beside: Callable[[Path], object] | None = None
    ) -> dict[str, Any]:
        """Add a record and, before it, the Parquet file that `beside` writes.

        Raises:
            TransientError: other processes kept adding records.
        """
        with self._lock():
            return self._append(facts, beside)

    def append_once(
        self,
        is_there: Callable[[Mapping[str, Any]], bool],
        facts: Mapping[str, Any],
        beside: Callable[[Path], object] | None = None,
    ) -> None:
        """Add a record unless `is_there` holds for one that is there."""
        with self._lock():
            if not any(is_there(record) for record in self.records()):
                self._append(facts, beside)

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record, the newest first."""
        for path in reversed(self._paths()):
            yield json.loads(path.read_text(encoding="utf-8"))

    def verified(self) -> list[dict[str, Any]]:
        """Every record, oldest first.

        Raises:
            TerminalError: something differs from what was written; says what.
        """
        records, faults = self.check()
        if faults:
            raise TerminalError(
                f"the chain of {self.what} is broken: {faults[0]}",
                "the records exactly as they were written",
                f"restore {self.folder.name}/ from a backup",
            )
        return records

    def check(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The records that can be read, and in words what differs."""
        faults: list[str] = []
        after, previous = self._signed(START, faults)
        records: list[dict[str, Any]] = []
        expected = after + 1
        for path in self._paths():
            if int(path.stem) <= after:
                continue  # what a killed run dropped is removed by the next
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                record = {}
            name = path.name
            if record.get("hash") != _hash(record):
                faults.append(f"{name} was changed")
            elif record["sequence"] != int(path.stem):
                faults.append(f"{name} is the record of number {record['sequence']}")
            elif int(path.stem) != expected or record["previous_hash"] != previous:
                faults.append(f"{name} does not follow record {expected - 1}")
            faults += _files_changed(self.folder, record)
            records.append(record)
            expected, previous = int(path.stem) + 1, record.get("hash", previous)
        last, head = self._signed(HEAD, faults)
        # A kill may fall between the record and the head.
        hashes = {record.get("sequence"): record.get("hash") for record in records}
        reached = {expected - 1, expected - 2} if records else {after, 0}
        if last not in reached or (last in hashes and hashes[last] != head):
            faults.append(f"{HEAD} names record {last}, and the last one is {expected - 1}")
        return records, faults

    def over(self, is_over: Callable[[Mapping[str, Any]], bool]) -> list[dict[str, Any]]:
        """Records from the beginning, as long as `is_over` holds; never the newest."""
        earlier = (json.loads(path.read_text(encoding="utf-8")) for path in self._paths()[:-1])
        return list(takewhile(is_over, earlier))

    def drop(self, is_over: Callable[[Mapping[str, Any]], bool]) -> int:
        """Remove what `over` gives; returns how many."""
        with self._lock():
            dropped = self.over(is_over)
            for record in dropped:
                self._sign(START, record["sequence"], record["hash"])
                for name in record["files"]:
                    (self.folder / name).unlink(missing_ok=True)
                (self.folder / f"{record['sequence']:06d}.json").unlink()
            return len(dropped)

    def _append(
        self, facts: Mapping[str, Any], beside: Callable[[Path], object] | None
    ) -> dict[str, Any]:
        paths = self._paths()
        if paths:
            last = json.loads(paths[-1].read_text(encoding="utf-8"))
            sequence, previous = last["sequence"] + 1, last["hash"]
        else:
            after, previous = self._signed(START, [])
            sequence = after + 1
        files = {}
        if beside is not None:
            path = self.folder / f"{sequence:06d}.parquet"
            making = path.with_name(f".making-{path.name}")
            beside(making)
            sync(making)
            making.chmod(0o444)
            making.replace(path)
            files[path.name] = sha256_of(path)
        record = {"sequence": sequence, **facts, "files": files, "previous_hash": previous}
        record["hash"] = _hash(record)
        write_whole(self.folder / f"{sequence:06d}.json", to_json(record)).chmod(0o444)
        self._sign(HEAD, sequence, record["hash"])
        return record

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.json"), key=lambda path: int(path.stem))

    def _sign(self, name: str, sequence: int, digest: str) -> None:
        content = {"sequence": sequence, "hash": digest, "mac": self._mac(name, sequence, digest)}
        write_whole(self.folder / name, to_json(content))

    def _signed(self, name: str, faults: list[str]) -> tuple[int, str]:
        path = self.folder / name
        if not path.exists():
            if name == HEAD and self._paths()[1:]:
                faults.append(f"{HEAD} is missing")
            return (0, BEFORE_THE_FIRST)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            sequence, digest = int(content["sequence"]), str(content["hash"])
            is_ours = hmac.compare_digest(self._mac(name, sequence, digest), content["mac"])
        except (ValueError, KeyError, TypeError):
            sequence, digest, is_ours = 0, BEFORE_THE_FIRST, False
        if not is_ours:
            faults.append(f"{name} was changed, or signed under another key")
        return sequence, digest

    def _mac(self, name: str, sequence: int, digest: str) -> str:
        return hmac.new(self._key, f"{name}:{sequence}:{digest}".encode(), "sha256").hexdigest()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        deadline = time.monotonic() + WAIT_SECONDS
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(only_one(self.folder, f"a record of {self.what}"))
                    break
                except TransientError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(RETRY_SECONDS)
            yield


def _hash(record: Mapping[str, Any]) -> str:
    facts = {name: value for name, value in record.items() if name != "hash"}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _files_changed(folder: Path, record: Mapping[str, Any]) -> list[str]:
    faults = []
    for name, digest in record.get("files", {}).items():
        path = folder / name
        if not path.is_file():
            faults.append(f"{name} is missing")
        elif sha256_of(path) != digest:
            faults.append(f"{name} was changed")
    return faults
