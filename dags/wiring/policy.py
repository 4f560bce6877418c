"""The rules every DAG keeps: who owns it, when a task is tried again, how long it may take."""

from __future__ import annotations

import os
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from airflow.sdk import (
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
)

from tallywatch.errors import TransientError

if TYPE_CHECKING:
    from airflow.sdk.bases.timetable import BaseTimetable
    from airflow.sdk.definitions.asset import BaseAsset

TIME_ZONE = "Asia/Shanghai"
WAREHOUSE_POOL = "warehouse"
"""One slot: DuckDB lets one process in while it writes, so whoever opens the warehouse queues."""

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            TransientError,
            RetryAction.RETRY,
            reason="may pass when tried again",
        )
    ],
    default=RetryAction.FAIL,
)
"""Only what may pass by itself is tried again; anything else needs a person, and needs one now."""


class Tag(StrEnum):
    """The only tags a DAG may carry: by these the list of DAGs is filtered."""

    INGEST = "ingest"
    RELEASE = "release"
    FINANCE = "finance"
    CONSENT = "consent"
    MONITORING = "monitoring"
    PRIVACY = "privacy"


def default_args(owner: str) -> dict[str, Any]:
    """Arguments of every task of a DAG that the team `owner` answers for."""
    return {
        "owner": owner,
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=30),
    }


def schedule(expression: str, assets: BaseAsset | None = None) -> BaseTimetable | BaseAsset | None:
    """When a DAG runs: at the ticks of the cron `expression`, read in Shanghai, and whenever
    `assets` say that something came in.

    With `TALLYWATCH_CLOCK=off` the ticks are left out, and only assets and people start runs.
    """
    if os.environ.get("TALLYWATCH_CLOCK") == "off":
        return assets
    # Zero and not False: with False, Airflow runs a tick that passed up to a tenth of the interval
    # before the DAG was first seen.
    timetable = CronTriggerTimetable(expression, timezone=TIME_ZONE, run_immediately=timedelta(0))
    return AssetOrTimeSchedule(timetable=timetable, assets=assets) if assets else timetable
