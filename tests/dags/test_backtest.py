"""A rule is replayed from Airflow with checked parameters."""

from __future__ import annotations

import base64

import pytest

from tallywatch.settings import KEY_VARIABLES, Settings
from tests.dags.test_ingest_dag import returned, states
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.monitoring.worlds import delivered, local, payment, person, usual_days

pytestmark = pytest.mark.airflow
SUBJECT = "S0000001"


def test_a_backtest_returns_the_figures_and_writes_the_report(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, dags: dict
) -> None:
    for name, variable in KEY_VARIABLES.items():
        monkeypatch.setenv(variable, base64.b64encode(getattr(settings.keys, name)).decode())
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    bills = [*usual_days(SUBJECT, days=45), payment(SUBJECT, "big", local(40, 15), 900, "shop")]
    settings.home.mkdir(exist_ok=True)
    make_warehouse(
        settings.warehouse,
        {"raw.authorisations": [person(SUBJECT)], "raw.alipay_bills": delivered(bills)},
    )
    days = {"first_day": "2026-09-11", "last_day": "2026-09-12"}
    run = dags["backtest_rule"].test(run_conf={"rule_id": "IM-BK-011", "thresholds": {}, **days})
    assert states(run) == {"replay": "success"}
    figures = returned(run, "replay")
    assert (figures["flags"], figures["people"], figures["only_in_replay"]) == (1, 1, 1)
    assert (settings.out / "backtests" / figures["report"]).is_file()
