"""A release is whole, repeatable, and made only of what the gates let through."""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from publish import release_tables
from publish.files import only_one, sha256_of
from publish.posting_chain import BEFORE_THE_FIRST, Posting, append
from publish.release import KEPT, Release, connect, current_release, make_release
from tallywatch.errors import TerminalError, TransientError, WarehouseBusyError
from tallywatch.settings import REPOSITORY, Settings
from tests.publish.warehouse import LOADED_AT, World, small_world, write_gates

KILLED = """
import os, signal, sys
from pathlib import Path
import publish.release as release
from tallywatch.settings import load_settings

def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(release, sys.argv[1], dies)
release.make_release(load_settings())
"""


def assert_whole(settings: Settings) -> None:
    """`current` is a release whose every file is what its manifest says."""
    release = current_release(settings)
    assert release is not None
    facts = [*release.manifest["tables"].values(), release.manifest["database"]]
    for fact in facts:
        assert sha256_of(release.path / fact["file"]) == fact["sha256"]
    with connect(settings) as con:
        for name, fact in release.manifest["tables"].items():
            assert con.table(name).count("*").fetchall() == [(fact["rows"],)]


def add_deal(settings: Settings, number: int) -> None:
    """Let a mart change, so that the next release differs."""
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("insert into marts.rpt_unmatched_deals values ('P0009', ?, 'x')", [str(number)])


def test_it_holds_every_mart_as_table_and_as_parquet(built: Settings) -> None:
    release = make_release(built)
    assert_whole(built)
    with duckdb.connect(str(built.warehouse), read_only=True) as con:
        marts = con.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        counts = {name: con.table(f"marts.{name}").count("*").fetchall()[0][0] for (name,) in marts}
    assert {name: f["rows"] for name, f in release.manifest["tables"].items()} == counts
    for name, rows in counts.items():
        assert pq.read_metadata(release.path / f"{name}.parquet").num_rows == rows


def test_the_manifest_says_what_made_it(built: Settings) -> None:
    manifest = json.loads((make_release(built).path / "manifest.json").read_text("utf-8"))
    assert manifest["as_of"] == "2026-11-07T18:00:00+00:00"
    assert manifest["code"]["package_version"]
    assert {"deal_type": "graduated", "rule_version": "1.0.0"} in manifest["rules"]
    assert {"rule_id": "IM-BK-011", "rule_version": "1.0.0"} in manifest["rules"]
    assert manifest["gates"]["raw"]["passed"]
    assert manifest["gates"]["release"]["checks"] == 6
    assert len(manifest["deliveries"]) == 14, "the refused delivery is not in it"


def test_equal_content_in_another_order_is_the_same_release(built: Settings, world: World) -> None:
    first = make_release(built)
    random.Random(5).shuffle(world.alerts)
    random.Random(6).shuffle(world.postings)
    world.put(built)
    again = make_release(built)
    assert again.release_id == first.release_id
    assert [path.name for path in built.releases.iterdir() if path.is_dir()].count("current") == 1
    assert len(list(built.releases.glob("2*"))) == 1


def test_new_content_is_a_new_release_that_sorts_later(built: Settings) -> None:
    ids = [make_release(built).release_id]
    for number in range(100, 103):
        add_deal(built, number)
        ids.append(make_release(built).release_id)
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert current_release(built).release_id == ids[-1]


def test_the_last_five_are_kept(built: Settings) -> None:
    made = []
    for number in range(100, 100 + KEPT + 2):
        add_deal(built, number)
        made.append(make_release(built).release_id)
    assert sorted(path.name for path in built.releases.glob("2*")) == made[-KEPT:]
    assert_whole(built)


def test_going_back_to_earlier_content_makes_the_earlier_release_current(
    built: Settings,
) -> None:
    first = make_release(built)
    add_deal(built, 100)
    make_release(built)
    small_world().put(built)
    assert make_release(built).release_id == first.release_id
    assert current_release(built).release_id == first.release_id


def test_a_reader_keeps_its_release(built: Settings) -> None:
    make_release(built)
    with connect(built) as reader:
        before = reader.table("rpt_unmatched_deals").count("*").fetchall()
        for number in range(100, 100 + KEPT + 1):
            add_deal(built, number)
            make_release(built)
        assert reader.table("rpt_unmatched_deals").count("*").fetchall() == before
        with connect(built) as later:
            assert later.table("rpt_unmatched_deals").count("*").fetchall() > before


def test_a_reader_cannot_write(released: Settings) -> None:
    with connect(released) as con, pytest.raises(duckdb.InvalidInputException):
        con.execute("create table intruder (a integer)")


@pytest.mark.parametrize(
    ("gates", "found"),
    [
        ({"failed": "raw"}, "gate 'raw'.*failed.*partner_deals-000000000003:17"),
        ({"failed": "release"}, "gate 'release'.*failed"),
        ({"seen": LOADED_AT - timedelta(seconds=1)}, "before the last load"),
        ({"seen": None}, "before the last load"),
    ],
)
def test_a_gate_that_blocks_leaves_the_last_good_release(
    released: Settings, gates: dict, found: str
) -> None:
    good = current_release(released)
    add_deal(released, 100)
    write_gates(released, **gates)
    with pytest.raises(TerminalError, match=found):
        make_release(released)
    assert current_release(released).release_id == good.release_id
    assert not list(released.releases.glob(".making*"))


