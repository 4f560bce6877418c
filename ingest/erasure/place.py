"""What every place that may hold something of a person can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from ingest.erasure.person import Person

Items = Mapping[str, int]
"""What a place holds of a person, by a name of the part (a table, a delivery); no name of them."""


class Place(ABC):
    """One kind of place. `count`, then `erase`, then `count` gives nothing, whatever was killed."""

    name: ClassVar[str]

    @abstractmethod
    def count(self, person: Person) -> Items:
        """What is there of the person; empty when there is nothing."""

    @abstractmethod
    def erase(self, person: Person, items: Items) -> None:
        """Remove it; `items` are those counted before anything was removed anywhere."""

    def settle(self) -> None:  # noqa: B027 - most places have no free space
        """Once after everybody: leave nothing in free space either."""
