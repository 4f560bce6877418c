"""An evidence pack holds what is behind an alert, and one byte changed anywhere is found."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.erasure.person import Person
from publish.evidence import Pack, make_pack
from publish.evidence.keeping import Packs
from publish.evidence.pack import evidence_chain
from publish.extracts import Request, write_extract
from publish.extracts.records import export_chain
from publish.files import sha256_of
from publish.release import connect
from publish.verify import verify
from tallywatch.errors import TerminalError
from tallywatch.retaining import retain
from tallywatch.settings import Settings
from tests.publish.warehouse import World, small_world

INCIDENT = hashlib.sha256(b"S0000001").hexdigest()


@pytest.fixture
def world() -> World:
    """As elsewhere, but every alert is from a delivery that the ledger knows."""
    made = small_world()
    for number, alert in enumerate(made.alerts):
        alert["delivery_id"] = f"alipay_bills-{number % 3 * 5:012d}"
    return made


@pytest.fixture
def kept(released: Settings) -> Settings:
    """The same with the rows of every delivery of bills in the lake, but for the last delivery."""
    with connect(released) as con:
        flags = con.execute(
            "select delivery_id, line_number, subject_key from fct_flags"
        ).fetchall()
    folder = released.lake / "alipay_bills"
    folder.mkdir(parents=True)
    for delivery_id in {flag[0] for flag in flags}:
        lines = [(line, who) for delivery, line, who in flags if delivery == delivery_id]
        rows = [
            {
                "_line_number": line,
                "subject_key": who,
                "amount_fen": 880_000 + line,
                "counterparty_token": "cp_1",
                "authorisation_id": "A0000001",
                "paid_at": datetime(2026, 10, 1, 15, 30),
            }
            for line, who in lines
        ]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{delivery_id}.parquet")
    return released


@pytest.fixture
def pack(kept: Settings) -> Pack:
    return make_pack(kept, INCIDENT[:12], is_zipped=True, requested_by="olivia")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def faults(settings: Settings, path: Path | None = None) -> list[str]:
    return [f"{c.what}: {fault}" for c in verify(settings, path) for fault in c.faults]


def test_it_holds_the_rows_behind_the_flags(kept: Settings, pack: Pack) -> None:
    rows, flags = lines(pack.path / "source_rows.jsonl"), lines(pack.path / "flags.jsonl")
    assert pack.row_count == len(rows) == len(flags) > 0
    assert pack.missing == ()
    behind = {(row["delivery_id"], row["_line_number"]) for row in rows}
    assert behind == {(flag["delivery_id"], flag["line_number"]) for flag in flags}
    assert {row["subject_key"] for row in rows} == {"S0000001"}
    assert json.loads((pack.path / "incident.json").read_text("utf-8"))["incident_id"] == INCIDENT
    rules = json.loads((pack.path / "rules.json").read_text("utf-8"))
    assert {rule["rule_id"] for rule in rules["rules"]} == {flag["rule_id"] for flag in flags}
    assert rules["thresholds"]
    manifest = json.loads((pack.path / "manifest.json").read_text("utf-8"))
    assert manifest["requested_by"] == "olivia"
    assert manifest["about"] == f"incident {INCIDENT}"
    assert pack.manifest_sha256 == sha256_of(pack.path / "manifest.json")
    (sealed,) = evidence_chain(kept).verified()
    assert sealed["manifest_sha256"] == pack.manifest_sha256


def test_custody_goes_from_the_delivery_to_the_pack(pack: Pack) -> None:
    chain = json.loads((pack.path / "custody.json").read_text("utf-8"))
    steps = list(dict.fromkeys(link["step"] for link in chain))
    assert steps == [
        *("delivery", "batch", "row", "flag", "alert", "incident", "release", "pack"),
    ]
    named = {link["id"] for link in chain}
    for link in chain:
        assert set(link["comes_from"]) <= named
        assert link["comes_from"] or link["step"] == "delivery"
        assert link["at"]
    assert [link["previous_hash"] for link in chain[1:]] == [link["hash"] for link in chain[:-1]]


def test_an_alert_has_a_pack_too(kept: Settings, world) -> None:
    alert = world.alerts[0]
    pack = make_pack(kept, alert["alert_id"])
    assert pack.path.name.startswith(f"alert-{alert['alert_id'][:12]}-")
    assert len(lines(pack.path / "alerts.jsonl")) == 1
    assert faults(kept, pack.path) == []


def test_rows_that_are_gone_are_named(kept: Settings, world) -> None:
    alert = world.alerts[0]
    (kept.lake / f"alipay_bills/{alert['delivery_id']}.parquet").unlink()
    pack = make_pack(kept, alert["alert_id"])
    assert f"{alert['delivery_id']}:{alert['line_number']}" in pack.missing
    assert faults(kept, pack.path) == []


@pytest.mark.parametrize(
    ("wanted", "found"), [("a" * 12, "no incident or alert"), ("zz", "shape"), ("f00", "shape")]
)
def test_what_is_not_there_is_told(kept: Settings, wanted: str, found: str) -> None:
    with pytest.raises(TerminalError, match=found):
        make_pack(kept, wanted)


def test_whole_packs_and_extracts_verify(kept: Settings, pack: Pack) -> None:
    extract = write_extract(kept, "alerts_open", Request(formats=("csv", "xlsx")))
    assert faults(kept) == []
    whats = [checked.what for checked in verify(kept)]
    assert whats == [
        "chain of postings",
        "chain of export records",
        "chain of evidence packs",
        "log of look-ups",
        "extract ops/alerts_open/000001",
        f"evidence pack {pack.pack_id}",
    ]
    for path in (pack.path, pack.archive, extract.path, kept.exports, kept.evidence / "chain"):
        assert faults(kept, path) == []
    with pytest.raises(TerminalError, match="nothing to verify"):
        list(verify(kept, kept.home))


@pytest.mark.parametrize(
    "name",
    [
        *("source_rows.jsonl", "deliveries.jsonl", "flags.jsonl", "alerts.jsonl", "incident.json"),
        *("rules.json", "custody.json", "manifest.json", "README.txt"),
    ],
)
def test_one_byte_of_a_pack_is_found(kept: Settings, pack: Pack, name: str) -> None:
    path = pack.path / name
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = faults(kept, pack.path)
    assert any(name in fault for fault in found), found
    assert faults(kept) != []


def test_a_pack_that_was_made_anew_around_a_forged_row_is_found(kept: Settings, pack: Pack) -> None:
    """Whoever knows how packs are made can make hashes that fit; the row then is not the one in
    custody, and the manifest not the one that was sealed."""
    path = pack.path / "source_rows.jsonl"
    path.chmod(0o644)
    path.write_text(path.read_text("utf-8").replace("88", "99"), "utf-8")
    manifest = pack.path / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["files"][path.name] = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    manifest.chmod(0o644)
    manifest.write_text(json.dumps(content), "utf-8")
    found = faults(kept, pack.path)
    assert any("not the one that was sealed" in fault for fault in found)
    assert any("custody names another row" in fault for fault in found)
    elsewhere = shutil.copytree(pack.path, kept.home.parent / "handed-over")
    assert any("another row" in fault for fault in faults(kept, elsewhere))


def test_a_file_added_or_missing_is_found(kept: Settings, pack: Pack) -> None:
    (pack.path / "more.txt").write_text("x")
    (pack.path / "rules.json").unlink()
    found = " ".join(faults(kept, pack.path))
    assert "more.txt was added" in found
    assert "rules.json is missing" in found
    shutil.rmtree(pack.path)
    assert any("the pack is missing" in fault for fault in faults(kept))


def test_a_zip_cut_or_changed_is_found(kept: Settings, pack: Pack) -> None:
    assert pack.archive is not None
    with zipfile.ZipFile(pack.archive) as archive:
        assert len(archive.namelist()) == len(list(pack.path.iterdir()))
    cut = kept.home.parent / f"{pack.pack_id}.zip"
    cut.write_bytes(pack.archive.read_bytes()[:-40])
    assert faults(kept, cut)


def test_one_byte_of_an_extract_or_of_its_record_is_found(kept: Settings) -> None:
    made = write_extract(kept, "alerts_open")
    for path in (made.path / "alerts_open.csv", made.path / "manifest.json"):
        before = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(before.replace(b"2", b"3", 1))
        assert any(path.name in fault for fault in faults(kept, made.path))
        path.write_bytes(before)
    assert faults(kept) == []
    for path in sorted(kept.exports.glob("0*")):
        before = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(before[:-9] + bytes([before[-9] ^ 1]) + before[-8:])
        assert any(f"{path.name} was changed" in fault for fault in faults(kept)), path
        path.write_bytes(before)


def test_a_changed_posting_is_found(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.postings.mkdir(parents=True, exist_ok=True)
    (kept.postings / "2026-09.json").write_text("{}", "utf-8")
    assert faults(kept, kept.postings) == [
        "chain of postings: the chain of postings is broken at 2026-09: its record cannot be read"
    ]


def test_an_erased_person_takes_their_packs_along(kept: Settings, pack: Pack, world) -> None:
    other = next(alert for alert in world.alerts if alert["subject_key"] == "S0000002")
    stays = make_pack(kept, other["alert_id"])
    place, person = Packs(kept), Person("S0000001", is_whole=True)
    assert list(place.count(person)) == [pack.pack_id]
    place.erase(person, {})
    assert place.count(person) == {}
    assert pack.archive is not None
    assert not pack.path.exists()
    assert not pack.archive.exists()
    assert stays.path.exists()
    assert faults(kept) == []
    assert "S0000001" not in "".join(
        p.read_text("utf-8") for p in kept.evidence.glob("chain/*.json")
    )


def test_packs_go_after_three_years(kept: Settings, pack: Pack) -> None:
    made = datetime.fromisoformat(json.loads((pack.path / "manifest.json").read_text())["made_at"])
    assert "evidence packs" not in retain(kept, now=made + timedelta(days=1095)).others
    assert retain(kept, now=made + timedelta(days=1100)).others["evidence packs"] == 1
    assert not pack.path.exists()
    assert faults(kept) == []
    assert len(export_chain(kept).verified()) == 0
