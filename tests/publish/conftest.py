"""A small invented warehouse, checked and released."""

from __future__ import annotations

import pytest

from publish.release import Release, make_release
from tallywatch.settings import Settings
from tests.publish.warehouse import World, small_world, write_gates


@pytest.fixture
def world() -> World:
    """What the warehouse of `built` and `released` holds."""
    return small_world()


@pytest.fixture
def built(settings: Settings, world: World) -> Settings:
    """A data home whose warehouse is built and whose gates passed."""
    world.put(settings)
    write_gates(settings)
    return settings


@pytest.fixture
def released(built: Settings) -> Settings:
    """The same with its release made."""
    make_release(built)
    return built


@pytest.fixture
def release(released: Settings) -> Release:
    """The current release of `released`."""
    return make_release(released)
