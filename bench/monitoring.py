"""Monitoring at size: a whole build against its bare SQL; a new day on long and short history.

By default 50 million trades of a million people over a year, and a quarter of that;
`TALLYWATCH_BENCH_TRADES` gives another number, with people in proportion.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path

import duckdb

from bench.measure import Result, Run, in_child, report
from bench.wallet_history import History, write_day, write_history
from bench.way import FILES
from tallywatch.build import build
from tallywatch.compiled_models import DATABASE, Model, compiled, make_schemas
from tallywatch.settings import Keys, Settings

TRADES = int(os.environ.get("TALLYWATCH_BENCH_TRADES", "50000000"))
TRADES_OF_A_PERSON = 50
DAYS, TIMES = 364, 4
NEW_DAYS = 3
MEMORY_LIMIT = "5GB"
MOST_TO_BARE, MOST_TO_SHORT, MOST_MEMORY_MB = 1.5, 1.2, 8192


def history_of(days: int) -> History:
    """As many people and trades a day whatever the days."""
    return History(TRADES // TRADES_OF_A_PERSON, TRADES // DAYS, days)


def settings_of(home: Path) -> Settings:
    """Settings with keys that keep no secret."""
    return Settings(home, Keys(b"t" * 32, b"a" * 32, b"v" * 32), memory_limit=MEMORY_LIMIT)


def run() -> list[Result]:
    """Long history first, whole; then a day on either by turns."""
    FILES.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FILES))
    long, short = folder / "long", folder / "short"
    try:
        for home, days in ((short, DAYS // TIMES), (long, DAYS)):
            write_history(settings_of(home), history_of(days))
        shutil.copy(settings_of(long).warehouse, folder / f"{DATABASE}.duckdb")
        bare = in_child("bench.monitoring", "bare", str(folder / f"{DATABASE}.duckdb"))
        (folder / f"{DATABASE}.duckdb").unlink()
        whole = in_child("bench.monitoring", "build", str(long))
        in_child("bench.monitoring", "build", str(short))
        days = _new_days(long, short)
    finally:
        shutil.rmtree(folder)
    return [_of_whole(whole, bare), _of_day(days[long], days[short])]


def _new_days(long: Path, short: Path) -> dict[Path, list[Run]]:
    runs: dict[Path, list[Run]] = {long: [], short: []}
    for number in range(1, NEW_DAYS + 1):
        for home, days in ((long, DAYS), (short, DAYS // TIMES)):
            write_day(settings_of(home), history_of(days), number)
            runs[home].append(in_child("bench.monitoring", "build", str(home)))
    return runs


def _of_whole(whole: Run, bare: Run) -> Result:
    return Result(
        name="monitoring_whole",
        ours=round(whole.seconds, 1),
        reference=round(bare.seconds, 1),
        ratio=round(whole.seconds / bare.seconds, 2),
        unit=f"s for {TRADES:,} trades of {TRADES // TRADES_OF_A_PERSON:,} people: "
        "seeds, models and tests by dbt, and the models' bare SQL",
        peak_memory_mb=whole.peak_bytes >> 20,
        target=f"ratio <= {MOST_TO_BARE}, peak < {MOST_MEMORY_MB} MB",
    )


def _of_day(long: list[Run], short: list[Run]) -> Result:
    ours = statistics.median(run.seconds for run in long)
    base = statistics.median(run.seconds for run in short)
    return Result(
        name="monitoring_new_day",
        ours=round(ours, 1),
        reference=round(base, 1),
        ratio=round(ours / base, 2),
        unit=f"s for a day of {TRADES // DAYS:,} after {DAYS} days and after {DAYS // TIMES}",
        peak_memory_mb=max(run.peak_bytes for run in long) >> 20,
        target=f"ratio <= {MOST_TO_SHORT}",
    )


def _build(home: Path) -> None:
    made = build(settings_of(home))
    if not made.succeeded:
        raise SystemExit("; ".join(made.failures))


def _bare(file: Path, models: list[Model]) -> None:
    """Every model in the order of dependencies, with nothing around its SQL."""
    with duckdb.connect(str(file), config={"memory_limit": MEMORY_LIMIT, "threads": 2}) as made:
        made.execute("set preserve_insertion_order = false")
        make_schemas(made)
        for model in models:
            kind = "view" if model.is_view else "table"
            made.execute(f"create or replace {kind} {model.relation} as {model.sql}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=("build", "bare"))
    parser.add_argument("place", type=Path)
    given = parser.parse_args()
    if given.way == "build":
        report(lambda: _build(given.place))
    else:
        found = compiled("path:models")
        report(lambda: _bare(given.place, found))
