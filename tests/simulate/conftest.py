"""One world for all tests of this room; it takes a second to make."""

from __future__ import annotations

import pytest

from simulate import simulate
from tests.simulate.made_world import World


def stand_in_token(kind: str, value: str) -> str:
    """A token that can be read back, in place of the keyed one."""
    return f"{kind}:{value}"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world of the demo, with answers about payees."""
    inbox = tmp_path_factory.mktemp("world") / "inbox"
    return World(inbox, simulate(inbox, token_of=stand_in_token))
