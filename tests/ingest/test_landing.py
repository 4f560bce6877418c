"""Bytes are kept once, whoever delivers them however often."""

from __future__ import annotations

import base64
import io
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.archive import new_data_key, seal_stream
from ingest.contracts import read_contracts
from ingest.keyring import archive_ring
from ingest.landing import BYTES_FILE, MANIFEST, Landed, delivered, land, read_landed, sweep
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

FEEDS = read_contracts()
DEALS = FEEDS["partner_deals"]
BILLS = FEEDS["alipay_bills"]


def put(settings: Settings, name: str, content: bytes, feed: str = "partner_deals") -> Path:
    path = settings.inbox / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def landed_of(settings: Settings, path: Path) -> Landed:
    return land(settings, delivered(DEALS, path))


def test_the_same_bytes_under_another_name_are_one_delivery(settings: Settings) -> None:
    first = landed_of(settings, put(settings, "a.csv", b"x\n1\n"))
    second = landed_of(settings, put(settings, "b.csv", b"x\n1\n"))
    assert first.is_new
    assert not second.is_new
    assert first.delivery_id == second.delivery_id


def test_other_bytes_under_the_same_name_are_another_delivery(settings: Settings) -> None:
    first = landed_of(settings, put(settings, "a.csv", b"x\n1\n"))
    second = landed_of(settings, put(settings, "a.csv", b"x\n2\n"))
    assert first.delivery_id != second.delivery_id
    assert first.file_name_token == second.file_name_token


def test_the_same_bytes_under_another_grant_are_another_delivery(settings: Settings) -> None:
    path = put(settings, "bill.csv", b"same", "alipay_bills")
    ids = {
        land(settings, delivered(BILLS, path, (("authorisation_id", grant),))).delivery_id
        for grant in ("A0000001", "A0000002")
    }
    assert len(ids) == 2


def test_landed_bytes_are_sealed_and_come_back(settings: Settings) -> None:
    landed = landed_of(settings, put(settings, "a.csv", b"phone\n13800001234\n"))
    stored = b"".join(p.read_bytes() for p in settings.landing.rglob("*") if p.is_file())
    assert b"13800001234" not in stored
    assert b"a.csv" not in stored
    with landed.open(archive_ring(settings.keys)) as stream:
        assert stream.read() == b"phone\n13800001234\n"


def test_bytes_that_were_sealed_under_the_name_of_their_delivery_still_open(
    settings: Settings,
) -> None:
    content = b"phone\n13800001234\n"
    landed = landed_of(settings, put(settings, "a.csv", content))
    keys, key = archive_ring(settings.keys), new_data_key()
    with (landed.folder / BYTES_FILE).open("wb") as target:
        seal_stream(io.BytesIO(content), target, key, landed.delivery_id)
    manifest = json.loads((landed.folder / MANIFEST).read_text("utf-8"))
    del manifest["sealed_as"]
    manifest["wrapped_key"] = base64.b64encode(keys.wrap(key, landed.delivery_id)).decode()
    (landed.folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    with read_landed(landed.folder).open(keys) as stream:
        assert stream.read() == content


def test_sweep_reads_attributes_from_folders_and_leaves_unfinished_files(
    settings: Settings,
) -> None:
    put(settings, "authorisation_id=A0000012/bill.csv", b"1", "alipay_bills")
    put(settings, "authorisation_id=A0000012/bill.csv.part", b"2", "alipay_bills")
    put(settings, ".hidden/bill.csv", b"3", "alipay_bills")
    found = sweep(settings, BILLS)
    assert [(d.path.name, d.attributes) for d in found] == [
        ("bill.csv", (("authorisation_id", "A0000012"),))
    ]


def test_received_at_is_when_the_file_was_modified_but_never_in_the_future(
    settings: Settings,
) -> None:
    path = put(settings, "a.csv", b"1")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert delivered(DEALS, path).received_at == datetime.fromtimestamp(1_700_000_000, UTC)
    os.utime(path, (9_000_000_000, 9_000_000_000))
    assert delivered(DEALS, path).received_at <= datetime.now(UTC)


def test_a_folder_is_no_delivery(settings: Settings) -> None:
    folder = put(settings, "a.csv", b"1").parent
    with pytest.raises(TerminalError, match="a folder"):
        delivered(DEALS, folder)


def test_attributes_must_be_those_of_the_contract(settings: Settings) -> None:
    path = put(settings, "a.csv", b"1")
    with pytest.raises(TerminalError, match="none"):
        delivered(DEALS, path, (("authorisation_id", "A0000001"),))


def test_concurrent_landings_of_one_file_keep_one_copy(settings: Settings) -> None:
    path = put(settings, "a.csv", b"x" * 3_000_000)
    results: list[Landed] = []
    threads = [
        threading.Thread(target=lambda: results.append(landed_of(settings, path))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({landed.delivery_id for landed in results}) == 1
    assert len(results) == 6
    assert [p.name for p in settings.landing.iterdir()] == ["partner_deals"]
    with results[0].open(archive_ring(settings.keys)) as stream:
        assert len(stream.read()) == 3_000_000
