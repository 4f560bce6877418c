"""Seeds load on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallywatch.build import PROJECT


@pytest.mark.parametrize(
    "seed", sorted((PROJECT / "seeds").glob("*.csv")), ids=lambda path: path.stem
)
def test_no_cell_has_an_apostrophe(seed: Path) -> None:
    """Spark's adapter writes cells into its insert statement as they are."""
    lines = seed.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "'" in line]