def test_a_gate_that_ran_before_the_last_close_blocks(built: Settings) -> None:
    post(built, line_count=77, posted_at="2026-11-08 00:40:01")
    with pytest.raises(TerminalError, match="before a build or a posting"):
        make_release(built)


def test_a_gate_that_ran_before_the_last_build_blocks(built: Settings) -> None:
    make_release(built)
    built.marts_built.touch()
    with pytest.raises(TerminalError, match="before a build or a posting"):
        make_release(built)


def test_a_closed_month_is_released_whole_or_not_at_all(built: Settings, world: World) -> None:
    months = [row["posting_month"] for row in world.postings]
    post(built, line_count=months.count("2026-10"), posted_at="2026-11-08 00:39:59")
    release = make_release(built)
    with duckdb.connect(str(built.warehouse)) as con:
        con.execute(
            "delete from marts.fct_commission_postings where posting_id in ("
            "select max(posting_id) from marts.fct_commission_postings)"
        )
    with pytest.raises(TerminalError, match=r"postings of 2026-10 in the marts"):
        make_release(built)
    assert current_release(built).release_id == release.release_id


def post(settings: Settings, line_count: int, posted_at: str) -> None:
    """Leave the record of a closed October in the chain."""
    record = Posting(
        month="2026-10",
        cut_off_at="2026-11-08 00:00:00",
        content_hash="c" * 64,
        line_count=line_count,
        parquet_sha256="",
        requested_by="ada",
        approved_by="finn",
        approved_at=posted_at,
        posted_at=posted_at,
        previous_chain_hash=BEFORE_THE_FIRST,
        chain_hash="",
    )

    def write(path: Path) -> int:
        path.write_bytes(b"the postings")
        return line_count

    settings.postings.mkdir()
    append(settings.postings, record, write)


def test_a_gate_that_never_ran_blocks(built: Settings) -> None:
    (built.quality / "raw.json").unlink()
    with pytest.raises(TerminalError, match="gate 'raw' has no result"):
        make_release(built)
    assert current_release(built) is None


def test_a_failed_warning_does_not_block(built: Settings) -> None:
    write_gates(built, failed="release", severity="warning")
    assert make_release(built).manifest["gates"]["release"]["failed_warning"] == 1


def test_a_damaged_gate_result_blocks(built: Settings) -> None:
    (built.quality / "raw.json").write_text('{"gate": "raw"', encoding="utf-8")
    with pytest.raises(TerminalError, match="not a gate result"):
        make_release(built)


def test_no_warehouse_is_said_plainly(settings: Settings) -> None:
    with pytest.raises(TerminalError, match="no warehouse"):
        make_release(settings)
    with pytest.raises(TerminalError, match="no release"):
        connect(settings)


def test_a_busy_warehouse_may_be_tried_again(
    built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_tables, "WAIT_SECONDS", 0.0)
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(built.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseBusyError):
            make_release(built)
        writer.communicate(b"\n")
    assert_whole_after_release(built)


def assert_whole_after_release(settings: Settings) -> None:
    make_release(settings)
    assert_whole(settings)


def test_two_makers_do_not_meet(built: Settings) -> None:
    with only_one(built.releases, "a release"), pytest.raises(TransientError):
        make_release(built)


@pytest.mark.chaos
@pytest.mark.parametrize("step", ["copy_marts", "put_folder", "point", "remove_folder"])
def test_killed_half_way_leaves_a_whole_current_release(
    built: Settings, step: str, tmp_path: Path
) -> None:
    for number in range(100, 100 + KEPT):
        add_deal(built, number)
        make_release(built)
    add_deal(built, 200)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, step],
        env=environment_of(built),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    assert_whole(built)
    undisturbed = tmp_path / "undisturbed"
    release = make_release(built)
    assert_whole(built)
    assert not list(built.releases.glob(".making*"))
    assert len(list(built.releases.glob("2*"))) == KEPT
    other = Settings(home=undisturbed, keys=built.keys)
    other.home.mkdir()
    shutil.copy(built.warehouse, other.warehouse)
    write_gates(other)
    assert make_release(other).manifest["tables"] == release.manifest["tables"]


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which another process works on the same data home."""
    keys = {
        "TALLYWATCH_TOKEN_KEY": settings.keys.token,
        "TALLYWATCH_ARCHIVE_KEY": settings.keys.archive,
        "TALLYWATCH_VAULT_KEY": settings.keys.vault,
    }
    encoded = {name: base64.b64encode(key).decode() for name, key in keys.items()}
    return os.environ | encoded | {"TALLYWATCH_HOME": str(settings.home)}


def test_times_are_aware(release: Release) -> None:
    assert release.as_of.utcoffset() == timedelta(0)
    assert datetime.fromisoformat(release.manifest["created_at"]).utcoffset() == timedelta(0)
