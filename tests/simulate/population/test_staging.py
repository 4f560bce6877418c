"""The models take a population as they take what came through the door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywatch.build import build
from tallywatch.populating import load_population
from tallywatch.settings import Keys, Settings
from tallywatch.warehouse import read_warehouse

STAGED = (
    *("people", "authorisations", "declarations", "bank_statements", "alipay_bills"),
    *("wechat_bills", "credit_reports", "sms_messages", "app_notices", "platform_events"),
    *("registered_lines", "registered_accounts", "social_insurance_payments"),
    *("housing_fund_payments", "leak_watch_hits", "breach_exposures", "report_queries"),
    *("payments", "subscriptions", "cases", "case_steps", "support_tickets", "complaints"),
)


@pytest.fixture(scope="module")
def staged(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(
        home=tmp_path_factory.mktemp("staged"), keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32)
    )
    load_population(settings, small_world)
    report = build(settings, select=" ".join(f"stg_{feed}" for feed in STAGED))
    assert report.succeeded, report.failures
    return settings


@pytest.mark.parametrize("feed", STAGED)
def test_staging_keeps_the_rows(staged: Settings, feed: str) -> None:
    """Of what came twice, once; of lists that are fetched again, what is new."""
    with read_warehouse(staged) as connection:
        raw = connection.execute(f"select count(*) from raw.{feed}").fetchone()[0]
        kept = connection.execute(f"select count(*) from staging.stg_{feed}").fetchone()[0]
    assert 0 < kept <= raw
    if feed in {"bank_statements", "alipay_bills", "wechat_bills", "sms_messages"}:
        assert kept > 0.98 * raw
    if feed in {"credit_reports", "platform_events", "declarations"}:
        assert kept == raw


def test_of_overlapping_exports_a_payment_is_kept_once(
    staged: Settings,
) -> None:
    with read_warehouse(staged) as connection:
        again, kept = connection.execute(
            "select (select count(*) - count(distinct trade_id) from raw.wechat_bills), "
            "(select count(*) - count(distinct trade_id) from staging.stg_wechat_bills)"
        ).fetchone()
    assert again > 0
    assert kept == 0
