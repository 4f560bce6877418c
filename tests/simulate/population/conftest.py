from __future__ import annotations

from pathlib import Path

import pytest

from simulate.population import Plan, make_population

SMALL = Plan(people=1_500, days=75, seed=5, misuse_ppm=250_000)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world with much misuse in it."""
    folder = tmp_path_factory.mktemp("population") / "world"
    make_population(folder, SMALL)
    return folder
