"""The world as a whole: repeatable, realistic in its times, and honest about itself."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulate import read_truth, simulate
from tallywatch.errors import TerminalError
from tests.simulate.bill_reader import decode
from tests.simulate.made_world import World

REAL_NAMES = (
    *("马云", "马化腾", "刘强东", "雷军", "淘宝", "天猫", "京东", "拼多多", "美团", "饿了么"),
    *("滴滴", "星巴克", "肯德基", "麦当劳", "瑞幸", "海底捞", "腾讯", "华为", "小米", "平安"),
    *("招商银行", "工商银行", "建设银行", "中国银行", "农业银行", "交通银行", "中信银行"),
)


def fingerprint(inbox: Path) -> dict[str, tuple[str, int]]:
    files = [p for p in inbox.rglob("*") if p.is_file()] + [inbox.parent / "truth.json"]
    return {
        os.path.relpath(p, inbox): (
            hashlib.sha256(p.read_bytes()).hexdigest(),
            p.stat().st_mtime_ns if p.name != "truth.json" else 0,
        )
        for p in files
    }


def test_same_arguments_give_same_bytes_and_times(tmp_path: Path) -> None:
    first, again, other = (tmp_path / n / "inbox" for n in ("first", "again", "other"))
    simulate(first, people=60, seed=3)
    simulate(again, people=60, seed=3)
    simulate(other, people=60, seed=4)
    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first) != fingerprint(other)


def test_truth_reads_back_as_written(world: World) -> None:
    assert read_truth(world.inbox.parent / "truth.json") == world.truth


def test_deliveries_are_those_listed_with_their_times(world: World) -> None:
    listed = {d.file: d for d in world.truth.deliveries}
    found = {p.relative_to(world.inbox).as_posix(): p for p in _files(world.inbox)}
    assert listed.keys() == found.keys()
    for name, path in found.items():
        received = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        assert f"{received:%Y-%m-%d %H:%M:%S}" == listed[name].received_at
        assert path.relative_to(world.inbox).parts[0] == listed[name].feed
    assert 60 <= len(listed) <= 130
    assert {d.feed for d in listed.values()} <= {
        p.stem for p in (Path(__file__).parents[2] / "ingest" / "feeds").glob("*.yaml")
    }


def test_nothing_comes_after_the_last_cut_off(world: World) -> None:
    assert world.truth.cut_offs == ("2026-10-08 00:00:00", "2026-11-08 00:00:00")
    assert max(d.received_at for d in world.truth.deliveries) < world.truth.cut_offs[-1]


def test_no_real_name_appears(world: World) -> None:
    refused = {f.file for f in world.truth.refused_files}
    for path in _files(world.inbox):
        name = path.relative_to(world.inbox).as_posix()
        if path.suffix in {".csv", ".jsonl"} and name not in refused:
            text, _ = decode(path.read_bytes())
            assert not [real for real in REAL_NAMES if real in text], name


def test_the_refused_file_is_text_in_no_encoding(world: World) -> None:
    assert world.truth.refused_files
    for refused in world.truth.refused_files:
        with pytest.raises(UnicodeDecodeError):
            decode((world.inbox / refused.file).read_bytes())


def test_duplicates_have_the_same_bytes_and_come_later(world: World) -> None:
    assert world.truth.duplicate_files
    for twin in world.truth.duplicate_files:
        again, first = world.inbox / twin.file, world.inbox / twin.copy_of
        assert again.read_bytes() == first.read_bytes()
        assert again.stat().st_mtime > first.stat().st_mtime


@pytest.mark.parametrize("months", [1, 3])
def test_other_spans_of_time(tmp_path: Path, months: int) -> None:
    truth = simulate(
        tmp_path / "inbox", people=60, partners=6, first_month="2025-12", months=months
    )
    assert len(truth.months) == months
    assert {t.partner_id for t in truth.deal_totals} == {f"P{n:04d}" for n in range(1, 7)}
    assert max(d.received_at for d in truth.deliveries) < truth.cut_offs[-1]


@pytest.mark.parametrize(
    "wrong",
    [{"people": 20}, {"partners": 0}, {"seed": -1}, {"first_month": "2026-13"}, {"months": 0}],
)
def test_arguments_without_sense_are_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(TerminalError):
        simulate(tmp_path / "inbox", **wrong)
    assert not (tmp_path / "truth.json").exists()


def test_an_inbox_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text("a")
    with pytest.raises(TerminalError):
        simulate(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.csv"]


def _files(inbox: Path) -> Iterator[Path]:
    return (p for p in inbox.rglob("*") if p.is_file())
