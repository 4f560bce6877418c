"""The first task of an ingest DAG, run by Airflow against a real SFTP server."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.contracts import FEEDS, read_contract, read_contracts
from tallywatch.settings import KEY_VARIABLES, Settings
from tests.dags.test_ingest_dag import ledger, states
from tests.ingest.deliveries import RECEIVED, deal, deals_csv
from tests.ingest.sources.servers import SftpServer, sftp_server

pytestmark = pytest.mark.airflow

SERVERS = """
servers:
  - server: alpha_drop
    type: sftp
    location: /outgoing/*.csv
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "server" / "outgoing").mkdir(parents=True)
    with sftp_server(tmp_path / "server") as served:
        yield served


@pytest.fixture
def dag(
    settings: Settings,
    server: SftpServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    airflow_database: Path,
) -> object:
    """The DAG of partner_deals with a source; where it is, Airflow alone knows."""
    from wiring.ingest_factory import ingest_dag

    feeds = tmp_path / "feeds"
    feeds.mkdir()
    contract = feeds / "partner_deals.yaml"
    shutil.copy(FEEDS / contract.name, contract)
    contract.write_text(contract.read_text("utf-8") + SERVERS, encoding="utf-8")
    monkeypatch.setattr("ingest.pipeline.read_contracts", lambda: read_contracts(feeds))
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    for name, variable in KEY_VARIABLES.items():
        key = base64.b64encode(getattr(settings.keys, name)).decode()
        monkeypatch.setenv(variable, key)
    endpoint = server.endpoint()
    connection = {
        "conn_type": "sftp",
        "host": endpoint.host,
        "port": endpoint.port,
        "login": endpoint.login,
        "password": endpoint.password,
        "extra": dict(endpoint.extra),
    }
    monkeypatch.setenv("AIRFLOW_CONN_ALPHA_DROP", json.dumps(connection))
    return ingest_dag(read_contract(contract))


def test_a_file_on_the_server_is_in_the_warehouse(
    dag: object, server: SftpServer, settings: Settings
) -> None:
    file = server.folder / "outgoing" / "deals.csv"
    file.write_bytes(deals_csv(deal(1)))
    os.utime(file, (RECEIVED.timestamp(), RECEIVED.timestamp()))
    run = dag.test()
    assert set(states(run).values()) == {"success"}
    assert ledger(settings, "partner_deals") == (1, 1, 0)


def test_a_server_that_refuses_does_not_keep_the_inbox_from_being_taken_in(
    dag: object, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_ALPHA_DROP")
    waiting = settings.inbox / "partner_deals" / "deals.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(deals_csv(deal(1)))
    run = dag.test()
    assert states(run) == {
        "fetch": "failed",
        "all_fetched": "upstream_failed",
        "land_and_screen": "success",
        "load": "success",
    }
    assert str(run.state) == "failed"
    assert ledger(settings, "partner_deals") == (1, 1, 0)
