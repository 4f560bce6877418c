"""Filters, formats, masking and revealing of extracts, and the record that each leaves."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import duckdb
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from ingest.erasure.journal import subject_hash
from ingest.vault import open_vault
from ingest.vault.access import verified_log
from publish.erasure import Extracts
from publish.extracts import Extract, Filters, Request, write_extract
from publish.extracts.records import export_chain, manifest_on_record
from publish.files import sha256_of
from publish.release import make_release
from publish.verify import verify
from tallywatch.errors import TerminalError
from tallywatch.retaining import retain
from tallywatch.settings import Settings
from tallywatch.warehouse import ensure_state_tables, read_warehouse
from tests.erasure.test_places import PERSON
from tests.publish.warehouse import World, alert

NAMES = {"S0000001": "王小明", "S0000002": "欧阳小红"}
PHONES = {"S0000001": "13912340987", "S0000002": "13800001111"}
ID_NUMBERS = {"S0000001": "11010519491231002X", "S0000002": "440524188001010014"}
PURPOSE = "alert 42: calling the person back"


@pytest.fixture
def known(released: Settings) -> Settings:
    """The identifiers of two of the people are in the vault, and ada may see some."""
    vault = open_vault(released)
    for kind, prefix, values in (
        ("name", "nm", NAMES),
        ("phone", "ph", PHONES),
        ("id_number", "id", ID_NUMBERS),
    ):
        vault.seal(kind, [(who, f"{prefix}_{who}", value) for who, value in values.items()])
    return replace(released, revealers={"ada": frozenset({"case_handler"})})


def pull(settings: Settings, name: str = "alerts_open", **asked: object) -> Extract:
    filters = {k: v for k, v in asked.items() if k in Filters.__dataclass_fields__}
    rest = {k: v for k, v in asked.items() if k not in filters}
    return write_extract(settings, name, Request(filters=Filters(**filters), **rest))


def rows(made: Extract) -> list[dict]:
    return pq.read_table(made.parquet).to_pylist()


def test_filters_narrow(known: Settings, world: World) -> None:
    high = pull(known, severity=("high",), consumer="a")
    assert {row["severity_code"] for row in rows(high)} == {"high"}
    of_rule = pull(known, rule=("IM-BK-013", "IM-MT-025"), consumer="b")
    assert {row["rule_id"] for row in rows(of_rule)} == {"IM-BK-013", "IM-MT-025"}
    of_region = pull(known, region=("31",), consumer="c")
    assert {row["subject_key"] for row in rows(of_region)} <= {f"S000000{n}" for n in range(4)}
    assert 0 < of_region.row_count < pull(known, consumer="d").row_count
    assert "region_code" not in pq.read_schema(of_region.parquet).names
    late = alert(20)["first_detected_at"] + timedelta(hours=8)
    since = pull(known, since=late.isoformat(), consumer="e")
    assert min(row["first_detected_at"] for row in rows(since)) == alert(20)["first_detected_at"]
    incident = hashlib.sha256(b"S0000001").hexdigest()
    of_incident = pull(known, incident=(incident[:10],), consumer="f")
    assert {row["incident_id"] for row in rows(of_incident)} == {incident}
    of_person = pull(known, "person_timeline", person=("S0000001",))
    assert {row["subject_key"] for row in rows(of_person)} == {"S0000001"}
    assert len(world.alerts) > of_person.row_count > 0


def test_a_filtered_pull_leaves_the_rest_for_the_next(known: Settings) -> None:
    high = pull(known, severity=("high",))
    rest = pull(known)
    assert high.row_count > 0
    assert {row["severity_code"] for row in rows(rest)} == {"medium"}
    assert rest.manifest["withdrawn"] == []
    assert pull(known).row_count == 0
    assert pull(known, since="1").row_count == rest.row_count, "what is new since the first pull"
    assert pull(known, since="0").row_count == high.row_count + rest.row_count


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("rule_scorecard", {"severity": ("high",)}, "--severity"),
        ("rule_scorecard", {"since": "2026-11-01"}, "--since"),
        ("person_timeline", {}, "without --person"),
        ("alerts_open", {"severity": ("worst",)}, "another shape"),
        ("alerts_open", {"since": "yesterday"}, "yesterday"),
        ("alerts_open", {"since": "77"}, "no pull 77"),
        ("alerts_open", {"formats": ("pdf",)}, "pdf"),
        ("alerts", {}, "no extract named"),
        ("ops", {}, "no extract named"),
        ("clock_watch", {}, "no xtr_clock_watch in the current release"),
        ("alerts_open", {"purpose": "calling 13912340987 back"}, "identifier"),
        ("alerts_open", {"purpose": "about S0000001, urgent"}, "a person's key"),
        ("alerts_open", {"purpose": "why"}, "says nothing"),
        ("rule_scorecard", {"role": "case_handler", "purpose": PURPOSE, "user": "ada"}, "revealed"),
    ],
)
def test_what_does_not_fit_is_told(known: Settings, name: str, asked: dict, found: str) -> None:
    with pytest.raises(TerminalError, match=found):
        pull(known, name, **asked)


def test_four_formats_say_the_same(known: Settings) -> None:
    made = pull(known, formats=("csv", "xlsx", "jsonl", "parquet"))
    lines = (made.path / "alerts_open.jsonl").read_text("utf-8").splitlines()
    parsed = [json.loads(line) for line in lines]
    table = rows(made)
    assert [row["alert_id"] for row in parsed] == [row["alert_id"] for row in table]
    assert parsed[0]["first_detected_at"] == f"{table[0]['first_detected_at']:%Y-%m-%dT%H:%M:%SZ}"
    book = CalamineWorkbook.from_filelike(BytesIO((made.path / "alerts_open.xlsx").read_bytes()))
    sheet, about = book.sheet_names
    assert sheet == "待处理告警 Open alerts"
    heading, *cells = book.get_sheet_by_name(sheet).to_python()
    assert "告警编号\nalert_id" in heading
    position = heading.index("告警编号\nalert_id")
    assert [row[position] for row in cells] == [row["alert_id"] for row in table]
    assert ["规则集 Rule set", made.manifest["rule_set_version"]] in [
        row[:2] for row in book.get_sheet_by_name(about).to_python()
    ]
    assert set(made.manifest["files"]) == {
        *(f"alerts_open.{kind}" for kind in ("csv", "xlsx", "jsonl", "parquet")),
        "delivered.parquet",
    }
    for name, facts in made.manifest["files"].items():
        assert sha256_of(made.path / name) == facts["sha256"]
        assert (made.path / name).stat().st_size == facts["bytes"]


def test_an_empty_extract_has_headings_and_a_manifest(known: Settings) -> None:
    made = pull(known, severity=("critical",), formats=("csv", "xlsx", "jsonl"))
    assert made.row_count == 0
    assert made.manifest["filters"] == {"severity": ["critical"]}
    assert (made.path / "alerts_open.csv").read_text("utf-8-sig").count("\n") == 1
    assert (made.path / "alerts_open.jsonl").read_bytes() == b""


def test_people_are_masked(known: Settings) -> None:
    made = pull(known, formats=("csv", "xlsx", "jsonl"))
    by_person = {row["subject_key"]: row for row in rows(made)}
    names = list(rows(made)[0])
    after = names.index("subject_key")
    assert names[after : after + 2] == ["subject_key", "person_phone_masked"]
    assert by_person["S0000001"]["person_phone_masked"] == "*******0987"
    assert by_person["S0000003"]["person_phone_masked"] is None, "the vault knows nothing of them"
    for path in made.path.iterdir():
        content = path.read_bytes()
        for value in (*NAMES.values(), *PHONES.values(), *ID_NUMBERS.values()):
            assert value.encode() not in content, path
    assert verified_log(known, open_vault(known)) == []


def test_revealing_needs_a_role_that_serves_and_leaves_lines(known: Settings) -> None:
    asked = {"role": "case_handler", "purpose": PURPOSE, "formats": ("csv",)}
    for who, refused in (
        ({"user": "bob"}, "does not have the role"),
        ({"user": "ada", "role": "privacy_officer"}, "does not have the role"),
        ({"user": "ada", "purpose": None}, "says nothing"),
    ):
        with pytest.raises(TerminalError, match=refused):
            pull(known, **(asked | who))
    with pytest.raises(TerminalError, match="does not serve data_request"):
        pull(known, "person_timeline", person=("S0000001",), user="ada", **asked)
    made = pull(known, user="ada", **asked)
    row = next(row for row in rows(made) if row["subject_key"] == "S0000001")
    assert (row["person_name"], row["person_phone"]) == ("王小明", "13912340987")
    assert "person_id_number" not in row, "no identifier that the role may not see"
    lines = verified_log(known, open_vault(known))
    assert {line.user_name for line in lines} == {"ada"}
    assert sum(line.outcome_code == "granted" for line in lines) == 4
    assert {line.purpose for line in lines} == {f"alert_work: {PURPOSE}"}
    assert (made.manifest["is_revealed"], made.manifest["role"]) == (True, "case_handler")
    assert made.manifest["pulled_by"] == "ada"


def test_every_pull_is_on_record_in_a_chain(known: Settings) -> None:
    first = pull(known, purpose=PURPOSE, requested_by="olivia")
    pull(known, "person_timeline", person=("S0000001",), purpose="ticket 7: data request")
    listed, timeline = export_chain(known).verified()
    assert listed["requested_by"] == "olivia"
    assert listed["rows"] == first.row_count
    assert listed["extract_files"] == first.manifest["files"]
    assert listed["people"] == len({row["subject_key"] for row in rows(first)})
    assert listed["manifest_sha256"] == manifest_on_record(known, first.path)
    assert timeline["previous_hash"] == listed["hash"]
    hashed = subject_hash(known.keys.token, "S0000001")
    assert timeline["filters"] == {"person": [f"hash {hashed}"]}
    for path in known.exports.iterdir():
        assert b"S0000001" not in path.read_bytes()


def test_a_pull_that_was_killed_before_its_record_gets_it(known: Settings) -> None:
    pull(known)
    for path in known.exports.iterdir():
        path.unlink()
    second = pull(known)
    assert [record["pull"] for record in export_chain(known).verified()] == [1, 2]
    assert second.row_count == 0


def test_what_was_delivered_is_known_to_the_next_build(known: Settings, world: World) -> None:
    first = pull(known)
    pull(known, consumer="fraud_research", severity=("high",))
    world.alerts.append(alert(500))
    world.put(known)
    make_release(known)
    pull(known)
    known.warehouse.unlink()
    ensure_state_tables(known)
    with read_warehouse(known) as con:
        found = con.execute(
            "select consumer_name, release_id, count(*), count(distinct alert_id) "
            "from exports.delivered_alerts group by all order by all"
        ).fetchall()
        (at,) = con.execute("select max(delivered_at) from exports.delivered_alerts").fetchone()
    live = {row["alert_id"] for row in world.alerts if row["status_code"] == "live"}
    assert sum(count for consumer, _, count, _ in found if consumer == "ops") == len(live)
    assert all(count == different for _, _, count, different in found)
    assert len(found) == 3
    assert at >= datetime.fromisoformat(first.manifest["created_at"]).replace(tzinfo=None)


def test_the_rule_set_version_follows_thresholds(known: Settings) -> None:
    before = pull(known).manifest["rule_set_version"]
    assert pull(known).manifest["rule_set_version"] == before
    with duckdb.connect(str(known.warehouse)) as con:
        con.execute("update marts.dim_rule_thresholds set threshold_value = 60000")
    make_release(known)
    assert pull(known).manifest["rule_set_version"] != before


def test_an_erased_person_is_in_no_file_of_any_extract(known: Settings) -> None:
    formats = ("csv", "xlsx", "jsonl")
    pull(known, formats=formats)
    made = pull(known, "person_timeline", person=("S0000001",), formats=formats)
    place = Extracts(known)
    assert set(place.count(PERSON)) == {"ops/alerts_open/000001", "ops/person_timeline/000001"}
    place.erase(PERSON, {})
    assert place.count(PERSON) == {}
    assert pq.read_table(made.parquet).num_rows == 0
    for path in (known.out / "extracts").rglob("*.*"):
        assert b"S0000001" not in path.read_bytes(), path
        if path.suffix == ".xlsx":
            book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
            sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
            assert "S0000001" not in str(sheets)
    assert manifest_on_record(known, made.path) == sha256_of(made.path / "manifest.json")
    export_chain(known).verified()


def test_records_go_after_three_years_and_the_chain_holds(known: Settings) -> None:
    for _ in range(3):
        pull(known)
    now = datetime.fromisoformat(pull(known).manifest["created_at"])
    assert "export records" not in retain(known, now=now + timedelta(days=1095)).others
    done = retain(known, now=now + timedelta(days=1100))
    assert done.others["export records"] == 3, "the newest stays"
    assert len(export_chain(known).verified()) == 1
    pull(known)
    assert [r["sequence"] for r in export_chain(known).verified()] == [4, 5]


def test_identifiers_in_clear_are_kept_for_a_month(known: Settings) -> None:
    asked = {"role": "case_handler", "purpose": PURPOSE, "user": "ada"}
    made = pull(known, formats=("csv", "xlsx"), **asked)
    masked = pull(known, consumer="masked")
    now = datetime.fromisoformat(made.manifest["created_at"])
    assert "extracts in clear" not in retain(known, now=now + timedelta(days=30)).others
    assert retain(known, now=now + timedelta(days=31)).others["extracts in clear"] == 1
    assert {path.name for path in made.path.iterdir()} == {"manifest.json", "delivered.parquet"}
    assert masked.parquet.exists()
    assert [fault for checked in verify(known) for fault in checked.faults] == []
    assert pull(known).row_count == 0, "the cursor stays"
    assert "extracts in clear" not in retain(known, now=now + timedelta(days=31)).others
