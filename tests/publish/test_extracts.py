"""A pull gives what is new or changed since the last one, once, whatever is killed."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from publish.extracts import Extract, Request, latest_extract, write_extract
from publish.files import only_one, sha256_of
from publish.release import make_release
from tallywatch.errors import TerminalError, TransientError
from tallywatch.settings import REPOSITORY, Settings
from tests.publish.test_release import environment_of
from tests.publish.warehouse import World, alert

KILLED = """
import os, signal
import publish.extracts.pull as pull
from tallywatch.settings import load_settings

def dies(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

pull.put_folder = dies
pull.write_extract(load_settings(), "alerts_open")
"""


def pull_alerts(settings: Settings, consumer: str = "ops", **asked: Any) -> Extract:
    return write_extract(settings, "alerts_open", Request(consumer=consumer, **asked))


def ids(pull: Extract) -> list[str]:
    return pq.read_table(pull.parquet).column("alert_id").to_pylist()


def cells(pull: Extract) -> list[dict[str, str]]:
    """The CSV's rows by machine name."""
    content = (pull.path / "alerts_open.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name.split(" ")[-1]: cell for name, cell in row.items()} for row in rows]


def release_again(settings: Settings, world: World) -> None:
    world.put(settings)
    make_release(settings)


def test_the_first_pull_has_every_live_alert(released: Settings, world: World) -> None:
    pull = pull_alerts(released)
    live = {row["alert_id"] for row in world.alerts if row["status_code"] == "live"}
    assert set(ids(pull)) == live
    assert pull.row_count == pull.new_count == len(live)
    assert pull.path == released.out / "extracts" / "ops" / "alerts_open" / "000001"


def test_the_manifest_says_who_why_and_from_what(released: Settings) -> None:
    pull = pull_alerts(released, purpose="月度复核,核对未结告警", requested_by="olivia")
    manifest = json.loads((pull.path / "manifest.json").read_text("utf-8"))
    assert manifest["purpose"] == "月度复核,核对未结告警"
    assert manifest["requested_by"] == "olivia"
    assert manifest["as_of"] == "2026-11-07T18:00:00+00:00"
    assert {"rule_id": "IM-BK-012", "rule_version": "1.0.0"} in manifest["rules"]
    assert manifest["rows"] == pull.row_count
    for name, fact in manifest["files"].items():
        assert sha256_of(pull.path / name) == fact["sha256"]
    assert set(manifest["files"]) == {
        "alerts_open.csv",
        "alerts_open.parquet",
        "delivered.parquet",
    }


def test_a_second_pull_is_empty_and_a_success(released: Settings) -> None:
    pull_alerts(released)
    pull = pull_alerts(released)
    assert pull.row_count == 0
    assert cells(pull) == []
    assert pull.manifest["since"]["sequence"] == 1
    assert pull.sequence == 2


def test_only_new_and_changed_alerts_come_next(released: Settings, world: World) -> None:
    pull_alerts(released)
    world.alerts[0]["flag_count"] += 1
    world.alerts.append(alert(500))
    release_again(released, world)
    pull = pull_alerts(released)
    changes = {row["alert_id"]: row["change_code"] for row in cells(pull)}
    assert changes == {
        world.alerts[0]["alert_id"]: "changed",
        world.alerts[-1]["alert_id"]: "new",
    }
    assert (pull.new_count, pull.changed_count) == (1, 1)
    assert pull_alerts(released).row_count == 0


def test_an_alert_that_is_gone_is_named(released: Settings, world: World) -> None:
    pull_alerts(released)
    gone = world.alerts.pop(0)
    release_again(released, world)
    pull = pull_alerts(released)
    assert pull.row_count == 0
    assert pull.manifest["withdrawn"] == [gone["alert_id"]]
    assert pull_alerts(released).manifest["withdrawn"] == []


def test_a_full_pull_has_all_and_moves_the_cursor(released: Settings, world: World) -> None:
    first = pull_alerts(released)
    world.alerts.append(alert(500))
    release_again(released, world)
    full = pull_alerts(released, is_full=True)
    assert full.manifest["is_full"]
    assert full.row_count == first.row_count + 1
    assert full.new_count == 1
    assert pull_alerts(released).row_count == 0


def test_consumers_have_cursors_of_their_own(released: Settings) -> None:
    ops = pull_alerts(released)
    research = pull_alerts(released, "fraud_research")
    assert ids(research) == ids(ops)


def test_texts_are_safe_and_times_are_local(released: Settings, world: World) -> None:
    world.alerts.append(alert(500, evidence="=HYPERLINK(1)", dedup_key="-12.5", feed="+x"))
    release_again(released, world)
    row = next(row for row in cells(pull_alerts(released)) if row["feed"] == "'+x")
    assert row["evidence"] == "'=HYPERLINK(1)"
    assert row["dedup_key"] == "-12.5"
    assert row["confidence_percent"] == "80.0000"
    detected = alert(500)["first_detected_at"] + timedelta(hours=8)
    assert row["first_detected_at"] == f"{detected:%Y-%m-%d %H:%M:%S}"
    assert "episode_started_at" not in row, "shown once, as episode_started_shanghai"


def test_parquet_keeps_machine_names_and_types(released: Settings) -> None:
    schema = pq.read_schema(pull_alerts(released).parquet)
    assert schema.names[0] == "change_code"
    assert str(schema.field("first_detected_at").type) == "timestamp[us]"
    assert str(schema.field("confidence_ppm").type) == "int64"


@pytest.mark.chaos
def test_killed_half_way_the_next_pull_is_the_same(released: Settings, tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        env=environment_of(released),
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert latest_extract(released) is None
    pull = pull_alerts(released)
    undisturbed = pull_alerts(released, "undisturbed")
    assert pull.sequence == 1
    assert ids(pull) == ids(undisturbed)
    assert [name for name in os.listdir(pull.path.parent) if name.startswith(".making")] == []


def test_two_pulls_do_not_meet(released: Settings) -> None:
    with only_one(released.out / "extracts/ops/alerts_open", "it"), pytest.raises(TransientError):
        pull_alerts(released)


@pytest.mark.parametrize("consumer", ["../ops", "", "Ops", "a/b", "运营"])
def test_a_consumer_is_a_plain_name(released: Settings, consumer: str) -> None:
    with pytest.raises(TerminalError, match="consumer"):
        pull_alerts(released, consumer)


def test_without_a_release_there_is_no_extract(built: Settings) -> None:
    with pytest.raises(TerminalError, match="no release"):
        pull_alerts(built)
    assert latest_extract(built) is None
