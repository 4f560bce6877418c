"""What the days of the year do to spending."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population.plan import DAY, Plan

SPRING_FESTIVALS = ("2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06")
SHOPPING_DAYS = ("06-18", "11-11", "12-12")
HOLIDAYS = ("01-01", "05-01", "05-02", "05-03", *(f"10-{day:02d}" for day in range(1, 8)))


@dataclass(frozen=True)
class Season:
    """Per day of the world: how busy it is, and what it is."""

    weights: np.ndarray
    is_shopping: np.ndarray
    is_holiday: np.ndarray
    spring_days: np.ndarray
    months: np.ndarray
    month_days: np.ndarray


def season(plan: Plan) -> Season:
    """The days of a plan."""
    days = np.datetime64(plan.first_day, "D") + np.arange(plan.days)
    short = np.array([str(day)[5:] for day in days])
    is_shopping = np.isin(short, SHOPPING_DAYS)
    spring = np.full(plan.days, 99)
    for first in SPRING_FESTIVALS:
        since = (days - np.datetime64(first)).astype(int)
        spring = np.where((since >= -2) & (since <= 8), since, spring)
    is_holiday = np.isin(short, HOLIDAYS) | (spring < 99)
    weekday = (days.astype(np.int64) + 3) % 7
    weights = np.where(weekday >= 5, 1.25, 1.0)
    weights = np.where(is_holiday, weights * 1.2, weights)
    weights = np.where(is_shopping, weights * 2.2, weights)
    months = days.astype("datetime64[M]")
    return Season(
        weights,
        is_shopping,
        is_holiday,
        spring,
        months.astype(np.int64),
        (days - months.astype("datetime64[D]")).astype(int) + 1,
    )


def days_of_month(plan: Plan, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a day of the month per person: person and start of every such day in the world."""
    months = np.unique(season(plan).months)
    starts = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    at = (starts[None, :] + wanted[:, None] - 1) * DAY
    inside = (at >= plan.start) & (at < plan.end)
    who, _ = np.nonzero(inside)
    return who, at[inside]
