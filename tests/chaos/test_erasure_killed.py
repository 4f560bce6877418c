"""Killed anywhere in an erasure, a second call ends where one call would have, proof included."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.erasure.proof import proofs, read_proof
from ingest.vault import open_vault
from publish.extracts import Request, write_extract
from publish.extracts.filters import Filters
from publish.files import sha256_of
from publish.release import connect, require_release
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.chaos.killed import CANARY, erase_canary, run_and_kill, settings_of
from tests.erasure.world import (
    CLEAR,
    GRANT,
    OTHER_GRANT,
    deliver,
    ingest_all,
    places_with,
    publish_all,
    tables_with,
)

pytestmark = pytest.mark.chaos

POINTS = [
    "ingest.erasure.journal:write_json:1",
    "ingest.vault.vault:Vault.destroy:1",
    "ingest.erasure.others:Waiting.erase:1",
    "ingest.erasure.lake:empty_rejected:1",
    "ingest.erasure.landing:shred:2",
    "ingest.erasure.bytes:seal_stream:2",
    "ingest.erasure.bytes:remove_unreferenced:3",
    "ingest.erasure.lake:write_report:3",
    "ingest.erasure.lake:replacing:2",
    "ingest.erasure.lake:rewrite_accepted:4",
    "ingest.erasure.tables:enter_deletion:2",
    "publish.erasure:put_folder:1",
    "publish.erasure:point:1",
    "publish.erasure:remove_folder:1",
    "publish.erasure:_replace:2",
    "ingest.erasure.tables:compact_warehouse:1",
    "tallywatch.erasing:write_proof:1",
    "ingest.erasure.journal:end:1",
]


def state(settings: Settings) -> dict[str, Any]:
    """All that an erasure leaves, without the clock's readings and the random keys of sealing."""
    with open_warehouse(settings) as warehouse:
        names = warehouse.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_type = 'BASE TABLE' order by all"
        ).fetchall()
        tables = {
            name: warehouse.execute(f"select * from {name} order by all").fetchall()
            for (name,) in names
        }
    with connect(settings) as release:
        alerts = release.execute("select * from xtr_alerts order by all").fetchall()
    landed = {}
    for path in sorted(settings.landing.glob("*/d*/manifest.json")):
        content = json.loads(path.read_text("utf-8"))
        landed[path.parent.name] = (
            content["wrapped_key"] is None,
            content.get("removed_lines"),
            sorted(p.name for p in path.parent.iterdir()),
        )
    return {
        "tables": tables,
        "alerts": alerts,
        "landed": landed,
        "lake": {
            str(path.relative_to(settings.lake)): pq.read_table(path).to_pylist()
            for path in sorted(settings.lake.rglob("*.parquet"))
        },
        "reports": {
            path.name: path.read_text("utf-8") for path in settings.lake.glob("_batches/*/*.json")
        },
        "vault": open_vault(settings).count(CANARY),
        "proved": [places_of(settings, path) for path in proofs(settings)],
        "under way": list((settings.erasures / "pending").glob("*.json")),
        "half made": [str(p) for p in settings.home.rglob(".*") if "making" in p.name],
    }


def places_of(settings: Settings, path: Path) -> list[Any]:
    proof = read_proof(settings, path)
    assert proof["left"] == 0
    return [e for e in proof["places"] if e["place"] != "releases"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = settings_of(tmp_path_factory.mktemp("published") / "home")
    deliver(settings)
    ingest_all(settings)
    publish_all(settings)
    timeline = Request(formats=("csv",), filters=Filters(person=(CANARY,)))
    write_extract(settings, "person_timeline", timeline)
    return settings.home


@pytest.fixture(scope="module")
def undisturbed(published: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = shutil.copytree(published, tmp_path_factory.mktemp("u") / "home", symlinks=True)
    settings = settings_of(Path(home))
    erase_canary(settings)
    return state(settings)


@pytest.mark.parametrize("point", POINTS)
def test_a_rerun_after_a_kill_gives_the_undisturbed_result(
    point: str, published: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    settings = settings_of(Path(shutil.copytree(published, tmp_path / "home", symlinks=True)))
    run_and_kill(settings.home, "erase", point)
    assert require_release(settings), "readers have a release at any moment"
    erase_canary(settings)
    assert state(settings) == undisturbed
    assert places_with(settings.home, [*CLEAR, CANARY, GRANT, OTHER_GRANT]) == {}
    assert tables_with(settings, [CANARY, GRANT, OTHER_GRANT]) == []
    release = require_release(settings)
    facts = [*release.manifest["tables"].values(), release.manifest["database"]]
    assert all(sha256_of(release.path / fact["file"]) == fact["sha256"] for fact in facts)
