"""`tallywatch score`: the bank rules and the movement score on somebody's labelled transactions."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tallywatch.scoring.forest import grow_forests
from tallywatch.scoring.intake import Intake, take_in
from tallywatch.scoring.judge import Figures, judge
from tallywatch.scoring.run import (
    bank_models,
    give_answers,
    open_scratch,
    run_detection,
    set_thresholds,
    threshold,
)

SCORE = "additive score"
FAMILY = "amount-outlier family"
EVEN = "- of who spends evenly"
HEAVY = "- of who does not"
OUTLIER_RULE = "IM-BK-011"


@dataclass(frozen=True)
class FileScore:
    """What was read and how each detector did. `forest`: name of the better forest."""

    intake: Intake
    figures: list[Figures]
    forests: list[Figures]
    forest: str
    forests_see: dict[str, str]
    cannot_judge: dict[str, int]

    def named(self, detector: str) -> Figures:
        """The figures of one detector."""
        return next(each for each in self.figures if each.detector == detector)


def score_file(
    transactions: Path,
    labels: Path | None = None,
    map_path: Path | None = None,
    *,
    out: Path | None = None,
    feedback: bool = False,
    memory_limit: str = "4GB",
    threads: int = 2,
    step: Callable[[str], None] = lambda told: None,
) -> FileScore:
    """Judge the detection on a labelled file; equal arguments give equal figures.

    Args:
        transactions: CSV or Parquet; with the labels in a column when `labels` is none.
        labels: ids of misused transactions, or ids with a label, a type, an episode.
        map_path: YAML that says which column is what (docs/scoring.md).
        out: folder for the table, the flags and the scores of every transaction.
        feedback: labels become known some days later, as answers do.
        memory_limit, threads: of the scratch warehouse.
        step: is told what is being done.

    Raises:
        TerminalError: the file, the labels or the map cannot be used.
    """
    with TemporaryDirectory(prefix="tallywatch-score-") as folder:
        step("compiling the models")
        models = bank_models()
        connection = open_scratch(Path(folder), memory_limit, threads)
        try:
            step("reading the file")
            reference_fen = threshold(connection, "FILE-SCALE", "large_outflow_fen")
            intake = take_in(connection, transactions, labels, map_path, reference_fen)
            set_thresholds(connection, intake.columns.overrides)
            give_answers(connection, intake.columns.answered_after_days if feedback else None)
            step("running rules and score")
            run_detection(connection, models)
            step("growing the forests")
            seen = grow_forests(connection, threads)
            step("judging")
            result = _judged(connection, intake, seen)
            if out is not None:
                _write(connection, result, out)
        finally:
            connection.close()
    return result


def _judged(
    connection: duckdb.DuckDBPyConnection, intake: Intake, seen: dict[str, str]
) -> FileScore:
    connection.execute(
        """
        create or replace view file.facts as
        select movement_key as fact_key, subject_key, judged_at as fact_at, is_misuse, type_code,
            episode_key
        from file.movements inner join file.labels using (movement_key)
        """
    )
    _find(connection)
    rules = [
        str(name)
        for (name,) in connection.execute(
            "select distinct detector from file.flags order by detector"
        ).fetchall()
    ]
    detectors = [*rules, FAMILY, EVEN, HEAVY, SCORE]
    figures = judge(connection, "file.facts", "file.found", detectors)
    by_name = {each.detector: each for each in figures}
    connection.execute("alter table file.forests add column is_flagged boolean default false")
    forests = judge(connection, "file.facts", "file.forests", list(seen))
    best = max(forests, key=lambda each: each.average_precision or 0).detector
    compared = []
    for other in (SCORE, FAMILY):
        compared += _at_volume(connection, best, other, by_name[other].flags)
    cannot = connection.execute(
        "select exit_reason, count(distinct movement_key) from file.flags "
        "where exit_reason is not null group by exit_reason order by exit_reason"
    ).fetchall()
    return FileScore(intake, [*figures, *compared], forests, best, seen, dict(cannot))


def _find(connection: duckdb.DuckDBPyConnection) -> None:
    """What each detector found: rules as flags, the outlier by how far, the score by its sum."""
    even = threshold(connection, OUTLIER_RULE, "max_tail_ppm")
    connection.execute(
        f"""
        create or replace table file.found as
        with raised as (
            select * from file.flags where exit_reason is null and suppression_reason is null
        ),
        outliers as (
            select movement_key, try_cast(evidence ->> 'robust_z_ppm' as double) as far,
                coalesce(try_cast(evidence ->> 'tail_ppm' as bigint) <= {even}, false) as is_even
            from raised where detector = '{OUTLIER_RULE}'
        )
        select detector, movement_key as fact_key,
            case when detector = '{OUTLIER_RULE}'
            then try_cast(evidence ->> 'robust_z_ppm' as double) else 1 end as strength,
            true as is_flagged
        from raised
        union all
        select case when is_even then '{EVEN}' else '{HEAVY}' end, movement_key, far, true
        from outliers
        union all
        select '{FAMILY}', movement_key, far, true from outliers
        union all
        select '{SCORE}', movement_key, sum_millipoints, is_flagged from file.scores
        """
    )


def _at_volume(
    connection: duckdb.DuckDBPyConnection, forest: str, other: str, flags: int
) -> list[Figures]:
    """The forest, flagging as many transactions as `other` did: its most suspect ones."""
    name = f"{forest}, {'score' if other == SCORE else 'family'} volume"
    connection.execute(
        f"""
        create or replace table file.volume as
        select '{name}' as detector, fact_key, strength,
            row_number() over (order by strength desc, fact_key) <= {flags} as is_flagged
        from file.forests where detector = '{forest}'
        """
    )
    return judge(connection, "file.facts", "file.volume", [name])


def _write(connection: duckdb.DuckDBPyConnection, result: FileScore, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    rows = [asdict(each) for each in result.figures]
    (out / "table.json").write_text(
        json.dumps(
            {
                "rows": result.intake.rows,
                "people": result.intake.people,
                "misuse": result.intake.misuse,
                "left_out": result.intake.left_out,
                "idle_labels": result.intake.idle_labels,
                "yuan_per_unit": result.intake.yuan_per_unit,
                "forests": [asdict(each) for each in result.forests],
                "forest": result.forest,
                "forests_see": result.forests_see,
                "cannot_judge": result.cannot_judge,
                "figures": rows,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    with (out / "table.csv").open("w", encoding="utf-8", newline="") as file:
        names = [name for name in rows[0] if not name.endswith("_by_type")]
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    for name, sql in {
        "scores": "select movement_key as id, score, sum_millipoints, is_flagged from file.scores",
        "flags": "select detector, movement_key as id, exit_reason, suppression_reason "
        "from file.flags",
    }.items():
        target = str(out / f"{name}.parquet").replace("'", "''")
        connection.execute(f"copy ({sql} order by all) to '{target}' (format parquet)")
