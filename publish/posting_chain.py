"""The write-once files of posted months, each sealed with a hash over itself and the one before.

    postings/2026-09.parquet     the postings of the month
    postings/2026-09.json        what they are, who approved them, the hash before, the hash of all

A month counts as posted when its JSON file is there: it is written last. What a killed run leaves
behind is a Parquet file without one, which the next run writes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from publish.files import sha256_of, sync, to_json, write_whole
from tallywatch.errors import TerminalError

BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True)
class Posting:
    """A posted month. Instants are UTC texts; `chain_hash` covers every other field."""

    month: str
    cut_off_at: str
    content_hash: str
    line_count: int
    parquet_sha256: str
    requested_by: str
    approved_by: str
    approved_at: str
    posted_at: str
    previous_chain_hash: str
    chain_hash: str = ""

    def sealed(self) -> Posting:
        """The same with its own hash."""
        facts = asdict(self) | {"chain_hash": ""}
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return replace(self, chain_hash=hashlib.sha256(text.encode()).hexdigest())


def parquet_path(folder: Path, month: str) -> Path:
    """Where the postings of a month lie."""
    return folder / f"{month}.parquet"


def record_path(folder: Path, month: str) -> Path:
    """Where the record of a posted month lies."""
    return folder / f"{month}.json"


def verified_chain(folder: Path) -> list[Posting]:
    """Every posted month, oldest first, each proven to be what was written then.

    Raises:
        TerminalError: a file was changed, is missing or does not follow the one before it; the
            message names the month.
    """
    chain: list[Posting] = []
    previous = BEFORE_THE_FIRST
    for path in sorted(folder.glob("[0-9]*.json")):
        posting = _read(path)
        month = path.stem
        if posting.month != month or posting.sealed() != posting:
            raise _broken(month, "its record was changed")
        if posting.previous_chain_hash != previous:
            raise _broken(month, "it does not follow the month before it")
        data = parquet_path(folder, month)
        if not data.is_file():
            raise _broken(month, "its Parquet file is missing")
        if sha256_of(data) != posting.parquet_sha256:
            raise _broken(month, "its Parquet file was changed")
        chain.append(posting)
        previous = posting.chain_hash
    return chain


def append(folder: Path, posting: Posting, write: Callable[[Path], int]) -> Posting:
    """Add a month to the chain: first its rows, by `write(path)`, last its record.

    `posting` comes without the facts that are made here: line count and hashes. The caller holds
    the lock and has verified the chain.

    Raises:
        TerminalError: the month is in the chain already.
    """
    record = record_path(folder, posting.month)
    if record.exists():
        raise TerminalError(
            f"{posting.month} is posted already",
            "a month without postings",
            "corrections go into a later month; nothing was changed",
        )
    data = parquet_path(folder, posting.month)
    making = data.with_name(f".{data.name}.making")
    making.unlink(missing_ok=True)
    line_count = write(making)
    sync(making)
    making.chmod(0o444)
    making.replace(data)
    sync(folder)
    done = replace(posting, line_count=line_count, parquet_sha256=sha256_of(data)).sealed()
    write_whole(record, to_json(asdict(done))).chmod(0o444)
    return done


def _read(path: Path) -> Posting:
    try:
        return Posting(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise _broken(path.stem, "its record cannot be read") from None


def _broken(month: str, what: str) -> TerminalError:
    return TerminalError(
        f"the chain of postings is broken at {month}: {what}",
        "the files exactly as they were posted",
        "restore postings/ from a backup; nothing may be posted until then",
    )
