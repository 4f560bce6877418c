"""The committed scoreboard holds: nothing falls, and what is live has earned it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tallywatch.build import PROJECT
from tallywatch.scoring.judge import Figures
from tallywatch.scoring.scoreboard import (
    PAGE,
    SMALL,
    below_floor,
    drops,
    read_floors,
    read_scoreboard,
    score_evaluation_world,
    scoreboard_page,
    write_scoreboard,
)

FIGURES = Figures("R", 10, 5, 0.5, 0.6, 0.7, 0.8, 1.0, 2.0, None)


def rules() -> dict[str, str]:
    """Status of every rule by id, as its yml says."""
    found = {}
    for path in sorted((PROJECT / "models/intermediate/rules").glob("rule_*.yml")):
        meta = yaml.safe_load(path.read_text("utf-8"))["models"][0]["config"]["meta"]
        found[meta["id"]] = meta["status"]
    return found


def test_every_live_rule_stands_at_or_above_its_floors() -> None:
    """A rule goes live by one word in its yml; this is what the word has to answer for."""
    boards, floors = read_scoreboard(), read_floors()
    missing = []
    for rule_id in (rule for rule, status in rules().items() if status == "live"):
        floor = floors.get(rule_id)
        if floor is None:
            missing.append(f"{rule_id} is live and has no row in bench/score_floors.csv")
            continue
        board = {figures.detector: figures for figures in boards[floor.world]}
        if rule_id not in board:
            missing.append(f"{rule_id} is live and not on the scoreboard: run `make score`")
        elif floor.min_precision is None and floor.min_recall is None:
            if not floor.reason:
                missing.append(f"{rule_id} has neither floors nor a reason for having none")
        else:
            missing += below_floor(floor, board[rule_id])
    assert not missing, "\n".join(missing)


def test_floors_are_of_rules_that_exist() -> None:
    assert set(read_floors()) <= {*rules(), "incidents"}


def test_nothing_falls_on_the_small_frozen_world() -> None:
    """When figures change for the better, `make score` writes the new ones."""
    committed = read_scoreboard()[SMALL]
    measured = score_evaluation_world(SMALL)
    fallen = drops(committed, measured)
    assert not fallen, "on the frozen world:\n" + "\n".join(fallen)


def test_the_page_is_derived_from_the_figures() -> None:
    assert PAGE.read_text("utf-8") == scoreboard_page(read_scoreboard())


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    page, path = tmp_path / "page.md", tmp_path / "board.json"
    exact = replace(FIGURES, precision=0.123_456, median_delay_hours=1.26)
    write_scoreboard({SMALL: [exact]}, path, page)
    assert read_scoreboard(path) == {
        SMALL: [replace(exact, precision=0.1235, median_delay_hours=1.3)]
    }
    assert "12.3 %" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"precision": 0.499}, "R: precision fell from 0.5000 to 0.4990"),
        ({"recall": None}, "R: recall fell from 0.7000 to nothing to judge"),
        ({"p90_delay_hours": 3.0}, "R: p90_delay_hours rose from 2.0 to 3.0"),
    ],
)
def test_a_drop_is_told_by_name(change: dict[str, float | None], told: str) -> None:
    assert drops([FIGURES], [replace(FIGURES, **change)]) == [told]


def test_what_rises_or_is_rounded_is_no_drop() -> None:
    better = replace(FIGURES, precision=0.6, recall=0.69996, median_delay_hours=0.5)
    assert drops([FIGURES], [better, replace(FIGURES, detector="new")]) == []


def test_a_rule_that_is_judged_no_longer_is_a_drop() -> None:
    assert drops([FIGURES], []) == ["R is no longer judged"]


def test_a_floor_is_reached_exactly_or_missed() -> None:
    (floor,) = [each for each in read_floors().values() if each.rule_id == "IM-BK-015"]
    exactly = replace(FIGURES, precision=floor.min_precision, recall=floor.min_recall)
    assert below_floor(floor, exactly) == []
    (told,) = below_floor(floor, replace(exactly, recall=0.0))
    assert told.startswith("IM-BK-015: recall 0.0 is below its floor")
