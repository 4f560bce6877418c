"""The write-once chain: whatever is changed, the month is named."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from publish.posting_chain import (
    BEFORE_THE_FIRST,
    Posting,
    append,
    parquet_path,
    record_path,
    verified_chain,
)
from tallywatch.errors import TerminalError

MONTHS = ("2026-08", "2026-09", "2026-10")


def _write(number: int):
    def write(path: Path) -> int:
        duckdb.sql(f"copy (select range as n from range({number})) to '{path}' (format parquet)")
        return number

    return write


def _append(folder: Path, month: str, number: int) -> Posting:
    chain = verified_chain(folder)
    at = f"{month}-28 00:00:00"
    posting = Posting(
        month=month,
        cut_off_at=at,
        content_hash=f"{number:064x}",
        line_count=0,
        parquet_sha256="",
        requested_by="ada",
        approved_by="finn",
        approved_at=at,
        posted_at=at,
        previous_chain_hash=chain[-1].chain_hash if chain else BEFORE_THE_FIRST,
    )
    return append(folder, posting, _write(number))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A chain of three months."""
    made = tmp_path / "postings"
    made.mkdir()
    for number, month in enumerate(MONTHS, 1):
        _append(made, month, number)
    return made


def test_months_follow_each_other(folder: Path) -> None:
    chain = verified_chain(folder)
    assert [posting.month for posting in chain] == list(MONTHS)
    assert [posting.line_count for posting in chain] == [1, 2, 3]
    hashes = [BEFORE_THE_FIRST, *(posting.chain_hash for posting in chain)]
    assert [posting.previous_chain_hash for posting in chain] == hashes[:-1]


def test_files_cannot_be_written_again(folder: Path) -> None:
    for path in (parquet_path(folder, MONTHS[0]), record_path(folder, MONTHS[0])):
        assert not path.stat().st_mode & 0o222
    with pytest.raises(TerminalError, match="2026-10 is posted already"):
        _append(folder, "2026-10", 9)


def test_rows_without_a_record_were_never_posted(folder: Path) -> None:
    left = parquet_path(folder, "2026-11")
    left.write_bytes(b"half of a file")
    left.chmod(0o444)
    assert _append(folder, "2026-11", 4).line_count == 4
    assert duckdb.sql(f"select count(*) from '{left}'").fetchone() == (4,)
    assert len(verified_chain(folder)) == 4


def _change_rows(folder: Path, month: str) -> None:
    path = parquet_path(folder, month)
    path.unlink()
    _write(99)(path)


def _remove_rows(folder: Path, month: str) -> None:
    parquet_path(folder, month).unlink()


def _change_record(folder: Path, month: str) -> None:
    path = record_path(folder, month)
    facts = json.loads(path.read_text(encoding="utf-8")) | {"approved_by": "mallory"}
    path.chmod(0o644)
    path.write_text(json.dumps(facts), encoding="utf-8")


def _spoil_record(folder: Path, month: str) -> None:
    path = record_path(folder, month)
    path.chmod(0o644)
    path.write_text("{", encoding="utf-8")


def _seal_other_record(folder: Path, month: str) -> None:
    path = record_path(folder, month)
    other = replace(Posting(**json.loads(path.read_text(encoding="utf-8"))), approved_by="mallory")
    path.chmod(0o644)
    path.write_text(json.dumps(asdict(other.sealed())), encoding="utf-8")


@pytest.mark.parametrize("change", [_change_rows, _remove_rows, _change_record, _spoil_record])
@pytest.mark.parametrize("month", MONTHS)
def test_a_change_names_its_month(folder: Path, change, month: str) -> None:
    change(folder, month)
    with pytest.raises(TerminalError, match=f"broken at {month}"):
        verified_chain(folder)


def test_a_record_sealed_anew_breaks_the_month_after_it(folder: Path) -> None:
    _seal_other_record(folder, "2026-09")
    with pytest.raises(TerminalError, match="broken at 2026-10: it does not follow"):
        verified_chain(folder)


def test_a_month_taken_out_breaks_the_month_after_it(folder: Path) -> None:
    record_path(folder, "2026-09").unlink()
    with pytest.raises(TerminalError, match="broken at 2026-10: it does not follow"):
        verified_chain(folder)
