"""Erasure and retention as Airflow runs them, and the vault's database as Airflow knows it."""

from __future__ import annotations

import base64
import json

import duckdb
import pytest

from ingest.pipeline import ingest_feed
from tallywatch.settings import KEY_VARIABLES, Settings
from tests.dags.test_ingest_dag import returned, states
from tests.ingest.deliveries import GRANT, alipay, alipay_row, grant, put

pytestmark = pytest.mark.airflow


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Bills of one person under a grant; the keys are in the environment."""
    for name, variable in KEY_VARIABLES.items():
        key = base64.b64encode(getattr(settings.keys, name)).decode()
        monkeypatch.setenv(variable, key)
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    grant(settings)
    bill = alipay(alipay_row(1), alipay_row(2))
    put(settings, "alipay_bills", bill, f"authorisation_id={GRANT}/bill")
    ingest_feed(settings, "authorisations")
    ingest_feed(settings, "alipay_bills")
    return settings


def bills(settings: Settings) -> int:
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        return con.execute("select count(*) from raw.alipay_bills").fetchone()[0]


def test_a_withdrawn_authorisation_is_honoured_once(world: Settings, dags: dict) -> None:
    before = dags["honour_revocations"].test()
    assert returned(before, "erase") == {"people": 0, "grants": 0, "proofs": 0}
    assert bills(world) == 2

    withdrawn = {"revoked_at": "2026-10-30 00:00:00", "recorded_at": "2026-10-30 00:00:00"}
    grant(world, **withdrawn)
    ingest_feed(world, "authorisations")
    run = dags["honour_revocations"].test()
    assert states(run) == {"erase": "success"}
    assert returned(run, "erase") == {"people": 0, "grants": 1, "proofs": 1}
    assert bills(world) == 0

    again = dags["honour_revocations"].test()
    assert returned(again, "erase") == {"people": 0, "grants": 0, "proofs": 0}


def test_a_request_erases_the_person_and_itself(world: Settings, dags: dict) -> None:
    request = {
        "request_id": "R1",
        "subject_key": "S0000001",
        "channel_code": "app",
        "requested_at": "2026-10-30 00:00:00",
    }
    put(world, "erasure_requests", json.dumps(request).encode() + b"\n")
    ingest_feed(world, "erasure_requests")
    run = dags["honour_revocations"].test()
    assert returned(run, "erase") == {"people": 1, "grants": 0, "proofs": 1}
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        left = [
            con.execute(f"select count(*) from raw.{feed}").fetchone()[0]
            for feed in ("alipay_bills", "authorisations", "erasure_requests")
        ]
    assert left == [0, 0, 0]


def test_retention_is_applied_and_reported(world: Settings, dags: dict) -> None:
    run = dags["apply_retention"].test()
    assert states(run) == {"remove": "success"}
    assert set(returned(run, "remove")) == {
        "rows",
        "shredded_deliveries",
        "quarantined_lines",
        "files",
    }
    assert len(list(world.retention.glob("*.json"))) == 1


def test_the_vaults_database_may_be_a_connection(
    world: Settings, airflow_database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiring.task_settings import task_settings

    assert task_settings().vault_url is None
    connection = {
        "conn_type": "postgres",
        "host": "vault.internal",
        "port": 5432,
        "schema": "vault",
        "login": "tallywatch",
        "password": "s3cret/with@signs",
    }
    monkeypatch.setenv("AIRFLOW_CONN_TALLYWATCH_VAULT", json.dumps(connection))
    assert task_settings().vault_url == (
        "postgresql://tallywatch:s3cret%2Fwith%40signs@vault.internal:5432/vault"
    )
    monkeypatch.setenv("TALLYWATCH_VAULT_URL", "postgresql://elsewhere/vault")
    assert task_settings().vault_url == "postgresql://elsewhere/vault"
