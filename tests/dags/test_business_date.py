"""The Shanghai day of a run, where Airflow's own `ds` is wrong for eight hours a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest


@dataclass
class Run:
    logical_date: datetime | None
    run_after: datetime


MORNING = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
EVENING = datetime(2026, 10, 1, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize("instant", [MORNING, EVENING], ids=["06:00", "23:59"])
def test_a_run_belongs_to_the_day_in_shanghai(instant: datetime) -> None:
    from wiring.business_date import run_date

    assert run_date({"dag_run": Run(instant, EVENING)}) == date(2026, 10, 1)


def test_a_triggered_run_without_logical_date_belongs_to_the_day_it_was_triggered() -> None:
    from wiring.business_date import run_date

    assert run_date({"dag_run": Run(None, MORNING)}) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2026, 10, 1), "2026-09"), (date(2027, 1, 31), "2026-12"), (date(2028, 3, 1), "2028-02")],
)
def test_the_month_to_close_is_the_one_before(day: date, month: str) -> None:
    from wiring.business_date import month_before

    assert month_before(day) == month
