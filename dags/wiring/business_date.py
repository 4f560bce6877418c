"""Which day and month a run belongs to, in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tallywatch.clock import business_date


def run_date(context: dict[str, Any]) -> date:
    """The Shanghai day of the run.

    Airflow's own `ds` is the UTC day, which until 08:00 in Shanghai is the day before, and a run
    triggered without a logical date has none.
    """
    run = context["dag_run"]
    instant: datetime = run.logical_date or run.run_after
    return business_date(instant)


def month_before(day: date) -> str:
    """The month before the one of `day`, as YYYY-MM."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
