"""`tallywatch score` on small labelled worlds: targets, volume, equal figures, answers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bench.card_worlds import heavy_tailed, near_normal, write
from tallywatch.scoring.file_score import FAMILY, SCORE, FileScore, score_file


def scored(folder: Path, table: pa.Table, **options: bool | Path) -> FileScore:
    return score_file(write(table, folder / "rows.parquet"), **options)


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> FileScore:
    folder = tmp_path_factory.mktemp("even")
    return scored(folder, near_normal(1), out=folder / "out")


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> FileScore:
    return scored(tmp_path_factory.mktemp("heavy"), heavy_tailed(31, people=150, days=200))


def test_leaked_cards_of_near_normal_spenders_are_found(even: FileScore) -> None:
    family = even.named(FAMILY)
    assert family.precision is not None
    assert family.precision >= 0.90
    assert family.recall_by_type["3"] >= 0.70
    assert family.episode_recall_by_type["3"] >= 0.80


def test_heavy_tailed_spending_is_scored(heavy: FileScore) -> None:
    score = heavy.named(SCORE)
    assert score.precision is not None
    assert score.recall is not None
    assert score.precision >= 0.65
    assert score.recall >= 0.48


@pytest.mark.parametrize("world", ["even", "heavy"])
def test_the_ranking_is_better_than_a_forests(world: str, request: pytest.FixtureRequest) -> None:
    result: FileScore = request.getfixturevalue(world)
    ours = result.named(SCORE).average_precision or 0
    best = max(each.average_precision or 0 for each in result.forests)
    assert ours >= 1.6 * best


def test_the_forest_flags_as_many(even: FileScore, heavy: FileScore) -> None:
    for result in (even, heavy):
        for detector, volume in ((SCORE, "score"), (FAMILY, "family")):
            forest = result.named(f"{result.forest}, {volume} volume")
            assert forest.flags == result.named(detector).flags


def test_equal_files_in_another_order_give_equal_figures_and_a_unit_does_not_matter(
    heavy: FileScore, tmp_path: Path
) -> None:
    """Rows turned round; amounts in another currency, to the cent, scale with the file."""
    table = heavy_tailed(31, people=150, days=200)
    turned = table.take(pa.array(range(len(table) - 1, -1, -1)))
    number = turned.schema.get_field_index("amt")
    other = turned.set_column(number, "amt", pc.multiply(turned["amt"], 8.0))
    again = scored(tmp_path, other)
    for detector in (SCORE, FAMILY):
        before, after = asdict(heavy.named(detector)), asdict(again.named(detector))
        # A sum of fractions in another order may differ in its last bit.
        assert after.pop("average_precision") == pytest.approx(before.pop("average_precision"))
        assert after == before
    assert again.intake.yuan_per_unit == pytest.approx(heavy.intake.yuan_per_unit / 8)


def test_what_is_written(even: FileScore, tmp_path_factory: pytest.TempPathFactory) -> None:
    (out,) = tmp_path_factory.getbasetemp().glob("even[0-9]*/out")
    told = json.loads((out / "table.json").read_text("utf-8"))
    assert [row["detector"] for row in told["figures"]] == [
        figures.detector for figures in even.figures
    ]
    assert (out / "table.csv").read_text("utf-8").count("\n") == 1 + len(even.figures)
    flagged = duckdb.sql(
        f"select count(*) from read_parquet('{out / 'scores.parquet'}') where is_flagged"
    ).fetchone()
    assert flagged == (even.named(SCORE).flags,)


def test_answers_show_what_no_history_can(even: FileScore, tmp_path: Path) -> None:
    """Compromised tills take usual amounts: only what others answered tells them."""
    table = near_normal(1)
    told = scored(tmp_path, table, feedback=True).named(SCORE)
    silent = even.named(SCORE)
    assert silent.recall_by_type["2"] < 0.02
    assert told.recall_by_type["2"] > silent.recall_by_type["2"] + 0.1
