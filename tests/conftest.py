"""Fixtures that every room's tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tallywatch.settings import REPOSITORY, Keys, Settings

SHARED = REPOSITORY.parent / "shared"

hypothesis_settings.register_profile("tallywatch", deadline=None)
hypothesis_settings.load_profile("tallywatch")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a data home of its own, with keys that are the same in every run."""
    return Settings(
        home=tmp_path / "home",
        keys=Keys(token=b"t" * 32, archive=b"a" * 32, vault=b"v" * 32),
        memory_limit="1GB",
    )


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """A path under the reference folder beside the repository; skips where it is not there."""

    def find(relative: str) -> Path:
        path = SHARED / relative
        if not path.exists():
            pytest.skip(f"reference material not at hand: {relative}")
        return path

    return find
