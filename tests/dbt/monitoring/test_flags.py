"""One build over a small invented service gives the flags and alerts that were planted in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from ingest.contracts import read_contracts
from tallywatch.build import BuildReport, build
from tallywatch.settings import Keys, Settings
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.monitoring.worlds import (
    FIRST_DAY,
    Row,
    delivered,
    local,
    payment,
    person,
    usual_days,
)

OUTLIER, NIGHT, STRANGER, ANSWERED, NEWCOMER, SILENT, DECOY, WITHDRAWN = (
    f"S000000{number}" for number in range(1, 9)
)
PEOPLE = (OUTLIER, NIGHT, STRANGER, ANSWERED, NEWCOMER, SILENT, DECOY)
GAP = (local(10, 0), local(58, 0))
CONTRACTS = read_contracts()
AGE_LIMIT = timedelta(days=CONTRACTS["alipay_bills"].freshness_days)
WALLET_AGE_LIMIT = timedelta(
    days=max(c.freshness_days for c in CONTRACTS.values() if c.consent_scope == "wallet_bills")
)

Query = Callable[[str], list[tuple[Any, ...]]]


def bills() -> list[Row]:
    """Everybody's usual days and what is planted."""
    rows = [row for subject in PEOPLE if subject != NEWCOMER for row in usual_days(subject)]
    rows += usual_days(NEWCOMER, days=10, first=50)
    rows += [
        payment(OUTLIER, "outlier", local(40, 15), 900, "shop"),
        payment(NIGHT, "burst-1", local(40, 23), 100, "x"),
        payment(NIGHT, "burst-2", local(40, 23, 30), 120, "y"),
        payment(STRANGER, "stranger", local(45, 10), 6000, "stranger"),
        payment(ANSWERED, "first", local(41, 10), 700, "aunt"),
        payment(ANSWERED, "second", local(50, 10), 700, "aunt"),
        payment(NEWCOMER, "deposit", local(55, 10), 6000, "landlord"),
        payment(DECOY, "returned", local(42, 10), 6000, "seller", status_name="交易关闭"),
        payment(
            DECOY, "returned_1", local(43, 10), 6000, "seller",
            status_name="退款成功", direction_code="neutral", category_name="退款",
        ),
        payment(DECOY, "never", local(44, 10), 6000, "other", status_name="交易关闭"),
        payment(DECOY, "salary", local(44, 12), 9000, "boss", direction_code="in"),
    ]  # fmt: skip
    arrived = delivered(rows)
    return [
        row
        for row in arrived
        if row["subject_key"] != SILENT or not GAP[0] <= row["occurred_at"] < GAP[1]
    ]


def answers() -> list[Row]:
    """The second person's aunt is recognised after the first payment to her."""
    return [
        {
            "feedback_id": "F1",
            "subject_key": ANSWERED,
            "rule_id": "IM-BK-011",
            "dedup_key": "aunt",
            "outcome_code": "family_authorised",
            "author_id": "ops1",
            "noted_at": local(44, 9),
            "_received_at": local(44, 10),
        }
    ]


@dataclass(frozen=True)
class Service:
    """A home with a built warehouse, and what the build reported."""

    settings: Settings
    report: BuildReport


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """One build over the service, with the unit tests of all models."""
    home = tmp_path_factory.mktemp("flags")
    settings = Settings(home=home, keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit="1GB")
    make_warehouse(
        settings.warehouse,
        {
            "raw.authorisations": [person(subject) for subject in PEOPLE]
            + [person(WITHDRAWN) | {"revoked_at": local(30, 9)}],
            "raw.alipay_bills": bills(),
            "raw.alert_feedback": answers(),
        },
    )
    return Service(settings, build(settings, unit_tests=True))


