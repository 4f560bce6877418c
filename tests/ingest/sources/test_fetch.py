"""Fetching from a folder, an SFTP server and an object store: each file once, whatever happens."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.contracts import Contract
from ingest.pipeline import contract_of, ingest_feed
from ingest.sources.declared import RemoteSource
from ingest.sources.endpoints import Endpoint
from ingest.sources.fetch import Swept, fetch_feed
from ingest.sources.fetched import ledger_path
from tallywatch.errors import SettingsError, TerminalError, TransientError
from tallywatch.settings import Settings
from tests.ingest.deliveries import RECEIVED, deal, deals_csv
from tests.ingest.sources.servers import ObjectStore, SftpServer, object_store, sftp_server

LONG_AGO = RECEIVED.timestamp()


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "server" / "outgoing").mkdir(parents=True)
    with sftp_server(tmp_path / "server") as server:
        yield server


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as served:
        yield served


def source(kind: str, root: str, pattern: str = "**/*.csv", **attributes: str) -> RemoteSource:
    return RemoteSource("alpha_drop", kind, root, pattern, tuple(sorted(attributes.items())))


def deals(*sources: RemoteSource) -> Contract:
    return replace(contract_of("partner_deals"), sources=sources)


def fetch(
    settings: Settings, contract: Contract, endpoint: Endpoint | None, pauses: list | None = None
) -> Swept:
    waited: list[float] = [] if pauses is None else pauses
    [swept] = fetch_feed(settings, contract, lambda _: endpoint, pause=waited.append)
    return swept


def lay(path: Path, content: bytes, modified: float = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (modified, modified))
    return path


def inbox(settings: Settings, feed: str = "partner_deals") -> list[Path]:
    return sorted(p for p in (settings.inbox / feed).rglob("*") if p.is_file())


def test_a_folder_is_swept_once_and_changes_are_fetched(settings: Settings, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    first = lay(drop / "2026" / "deals.csv", deals_csv(deal(1)))
    lay(drop / "2027" / "deals.csv", deals_csv(deal(2)))
    lay(drop / "notes.txt", b"no delivery")
    lay(drop / ".deals.csv.swp", b"hidden")
    lay(drop / "later.csv.part", b"unfinished")
    contract = deals(source("local", "drop"))
    endpoint = Endpoint(extra={"path": str(tmp_path)})

    swept = fetch(settings, contract, endpoint)

    assert (swept.listed, swept.fetched, swept.unfinished) == (2, 2, 0)
    assert [path.name for path in inbox(settings)] == ["deals.csv", "deals.csv"]
    assert {path.stat().st_mtime for path in inbox(settings)} == {LONG_AGO}
    assert first.exists(), "the sender's file is theirs"
    assert fetch(settings, contract, endpoint).fetched == 0
    lay(first, deals_csv(deal(1), deal(3)), LONG_AGO + 60)
    assert fetch(settings, contract, endpoint).fetched == 1
    assert sum(r.accepted_records for r in ingest_feed(settings, "partner_deals")) == 4


def test_passwords_come_with_the_file_that_they_open(settings: Settings, tmp_path: Path) -> None:
    lay(tmp_path / "drop" / "deals.zip", b"locked")
    lay(tmp_path / "drop" / "deals.zip.password", b"given by telephone\n")
    contract = deals(source("local", str(tmp_path / "drop"), "*"))
    assert fetch(settings, contract, None).fetched == 1
    [file, passwords] = inbox(settings)
    assert passwords == file.with_name("deals.zip.password")


def test_a_link_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    secret = lay(tmp_path / "elsewhere.csv", b"x")
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "link.csv").symlink_to(secret)
    (tmp_path / "drop" / "loop").symlink_to(tmp_path / "drop")
    assert fetch(settings, deals(source("local", str(tmp_path / "drop"))), None).listed == 0


def test_a_file_still_being_written_waits_until_it_is_stable(
    settings: Settings, tmp_path: Path
) -> None:
    file = lay(tmp_path / "drop" / "deals.csv", deals_csv(deal(1)), time.time())
    contract = deals(source("local", str(tmp_path / "drop")))
    endpoint = Endpoint(extra={"settle_seconds": 0.3})

    def grows(seconds: float) -> None:
        time.sleep(seconds)
        lay(file, deals_csv(deal(1), deal(2)), time.time())

    [swept] = fetch_feed(settings, contract, lambda _: endpoint, pause=grows)
    assert (swept.fetched, swept.unfinished, inbox(settings)) == (0, 1, [])
    [swept] = fetch_feed(settings, contract, lambda _: endpoint, pause=time.sleep)
    assert (swept.fetched, swept.unfinished) == (1, 0)
    assert inbox(settings)[0].read_bytes() == deals_csv(deal(1), deal(2))


def test_a_file_that_is_too_young_waits_for_the_next_sweep(
    settings: Settings, tmp_path: Path
) -> None:
    lay(tmp_path / "drop" / "deals.csv", deals_csv(deal(1)), time.time())
    contract = deals(source("local", str(tmp_path / "drop")))
    patient = Endpoint(extra={"settle_seconds": 600})
    pauses: list[float] = []
    swept = fetch(settings, contract, patient, pauses)
    assert (swept.fetched, swept.unfinished, pauses) == (0, 1, [600])
    assert fetch(settings, contract, patient).fetched == 0
    assert fetch(settings, contract, Endpoint(extra={"settle_seconds": 0})).fetched == 1


def test_a_file_that_changes_while_it_is_fetched_is_left_alone(
    settings: Settings, sftp: SftpServer
) -> None:
    file = lay(sftp.folder / "outgoing" / "deals.csv", deals_csv(deal(1)))
    sftp.on_read = lambda: lay(file, deals_csv(deal(2)), LONG_AGO + 5) and None
    swept = fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint())
    assert (swept.fetched, swept.unfinished, inbox(settings)) == (0, 1, [])
    assert fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint()).fetched == 1
    assert inbox(settings)[0].read_bytes() == deals_csv(deal(2))


def test_sftp_is_fetched_once_with_attributes_of_its_folders(
    settings: Settings, sftp: SftpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    name = "张三_13800138000.csv"
    lay(sftp.folder / "outgoing" / "authorisation_id=A0000001" / name, b"any bytes")
    contract = replace(
        contract_of("alipay_bills"), sources=(source("sftp", "/outgoing", "*/*.csv"),)
    )
    assert fetch(settings, contract, sftp.endpoint()).fetched == 1
    [path] = inbox(settings, "alipay_bills")
    assert path.read_bytes() == b"any bytes"
    assert path.relative_to(settings.inbox / "alipay_bills").parts[0] == "authorisation_id=A0000001"
    assert path.name == name
    reads = sftp.reads
    assert fetch(settings, contract, sftp.endpoint()).fetched == 0
    assert sftp.reads == reads, "an unchanged file is not downloaded again"
    assert "fp_" in caplog.text
    for secret in ("张三", "13800138000", "only for this test"):
        assert secret not in caplog.text
        assert secret.encode() not in ledger_path(settings).read_bytes()


def test_a_file_without_its_attribute_is_named_and_the_others_come(
    settings: Settings, sftp: SftpServer
) -> None:
    lay(sftp.folder / "outgoing" / "lost.csv", b"whose?")
    lay(sftp.folder / "outgoing" / "authorisation_id=A0000001" / "bill.csv", b"any bytes")
    contract = replace(contract_of("alipay_bills"), sources=(source("sftp", "/outgoing"),))
    with pytest.raises(TerminalError, match="a file without authorisation_id"):
        fetch(settings, contract, sftp.endpoint())
    assert len(inbox(settings, "alipay_bills")) == 1


def test_attributes_may_stand_in_the_contract(settings: Settings, sftp: SftpServer) -> None:
    lay(sftp.folder / "outgoing" / "bill.csv", b"any bytes")
    given = source("sftp", "/outgoing", authorisation_id="A0000009")
    contract = replace(contract_of("alipay_bills"), sources=(given,))
    fetch(settings, contract, sftp.endpoint())
    assert inbox(settings, "alipay_bills")[0].parts[-3] == "authorisation_id=A0000009"


def test_a_line_that_breaks_is_tried_again(settings: Settings, sftp: SftpServer) -> None:
    content = deals_csv(*(deal(n) for n in range(9_000)))
    lay(sftp.folder / "outgoing" / "deals.csv", content)
    lay(sftp.folder / "outgoing" / "more.csv", deals_csv(deal(1)))
    sftp.cut_lines = 1
    pauses: list[float] = []
    swept = fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint(), pauses)
    assert (swept.fetched, sftp.cut_lines, pauses) == (2, 0, [1.0])
    assert {path.read_bytes() for path in inbox(settings)} == {content, deals_csv(deal(1))}
    assert not list(settings.inbox.rglob(".*.tmp"))


def test_a_server_that_keeps_breaking_is_left_for_the_next_run(
    settings: Settings, sftp: SftpServer
) -> None:
    lay(sftp.folder / "outgoing" / "deals.csv", deals_csv(*(deal(n) for n in range(9_000))))
    sftp.cut_lines, sftp.cut_after_reads = 99, 1
    with pytest.raises(TransientError, match="source alpha_drop"):
        fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint())
    assert inbox(settings) == []
    sftp.cut_lines = 0
    assert fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint()).fetched == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"known_hosts": "127.0.0.1 ssh-ed25519 AAAA"}, "host key"),
        ({"known_hosts": ""}, "known_hosts"),
    ],
)
def test_a_server_that_is_not_known_is_not_trusted(
    settings: Settings, sftp: SftpServer, changes: dict[str, str], says: str
) -> None:
    with pytest.raises(TerminalError, match=says):
        fetch(settings, deals(source("sftp", "/outgoing")), sftp.endpoint(**changes))


def test_wrong_credentials_and_missing_folders_are_for_a_person(
    settings: Settings, sftp: SftpServer
) -> None:
    wrong = replace(sftp.endpoint(), password="wrong")
    with pytest.raises(TerminalError, match="access refused"):
        fetch(settings, deals(source("sftp", "/outgoing")), wrong)
    with pytest.raises(TerminalError, match="is not there"):
        fetch(settings, deals(source("sftp", "/no/such")), sftp.endpoint())
    with pytest.raises(SettingsError, match="alpha_drop"):
        fetch(settings, deals(source("sftp", "/outgoing")), None)


def test_a_server_that_is_away_may_come_back(settings: Settings) -> None:
    nobody = Endpoint("127.0.0.1", 1, "a", "b", {"known_hosts": "127.0.0.1 ssh-ed25519 AAAA"})
    with pytest.raises(TransientError, match="source alpha_drop"):
        fetch(settings, deals(source("sftp", "/outgoing")), nobody)


def test_one_source_that_fails_does_not_keep_the_others_away(
    settings: Settings, sftp: SftpServer, tmp_path: Path
) -> None:
    lay(tmp_path / "drop" / "deals.csv", deals_csv(deal(1)))
    contract = deals(source("sftp", "/no/such"), source("local", str(tmp_path / "drop")))
    with pytest.raises(TerminalError):
        fetch(settings, contract, sftp.endpoint())
    assert len(inbox(settings)) == 1


def test_an_object_store_is_fetched_once(
    settings: Settings, store: ObjectStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store.put("deals/2026/13800138000.csv", deals_csv(deal(1)))
    store.put("deals/2026/", b"")
    store.put("other/deals.csv", deals_csv(deal(2)))
    caplog.clear()
    contract = deals(source("s3", "drop/deals"))
    assert fetch(settings, contract, store.endpoint).fetched == 1
    assert inbox(settings)[0].read_bytes() == deals_csv(deal(1))
    assert fetch(settings, contract, store.endpoint).fetched == 0
    said = [r.getMessage() for r in caplog.records if r.name != "werkzeug"]
    assert said
    assert not any("13800138000" in line for line in said)
    store.put("deals/2026/13800138000.csv", deals_csv(deal(3)))
    assert fetch(settings, contract, store.endpoint).fetched == 1


def test_a_missing_bucket_is_for_a_person_and_a_store_away_may_come_back(
    settings: Settings, store: ObjectStore
) -> None:
    with pytest.raises(TerminalError, match="is not there"):
        fetch(settings, deals(source("s3", "nosuch/deals")), store.endpoint)
    away = replace(store.endpoint, extra={"endpoint_url": "http://127.0.0.1:1"})
    with pytest.raises(TransientError, match="source alpha_drop"):
        fetch(settings, deals(source("s3", "drop/deals")), away)


@pytest.mark.chaos
@pytest.mark.parametrize("moment", ["downloaded", "renamed"])
def test_a_fetch_that_is_killed_is_repeated_without_harm(
    settings: Settings, tmp_path: Path, moment: str
) -> None:
    lay(tmp_path / "drop" / "deals.csv", deals_csv(deal(1)))
    script = "import sys; from tests.ingest.sources.killed import run; run(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.home), str(tmp_path / "drop"), moment],
        check=False,
    )
    assert done.returncode == -9
    contract = deals(source("local", str(tmp_path / "drop")))
    assert len(inbox(settings)) == 1, "hidden while it is not whole, else whole"
    assert fetch(settings, contract, None).fetched == 1
    reports = ingest_feed(settings, "partner_deals")
    assert [report.accepted_records for report in reports] == [1]


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_memory_stays_flat(
    settings: Settings, sftp: SftpServer, store: ObjectStore, kind: str
) -> None:
    """A file of 96 MiB is fetched by a process that may not grow by as much."""
    block = b"0123456789abcdef" * (1 << 16)
    big = sftp.folder / "outgoing" / "big.csv"
    with big.open("wb") as target:
        for _ in range(96):
            target.write(block)
    os.utime(big, (LONG_AGO, LONG_AGO))
    if kind == "s3":
        store.put("deals/big.csv", big.read_bytes())
    endpoint = sftp.endpoint() if kind == "sftp" else store.endpoint
    root = "/outgoing" if kind == "sftp" else "drop/deals"
    script = "import sys; from tests.ingest.sources.killed import measure; measure(*sys.argv[1:])"
    fields = json.dumps(
        {
            "host": endpoint.host,
            "port": endpoint.port,
            "login": endpoint.login,
            "password": endpoint.password,
            "extra": endpoint.extra,
        }
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(settings.home), kind, root, fields],
        check=True,
        capture_output=True,
        text=True,
        timeout=240,
    )
    grown_bytes = int(done.stdout)
    assert inbox(settings)[0].stat().st_size == 96 << 20
    assert grown_bytes < 60 << 20
