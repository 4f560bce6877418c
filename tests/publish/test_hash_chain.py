"""A record changed, removed, added or cut off shows, wherever it is in the chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publish.hash_chain import HashChain
from tallywatch.errors import TerminalError

KEY = b"t" * 32


@pytest.fixture
def chain(tmp_path: Path) -> HashChain:
    made = HashChain(tmp_path / "chain", "trials", KEY)
    for number in range(5):
        made.append({"kind": "trial", "number": number}, lambda path: path.write_bytes(b"rows"))
    return made


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.chmod(0o644)
    path.write_text(json.dumps(content), "utf-8")


def one_byte(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_whole_chain_is_whole(chain: HashChain) -> None:
    assert [record["number"] for record in chain.verified()] == [0, 1, 2, 3, 4]
    assert next(chain.records())["number"] == 4


def test_an_empty_chain_is_whole(tmp_path: Path) -> None:
    assert HashChain(tmp_path / "none", "trials", KEY).verified() == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda at: rewrite(at / "000003.json", lambda r: r.update(number=9)), "000003.json was"),
        (lambda at: (at / "000003.json").unlink(), "000004.json does not follow record 2"),
        (lambda at: (at / "000001.json").unlink(), "000002.json does not follow record 0"),
        (lambda at: [(at / f"00000{n}.json").unlink() for n in (4, 5)], "head.json names record 5"),
        (lambda at: (at / "000005.json").unlink(), "head.json names record 5"),
        (lambda at: (at / "000002.parquet").unlink(), "000002.parquet is missing"),
        (lambda at: one_byte(at / "000002.parquet"), "000002.parquet was changed"),
        (lambda at: (at / "head.json").unlink(), "head.json is missing"),
        (lambda at: rewrite(at / "head.json", lambda h: h.update(sequence=4)), "head.json was"),
        (
            lambda at: (at / "000006.json").write_bytes((at / "000005.json").read_bytes()),
            "000006.json is the record of number 5",
        ),
        (lambda at: (at / "000003.json").write_text("{", "utf-8"), "000003.json was changed"),
    ],
)
def test_what_differs_is_named(
    chain: HashChain, change: Callable[[Path], object], found: str
) -> None:
    for path in chain.folder.glob("0*"):
        path.chmod(0o644)
    change(chain.folder)
    with pytest.raises(TerminalError, match=found):
        chain.verified()


def test_a_record_that_was_forged_whole_breaks_the_next(chain: HashChain) -> None:
    other = HashChain(chain.folder.parent / "other", "trials", KEY)
    for number in (0, 1, 7):
        forged = other.append({"kind": "trial", "number": number})
    path = chain.folder / "000003.json"
    path.chmod(0o644)
    path.write_text(json.dumps(forged), "utf-8")
    with pytest.raises(TerminalError, match="does not follow"):
        chain.verified()


def test_a_kill_before_the_head_is_no_fault(chain: HashChain) -> None:
    head = (chain.folder / "head.json").read_text("utf-8")
    chain.append({"kind": "trial", "number": 5})
    (chain.folder / "head.json").write_text(head, "utf-8")
    assert len(chain.verified()) == 6
    chain.append({"kind": "trial", "number": 6})
    assert len(chain.verified()) == 7


def test_the_beginning_goes_and_the_chain_holds(chain: HashChain) -> None:
    assert chain.drop(lambda record: record["number"] < 2) == 2
    assert [record["sequence"] for record in chain.verified()] == [3, 4, 5]
    assert chain.drop(lambda record: True) == 2, "the newest stays"
    chain.append({"kind": "trial", "number": 5})
    assert [record["sequence"] for record in chain.verified()] == [5, 6]
    (chain.folder / "start.json").unlink()
    with pytest.raises(TerminalError, match="does not follow"):
        chain.verified()


def test_only_who_has_the_key_can_sign_a_head(chain: HashChain) -> None:
    with pytest.raises(TerminalError, match="another key"):
        HashChain(chain.folder, "trials", b"x" * 32).verified()


def test_records_of_several_at_once_follow_one_another(chain: HashChain) -> None:
    with ThreadPoolExecutor(8) as several:
        list(
            several.map(lambda number: chain.append({"kind": "trial", "number": number}), range(8))
        )
    assert [record["sequence"] for record in chain.verified()] == list(range(1, 14))
