"""A person's identifiers are nowhere in the data home, and after an erasure nothing of them is.

One world goes the whole way. The steps are one test each, in order, because building it is what
takes the time.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from expectations.gates import check_raw
from ingest.erasure.journal import subject_hash
from ingest.erasure.proof import read_proof
from ingest.rebuild import rebuild_raw
from ingest.tokens import Tokeniser
from ingest.vault import open_vault
from publish.extracts import latest_extract
from publish.files import sha256_of
from publish.release import connect, require_release
from publish.verify import verify
from tallywatch.erasing import erase, honour, preview
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import CANARY, settings_of
from tests.erasure.world import (
    CLEAR,
    EMAIL,
    GRANT,
    ID_NUMBER,
    NEIGHBOUR,
    NEIGHBOURS_GRANT,
    OTHER_GRANT,
    PAYEE,
    PHONE,
    deliver,
    ingest_all,
    places_with,
    publish_all,
    tables_with,
)


def own_tokens(settings: Settings) -> list[str]:
    tokeniser = Tokeniser(settings.keys.token)
    identifiers = {"phone": PHONE, "id_number": ID_NUMBER, "email": EMAIL}
    return [str(tokeniser.token(kind, value)) for kind, value in identifiers.items()]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("canary") / "home")
    deliver(settings)
    found = places_with(settings.home, CLEAR)
    assert set(found) == set(CLEAR), "the search finds what is there"
    ingest_all(settings)
    publish_all(settings)
    return settings


def test_before_an_erasure_there_are_tokens_only(world: Settings) -> None:
    assert places_with(world.home, CLEAR) == {}
    assert tables_with(world, CLEAR) == []
    vault = open_vault(world)
    assert vault.count(CANARY).values == 9
    tokens = own_tokens(world)
    assert len(tables_with(world, tokens)) >= 3
    assert places_with(world.home, [CANARY, GRANT, *tokens])


def alerted(settings: Settings) -> str:
    """Somebody of the simulated service who has an alert in the release."""
    with connect(settings) as release:
        row = release.execute("select min(subject_key) from xtr_alerts").fetchone()
    assert row
    assert row[0]
    return str(row[0])


def test_a_dry_run_counts_and_changes_nothing(world: Settings) -> None:
    before = {p: p.stat().st_mtime_ns for p in world.home.rglob("*") if p.is_file()}
    shown = preview(world, CANARY)
    after = {p: p.stat().st_mtime_ns for p in world.home.rglob("*") if p.is_file()}
    changed = {p.name for p in before if before[p] != after.get(p)}
    assert changed <= {"warehouse.duckdb", "vault.sqlite"}, "opened, not changed"
    assert shown.proof is None
    assert shown.found["lake"] == {
        f"{feed}/{delivery}": count
        for feed, delivery, count in sorted(
            (name.split("/")[0], name.split("/")[1], rows)
            for name, rows in shown.found["lake"].items()
        )
    }
    assert sum(shown.found["lake"].values()) == 2 + 1 + 1 + 1 + 1 + 2 + 1
    assert shown.found["vault"] == {"data keys": 1, "sealed values": 9}
    assert len(shown.found["landed deliveries"]) == 9


def test_an_authorisation_withdrawn_erases_what_was_read_under_it(world: Settings) -> None:
    from tests.erasure.world import lines

    withdrawn = {
        "authorisation_id": OTHER_GRANT,
        "subject_key": CANARY,
        "scope_code": "wallet_bills",
        "granted_at": "2026-01-01 00:00:00",
        "expires_at": "2027-01-01 00:00:00",
        "revoked_at": "2026-10-30 00:00:00",
        "recorded_at": "2026-10-30 00:00:00",
    }
    lines(world, "authorisations", "withdrawn", withdrawn)
    ingest_all(world)
    done = [e for e in honour(world, "tests") if e.person.subject_key == CANARY]
    assert [(e.person.is_whole, e.person.authorisation_ids) for e in done] == [
        (False, frozenset({OTHER_GRANT}))
    ]
    with open_warehouse(world) as warehouse:
        grants = warehouse.execute(
            "select authorisation_id, count(*) from raw.alipay_bills "
            "where subject_key in (?, ?) group by all order by all",
            [CANARY, NEIGHBOUR],
        ).fetchall()
        people = warehouse.execute(
            "select count(*) from raw.people where subject_key = ?", [CANARY]
        ).fetchone()
    assert grants == [(GRANT, 2), (NEIGHBOURS_GRANT, 2)]
    assert people == (1,)
    assert open_vault(world).count(CANARY).values == 8, "one payee was seen under it alone"
    assert honour(world, "tests") == [], "nothing is left to do"
    publish_all(world)


def test_after_an_erasure_nothing_is_left_but_the_proof(world: Settings) -> None:
    tokens = own_tokens(world)
    names = [CANARY, GRANT, OTHER_GRANT, *tokens]
    neighbours = neighbour_rows(world)
    done = erase(world, CANARY, reason="asked for by letter", requested_by="tests")
    assert places_with(world.home, [*CLEAR, *names]) == {}
    assert tables_with(world, [*CLEAR, *names]) == []
    assert open_vault(world).count(CANARY).keys == 0
    assert neighbour_rows(world) == neighbours
    with open_warehouse(world) as warehouse:
        free = warehouse.execute(
            "select free_blocks from pragma_database_size() where database_name = 'warehouse'"
        ).fetchone()
        deal = warehouse.execute(
            "select customer_phone_token from raw.partner_deals where deal_id = 'CANARY0'"
        ).fetchall()
        payments = warehouse.execute(
            "select payment_id, subject_key, amount_fen from raw.payments order by 1"
        ).fetchall()
    assert free == (0,)
    assert deal == [(None,)], "a deal stays, without its customer"
    assert payments == [("PC1", None, 1990), ("PC2", NEIGHBOUR, 1990)], "the books stay true"

    assert done.proof is not None
    proof = read_proof(world, done.proof)
    assert proof["subject_hash"] == subject_hash(world.keys.token, CANARY)
    assert {entry["place"] for entry in proof["places"]} >= {
        "vault",
        "quarantine",
        "landed deliveries",
        "lake",
        "warehouse",
    }
    assert check_raw(world).passed


def neighbour_rows(settings: Settings) -> list[tuple]:
    with open_warehouse(settings) as warehouse:
        return [
            row
            for feed in ("people", "alipay_bills", "verifications", "authorisations", "payments")
            for row in warehouse.execute(
                f"select * from raw.{feed} where subject_key = ? order by all", [NEIGHBOUR]
            ).fetchall()
        ]


def test_the_lake_rebuilds_what_the_warehouse_has(world: Settings) -> None:
    def raw() -> dict[str, list[tuple]]:
        with open_warehouse(world) as warehouse:
            feeds = warehouse.execute(
                "select table_name from information_schema.tables where table_schema = 'raw'"
            ).fetchall()
            return {
                feed: warehouse.execute(f"select * from raw.{feed} order by all").fetchall()
                for (feed,) in feeds
            }

    before = raw()
    rebuild_raw(world)
    assert raw() == before
    assert check_raw(world).passed


def test_the_same_files_delivered_again_bring_nothing_back(world: Settings) -> None:
    landed = sorted(p.name for p in world.landing.glob("*/d*"))
    again = settings_of(world.home.parent / "again")
    deliver(again)
    for path in sorted((again.inbox / "alipay_bills").rglob("*.csv")):
        if GRANT in str(path):
            target = world.inbox / path.relative_to(again.inbox)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    ingest_all(world)
    assert sorted(p.name for p in world.landing.glob("*/d*")) == landed
    assert places_with(world.home, [*CLEAR, CANARY, GRANT]) == {}


def test_alerts_go_from_release_and_extracts(world: Settings) -> None:
    somebody = alerted(world)
    others = alerts_of_others(world, somebody)
    held = require_release(world)
    reader = connect(world)
    erase(world, somebody, reason="asked for in the app", requested_by="tests")
    assert reader.execute("select count(*) from xtr_alerts").fetchone() != (0,)
    reader.close()
    assert places_with(world.home, [somebody]) == {}
    assert tables_with(world, [somebody]) == []
    assert alerts_of_others(world, somebody) == others
    release = require_release(world)
    assert release.release_id != held.release_id
    assert release.manifest["gates"] == held.manifest["gates"]
    facts = [*release.manifest["tables"].values(), release.manifest["database"]]
    assert all(sha256_of(release.path / fact["file"]) == fact["sha256"] for fact in facts)
    assert not list(world.evidence.glob("alert-*")), "the pack that was theirs is gone"
    assert [fault for checked in verify(world) for fault in checked.faults] == []
    extract = latest_extract(world)
    assert extract
    files = extract.manifest["files"]
    assert all(sha256_of(extract.path / name) == fact["sha256"] for name, fact in files.items())


def alerts_of_others(settings: Settings, somebody: str) -> list[tuple]:
    with connect(settings) as release:
        return release.execute(
            "select alert_id from xtr_alerts where subject_key <> ? order by all", [somebody]
        ).fetchall()


def test_a_changed_proof_proves_nothing(world: Settings, tmp_path: Path) -> None:
    proof = next(iter(world.erasures.glob("*.json")))
    content = json.loads(proof.read_text("utf-8"))
    content["places"] = content["places"][1:]
    forged = tmp_path / proof.name
    forged.write_text(json.dumps(content), "utf-8")
    with pytest.raises(TerminalError, match="signature"):
        read_proof(world, forged)
    forged.write_text("[]", "utf-8")
    with pytest.raises(TerminalError, match="no proof"):
        read_proof(world, forged)


def test_nobody_is_erased_who_is_not_there(world: Settings) -> None:
    with pytest.raises(TerminalError, match="nothing of this person"):
        erase(world, "S7654321", reason="asked for", requested_by="tests")
    with pytest.raises(TerminalError, match="identifier"):
        erase(world, NEIGHBOUR, reason=f"asked by {PHONE}", requested_by="tests")
    assert PAYEE in CLEAR
