"""Ingest DAGs, run by Airflow in this process on a data home of their own."""

from __future__ import annotations

import base64
import json

import duckdb
import pytest

from ingest.tokens import Tokeniser
from simulate.world import simulate
from tallywatch.settings import KEY_VARIABLES, Settings

pytestmark = pytest.mark.airflow

TAKEN_IN = {"fetch": "success", "land_and_screen": "success", "load": "success"}


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A small service's deliveries; the keys are known to Airflow only, as a connection."""
    simulate(settings.inbox, people=50, partners=3, token_of=Tokeniser(settings.keys.token).token)
    extra = {
        name: base64.b64encode(getattr(settings.keys, name)).decode() for name in KEY_VARIABLES
    }
    connection = {"conn_type": "generic", "extra": extra}
    for variable in KEY_VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    monkeypatch.setenv("AIRFLOW_CONN_TALLYWATCH_KEYS", json.dumps(connection))
    return settings


def ledger(settings: Settings, feed: str) -> tuple:
    query = """
        select count(*), sum(accepted_records), sum(rejected_records)
        from ledger.batches where feed = ?
    """
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        return con.execute(query, [feed]).fetchone()


def returned(run: object, task_id: str) -> dict:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.scalars(
            XComModel.get_many(
                run_id=run.run_id, dag_ids=run.dag_id, task_ids=task_id, key="return_value"
            )
        ).first()
        return XComModel.deserialize_value(found)


def events(asset: str) -> list[dict]:
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        return list(session.scalars(query.where(AssetModel.name == asset)))


def states(run: object) -> dict[str, str]:
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


def test_grants_then_bills_come_in_once(world: Settings, dags: dict) -> None:
    waiting = sum(p.is_file() for p in (world.inbox / "alipay_bills").rglob("*"))
    assert waiting > 3

    grants = dags["ingest_authorisations"].test()
    assert states(grants) == TAKEN_IN
    bills = dags["ingest_alipay_bills"].test()
    assert states(bills) == TAKEN_IN

    counts = returned(bills, "load")
    assert (counts["deliveries"], counts["rows"], counts["rejected"]) == ledger(
        world, "alipay_bills"
    )
    taken = returned(bills, "land_and_screen")
    assert taken["deliveries"] + taken["repeated_files"] == waiting
    assert taken["deliveries"] == counts["deliveries"]
    assert counts["rows"] > 100
    said = events("alipay_bills")[-1]
    assert said == counts | {"business_date": said["business_date"]}

    before = len(events("alipay_bills"))
    again = dags["ingest_alipay_bills"].test()
    assert states(again) == TAKEN_IN | {"load": "skipped"}
    assert len(events("alipay_bills")) == before


def test_a_file_nobody_can_read_is_refused_and_the_run_stays_green(
    world: Settings, dags: dict
) -> None:
    for path in (world.inbox / "partner_deals").rglob("*.csv"):
        path.unlink()
    broken = world.inbox / "partner_deals" / "broken.csv"
    broken.parent.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(b"\x00\x01\x02 no header at all")

    run = dags["ingest_partner_deals"].test()

    assert states(run) == TAKEN_IN
    assert ledger(world, "partner_deals") == (1, 0, 0)


def test_without_keys_the_task_fails_at_once(
    world: Settings, dags: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_TALLYWATCH_KEYS")
    run = dags["ingest_people"].test()
    found = {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}
    assert found["land_and_screen"] == ("failed", 1)
    assert found["load"][0] == "upstream_failed"
