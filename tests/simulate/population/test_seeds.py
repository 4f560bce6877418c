"""The seeds by which rules are judged are not those by which they are made."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulate.population import EVALUATION_WORLDS, Plan, evaluation_plan, make_population
from simulate.population.seeds import RESERVED
from tallywatch.errors import TerminalError


@pytest.mark.parametrize("name", sorted(EVALUATION_WORLDS))
def test_development_refuses_the_seeds_of_evaluation(name: str, tmp_path: Path) -> None:
    world = EVALUATION_WORLDS[name]
    with pytest.raises(TerminalError, match="kept for evaluation"):
        make_population(tmp_path, Plan(world.people, world.days, world.seed, world.first_day))
    assert not any(tmp_path.iterdir())


def test_development_refuses_seeds_that_no_world_has_yet() -> None:
    with pytest.raises(TerminalError, match="kept for evaluation"):
        Plan(100, 60, RESERVED.stop - 1)
    assert Plan(100, 60, RESERVED.stop).seed == RESERVED.stop


def test_evaluation_takes_frozen_seeds_only() -> None:
    with pytest.raises(TerminalError, match="frozen seeds"):
        Plan(100, 60, 7, for_evaluation=True)
    plan = evaluation_plan("scoreboard")
    assert plan.for_evaluation
    assert plan.seed in RESERVED


def test_the_frozen_worlds_are_these() -> None:
    """A change here moves every published figure: it needs a reason that stands in the history."""
    assert {(w.seed, w.people, w.days, w.first_day) for w in EVALUATION_WORLDS.values()} == {
        (917_301, 20_000, 120, "2026-07-20"),
        (955_503, 1_500, 100, "2026-08-10"),
        (944_117, 20_000, 120, "2026-07-20"),
        (968_023, 10_000, 120, "2025-12-01"),
    }
    assert all(world.reason and world.frozen_on for world in EVALUATION_WORLDS.values())
