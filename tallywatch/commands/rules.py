"""Commands for those who look after the rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from tallywatch.commands.common import app, counted_progress, local_settings, output


@app.command()
def backtest(
    rule: Annotated[str, typer.Argument(help="Id of the rule, e.g. IM-BK-011.")],
    first_day: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day, Shanghai.")
    ],
    last_day: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day, Shanghai.")
    ],
    thresholds: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another threshold, e.g. max_robust_z_ppm=6000000; repeatable."),
    ] = None,
) -> None:
    """Replay a rule over history as it was known on each day.

    Reports what would have been flagged, how that overlaps with the live version, the precision
    where people have answered, and the noisiest keys. Nothing in the warehouse changes; the report
    is also written to `out/backtests/`.

    Example: `tallywatch backtest IM-BK-013 --from 2026-09-01 --to 2026-10-31 --set
    min_amount_fen=300000`
    """
    from tallywatch.backtest.replay import Replay
    from tallywatch.backtest.report import backtest as run_backtest
    from tallywatch.backtest.report import write_report
    from tallywatch.backtest.text import render_backtest

    settings = local_settings()
    changed = dict(_threshold(text) for text in thresholds or ())
    replay = Replay(rule, first_day.date(), last_day.date(), changed)
    with counted_progress() as shown:
        task = shown.add_task("replaying", total=max(len(replay.days), 1))

        def on_day(day: date) -> None:
            shown.update(task, advance=1, description=f"as known on {day}")

        report = run_backtest(settings, replay, on_day)
    render_backtest(report, output)
    output.print(f"report: {write_report(settings, report)}", soft_wrap=True)


def _threshold(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not name or not value.lstrip("-").isdigit():
        raise typer.BadParameter(f"{text!r} is not name=whole number", param_hint="--set")
    return name, int(value)
