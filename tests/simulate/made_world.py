"""A world that was made for the tests of this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulate import Truth


@dataclass(frozen=True)
class World:
    """Where the deliveries lie, and the truth about them."""

    inbox: Path
    truth: Truth
