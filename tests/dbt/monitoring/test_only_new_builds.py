"""Real builds over a real lake: news after news, everything anew, and after a rebuild of raw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from ingest.pipeline import feeds_in_order, ingest_feed
from ingest.rebuild import rebuild_raw
from simulate import simulate
from tallywatch.build import build
from tallywatch.settings import Keys, Settings
from tests.ingest.deliveries import RECEIVED, alipay, grant, put

pytestmark = pytest.mark.slow

GRANT = "A9000001"
MODELS_ONLY = "resource_type:test"
COMPARED = (
    *("int_wallets__movements", "int_subjects__movements", "int_subjects__outflow_baselines"),
    *("int_subjects__known_payees", "int_feeds__freshness", "int_alerts__flags"),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A simulated service, and one person beside it, taken in and built once."""
    home = tmp_path_factory.mktemp("news")
    made = Settings(home, Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit="1GB")
    simulate(made.inbox, people=60, seed=5)
    grant(made, GRANT, subject_key="S9000001")
    usual = [_line(number, "25.00") for number in range(30)]
    put(made, "alipay_bills", alipay(*usual), f"authorisation_id={GRANT}/usual.csv")
    take_in(made)
    report = build(made, exclude=MODELS_ONLY)
    assert report.succeeded, report.failures
    return made


def _line(number: int, yuan: str, payee: str = "示例面馆") -> str:
    cells = [
        f"2026-09-{number % 30 + 1:02d} 12:{number // 30:02d}:14",
        *("餐饮美食", payee, "/", "午餐", "支出", yuan, "余额", "交易成功"),
        *(f"20260912{number:06d}\t", f"M{number}\t", "", ""),
    ]
    return "   ,".join(cells)


def take_in(settings: Settings) -> None:
    """Take in whatever waits."""
    for feed in feeds_in_order():
        if (settings.inbox / feed).is_dir():
            ingest_feed(settings, feed)


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """Rows of the warehouse."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def computed(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """What is judged in part, and what stands on it."""
    tables = [f"intermediate.{name}" for name in COMPARED]
    tables += ["marts.fct_flags", "marts.fct_alerts", "marts.rpt_rule_exits"]
    return {table: ask(settings, f"from {table} order by all") for table in tables}


def test_news_everything_and_a_rebuilt_lake_give_the_same(settings: Settings) -> None:
    before = computed(settings)
    late = [_line(8, "25.00"), _line(38, "7000.00", "陌生人"), _line(59, "6500.00", "陌生人")]
    received = RECEIVED + timedelta(hours=1)
    put(settings, "alipay_bills", alipay(*late), f"authorisation_id={GRANT}/late.csv", received)
    take_in(settings)
    assert build(settings, exclude=MODELS_ONLY).succeeded
    assert len(ask(settings, "from intermediate.int_subjects__changed_from")) == 1
    news = computed(settings)
    assert news["marts.fct_alerts"] != before["marts.fct_alerts"]

    assert build(settings, exclude=MODELS_ONLY, full_refresh=True).succeeded
    assert not ask(settings, "from intermediate.int_subjects__changed_from")
    assert computed(settings) == news

    rebuild_raw(settings)
    assert build(settings, exclude=MODELS_ONLY).succeeded
    assert not ask(settings, "from intermediate.int_subjects__changed_from")
    assert computed(settings) == news
    assert len({row[0] for row in news["marts.fct_alerts"]}) == len(news["marts.fct_alerts"]) > 0
