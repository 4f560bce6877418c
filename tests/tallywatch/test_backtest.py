"""A rule replayed over history: each day knows what had come by its end, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tallywatch.backtest.replay import Replay
from tallywatch.backtest.report import Backtest, Day, Overlap, backtest, write_report
from tallywatch.build import build
from tallywatch.errors import TerminalError, WarehouseBusyError
from tallywatch.settings import Keys, Settings
from tallywatch.warehouse import open_warehouse
from tests.dbt.fixture_warehouse import make_warehouse
from tests.dbt.monitoring.worlds import FIRST_DAY, delivered, local, payment, person, usual_days

OUTLIER, LATE, USUAL = "S0000001", "S0000002", "S0000003"
RULE = "IM-BK-011"


def day(number: int) -> date:
    return (FIRST_DAY + timedelta(days=number)).date()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three people; one outlier told two days later, one told a fortnight later, one near miss."""
    home = tmp_path_factory.mktemp("backtest")
    settings = Settings(home=home, keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit="1GB")
    rows = [row for subject in (OUTLIER, LATE, USUAL) for row in usual_days(subject)]
    rows.append(payment(OUTLIER, "big", local(40, 15), 900, "shop"))
    rows.append(payment(USUAL, "near", local(40, 15), 450, "shop"))
    bills = delivered(rows)
    late = payment(LATE, "late", local(40, 15), 900, "shop")
    bills.append(late | {"_delivery_id": "late-1", "_received_at": local(54, 9)})
    answer = {
        "feedback_id": "F1", "subject_key": OUTLIER, "rule_id": RULE, "dedup_key": "shop",
        "outcome_code": "confirmed_misuse", "author_id": "ops1", "noted_at": local(43, 9),
        "_received_at": local(43, 10),
    }  # fmt: skip
    make_warehouse(
        settings.warehouse,
        {
            "raw.authorisations": [person(subject) for subject in (OUTLIER, LATE, USUAL)],
            "raw.alipay_bills": bills,
            "raw.alert_feedback": [answer],
        },
    )
    report = build(settings, select="+fct_flags", exclude="resource_type:test")
    assert report.succeeded, report.failures
    return settings


@pytest.fixture(scope="module")
def report(settings: Settings) -> Backtest:
    """The rule as it is, over all days in which something came."""
    return backtest(settings, Replay(RULE, day(41), day(55), {}))


def test_a_flag_is_news_on_the_day_it_could_first_be_known(report: Backtest) -> None:
    assert report.days == [Day(day(42), 1, 1), Day(day(54), 1, 1)]
    assert (report.flag_count, report.subject_count, report.watched_count) == (2, 2, 3)
    assert report.overlap == Overlap(both_count=2, only_replay_count=0, only_live_count=0)
    assert report.withdrawn_count == 0


def test_what_was_known_before_the_first_day_is_no_news(settings: Settings) -> None:
    report = backtest(settings, Replay(RULE, day(53), day(54), {}))
    assert report.days == [Day(day(54), 1, 1)]
    assert report.overlap == Overlap(both_count=1, only_replay_count=0, only_live_count=0)


def test_precision_is_that_of_the_answers(report: Backtest) -> None:
    precision = report.precision
    assert (precision.confirmed_count, precision.unanswered_count) == (1, 1)
    assert precision.precision_ppm == 1_000_000


def test_another_threshold_is_tried_and_changes_nothing(settings: Settings) -> None:
    before = hashlib.sha256(settings.warehouse.read_bytes()).hexdigest()
    report = backtest(settings, Replay(RULE, day(41), day(42), {"min_amount_fen": 45_000}))
    assert report.flag_count == 2
    assert report.overlap == Overlap(both_count=1, only_replay_count=1, only_live_count=0)
    assert [(key.dedup_key, key.flag_count, key.subject_count) for key in report.noisiest] == [
        ("shop", 2, 2)
    ]
    assert hashlib.sha256(settings.warehouse.read_bytes()).hexdigest() == before
    assert not list((settings.home / "spill").glob("backtest-*"))


def test_the_report_is_kept_under_a_name_that_says_what_was_tried(
    settings: Settings, report: Backtest
) -> None:
    path = write_report(settings, replace(report, thresholds={"min_count": 30}))
    assert path.name == f"{RULE}_{day(41)}_{day(55)}_min_count=30.json"
    assert json.loads(path.read_text("utf-8"))["flags_per_1000_people"] == 666.667


@pytest.mark.parametrize(
    ("replay", "found"),
    [
        (Replay("IM-BK-999", day(1), day(2), {}), "IM-BK-999"),
        (Replay(RULE, day(2), day(1), {}), "days from"),
        (Replay(RULE, day(1), day(2), {"nonsense": 1}), "nonsense"),
    ],
)
def test_what_cannot_be_replayed_is_said(settings: Settings, replay: Replay, found: str) -> None:
    with pytest.raises(TerminalError, match=found):
        backtest(settings, replay)


def test_a_warehouse_that_is_written_is_waited_for(settings: Settings) -> None:
    with open_warehouse(settings), pytest.raises(WarehouseBusyError):
        backtest(settings, Replay(RULE, day(41), day(41), {}))