@pytest.fixture(scope="module")
def query(service: Service) -> Query:
    """A function that queries the built warehouse."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(service.settings.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return rows


def test_build_succeeds_and_counts_what_it_ran(service: Service) -> None:
    report = service.report
    assert report.succeeded, report.failures
    assert (report.failed, report.skipped, report.failures) == (0, 0, [])
    assert report.passed > 150


def test_flags_are_those_planted(query: Query) -> None:
    flags = query(
        """
        select rule_id, subject_key, dedup_key, event_at, status_code, suppression_reason
        from marts.fct_flags
        where rule_id <> 'IM-MT-025'
        order by all
        """
    )
    assert flags == [
        ("IM-BK-011", OUTLIER, "shop", local(40, 15), "live", None),
        ("IM-BK-011", STRANGER, "stranger", local(45, 10), "live", None),
        ("IM-BK-011", ANSWERED, "aunt", local(41, 10), "live", None),
        ("IM-BK-011", ANSWERED, "aunt", local(50, 10), "suppressed", "family_authorised"),
        ("IM-BK-012", NIGHT, "outflows", local(40, 23, 30), "live", None),
        ("IM-BK-013", STRANGER, "stranger", local(45, 10), "live", None),
    ]


def test_blind_spots_are_the_silent_feed_and_the_empty_grants(query: Query) -> None:
    flags = query(
        """
        select subject_key, feed, event_at, base_score, delivery_id
        from marts.fct_flags
        where rule_id = 'IM-MT-025' and subject_key in (select subject_key from raw.alipay_bills)
        order by subject_key, event_at
        """
    )
    last_before_the_gap = local(10, 6)
    granted_at = FIRST_DAY - timedelta(days=1)
    assert [flag for flag in flags if flag[0] == SILENT] == [
        (SILENT, "alipay_bills", last_before_the_gap + AGE_LIMIT, 0, f"{SILENT}-005")
    ]
    assert [flag[:3] for flag in flags if flag[0] == NEWCOMER] == [
        (NEWCOMER, "wallet_bills", granted_at + WALLET_AGE_LIMIT)
    ]
    assert {flag[0] for flag in flags} == {SILENT, NEWCOMER}


def test_exits_say_what_could_not_be_judged(query: Query) -> None:
    exits = query(
        """
        select rule_id, feed, exit_reason, row_count, subject_count
        from marts.rpt_rule_exits
        where rule_id <> 'IM-BK-012'
        order by all
        """
    )
    assert exits == [
        ("IM-BK-011", "alipay_bills", "insufficient_history", 1, 1),
        ("IM-BK-013", "alipay_bills", "insufficient_history", 1, 1),
        ("IM-BK-017", "alipay_bills", "insufficient_history", 1, 1),
        ("IM-MT-025", "wallet_bills", "consent_withdrawn", 1, 1),
    ]


def test_alerts_ready_to_work_tell_the_whole_story(query: Query) -> None:
    alerts = query(
        """
        select rule_name_zh, severity_code, episode_started_shanghai, episode_started_at, evidence,
            user_text_zh, outcome_code, delivery_id, line_number
        from marts.xtr_alerts
        where rule_id = 'IM-BK-011' and dedup_key in ('aunt', 'shop')
        order by dedup_key
        """
    )
    aunt, shop = alerts
    assert shop[:4] == ("金额异常", "medium", "2026-09-10 15:00:00", local(40, 15))
    evidence = json.loads(shop[4])
    assert evidence["outflow_fen"] == 90_000
    assert evidence["outflow_count"] == 40
    assert "请确认" in shop[5]
    assert shop[6] is None
    assert (
        shop[7:]
        == query(
            "select _delivery_id, _line_number from raw.alipay_bills where trade_id = 'outlier'"
        )[0]
    )
    assert aunt[6] == "family_authorised"


def test_nothing_delivered_is_lost_on_the_way(query: Query) -> None:
    assert query("select count(*) from raw.alipay_bills") == query(
        "select count(*) from intermediate.int_wallets__movements"
    )
    assert query(
        """
        select trade_id, movement_type, amount_fen
        from intermediate.int_wallets__movements
        where subject_key = 'S0000007' and trade_id not like '%lunch%'
        order by trade_id
        """
    ) == [
        ("never", "closed", 0),
        ("returned", "spend", -600_000),
        ("returned_1", "refund", 600_000),
        ("salary", "income", 900_000),
    ]


def test_dbt_leaves_the_warehouse_to_others(service: Service) -> None:
    """Another process can open the file for writing as soon as the build has ended."""
    script = "import sys, duckdb; duckdb.connect(sys.argv[1]).execute('create table t (a int)')"
    subprocess.run([sys.executable, "-c", script, str(service.settings.warehouse)], check=True)


def test_a_build_waits_for_who_has_the_warehouse(service: Service) -> None:
    script = (
        "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); "
        "print(1, flush=True); time.sleep(1)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(service.settings.warehouse)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        report = build(service.settings, select="int_service__as_of", exclude="resource_type:test")
    assert report.succeeded, report.failures
