"""A rule replayed over history, on demand."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Param, get_current_context, task

from wiring.policy import WAREHOUSE_POOL, Tag, default_args
from wiring.task_settings import task_settings

DOC = """### Backtest a rule

Trigger it with a rule, two days (Shanghai, both included) and, if need be, other thresholds. The
rule is replayed over history *as it was known at the end of each day*: what came late counts from
the day it came. Nothing in the warehouse changes.

The task returns the figures that decide a promotion: flags per 1,000 people, overlap with the live
version, precision where people answered. The whole report is in `out/backtests/`, named by rule,
days and thresholds; running it again writes the same file.

The warehouse is held while its tables are copied, so the task waits in the pool `warehouse`.
"""

with DAG(
    dag_id="backtest_rule",
    dag_display_name="backtest a rule",
    description="Replay a rule over history as known on each day, and report.",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=default_args("monitoring"),
    params={
        "rule_id": Param(
            "IM-BK-011",
            type="string",
            pattern="^IM-[A-Z]{2}-[0-9]{3}$",
            description="The rule, e.g. IM-BK-011.",
        ),
        "first_day": Param(None, type="string", format="date", description="First day, Shanghai."),
        "last_day": Param(None, type="string", format="date", description="Last day, Shanghai."),
        "thresholds": Param(
            {},
            type="object",
            additionalProperties={"type": "integer"},
            description='Other thresholds, e.g. {"max_robust_z_ppm": 6000000}.',
        ),
    },
    tags={str(Tag.MONITORING)},
):

    @task(
        pool=WAREHOUSE_POOL,
        execution_timeout=timedelta(hours=5),
        doc_md="Replays, reports, and writes the report.",
    )
    def replay() -> dict[str, float | int | str | None]:
        from datetime import date

        from tallywatch.backtest.replay import Replay
        from tallywatch.backtest.report import backtest, write_report

        params = get_current_context()["params"]
        settings = task_settings()
        report = backtest(
            settings,
            Replay(
                params["rule_id"],
                date.fromisoformat(params["first_day"]),
                date.fromisoformat(params["last_day"]),
                params["thresholds"],
            ),
        )
        return {
            "flags": report.flag_count,
            "people": report.subject_count,
            "flags_per_1000_people": round(report.flags_per_1000_people, 3),
            "in_both": report.overlap.both_count,
            "only_in_replay": report.overlap.only_replay_count,
            "only_live": report.overlap.only_live_count,
            "precision_ppm": report.precision.precision_ppm,
            "report": write_report(settings, report).name,
        }

    replay()
