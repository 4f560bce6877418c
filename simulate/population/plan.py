"""What is asked for: how many people, for how long, from which seed; and the streams of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population.seeds import EVALUATION_WORLDS, check_seed
from tallywatch.errors import TerminalError

BLOCK_PEOPLE = 20_000
MOST_PEOPLE = 1_000_000
DAY = 86_400
HOUR = 3_600
USUAL_MISUSE_PPM = 18_000


@dataclass(frozen=True)
class Plan:
    """A world to make. Equal plans give equal bytes.

    `misuse_ppm`: how many of a million people are misused within 90 days. `feeds`: those to write,
    all when None; what one feed holds does not depend on which others are written.
    """

    people: int
    days: int
    seed: int
    first_day: str = "2026-08-16"
    misuse_ppm: int = USUAL_MISUSE_PPM
    feeds: frozenset[str] | None = None
    for_evaluation: bool = False

    def __post_init__(self) -> None:
        check_seed(self.seed, for_evaluation=self.for_evaluation)
        if not (1 <= self.people <= MOST_PEOPLE and 30 <= self.days <= 730):
            raise TerminalError(
                f"people={self.people}, days={self.days}",
                f"1 to {MOST_PEOPLE:,} people and 30 to 730 days",
                "correct the arguments",
            )
        if not 0 <= self.misuse_ppm <= 500_000:
            raise TerminalError(
                f"misuse_ppm={self.misuse_ppm}", "0 to 500,000", "correct the argument"
            )
        try:
            np.datetime64(self.first_day, "D")
        except ValueError as error:
            raise TerminalError(str(error), "a day as YYYY-MM-DD", "correct the day") from None

    @property
    def start(self) -> int:
        """The first moment, in seconds on the Shanghai clock."""
        return int(np.datetime64(self.first_day, "D").astype(np.int64)) * DAY

    @property
    def end(self) -> int:
        """The moment after the last day."""
        return self.start + self.days * DAY

    @property
    def blocks(self) -> range:
        """Numbers of the blocks of people that are made one after the other."""
        return range(-(-self.people // BLOCK_PEOPLE))

    def first_of(self, block: int) -> int:
        """Position of the first person of a block."""
        return block * BLOCK_PEOPLE

    def size_of(self, block: int) -> int:
        """How many people a block has."""
        return min(BLOCK_PEOPLE, self.people - self.first_of(block))

    def wants(self, feed: str) -> bool:
        """Whether the feed is to be written."""
        return self.feeds is None or feed in self.feeds

    def chance(self, part: str, block: int) -> np.random.Generator:
        """An own stream for a part of a block: what one part draws never shifts another."""
        words = [self.seed, block, int.from_bytes(part.encode()[:8].ljust(8), "little"), len(part)]
        return np.random.Generator(np.random.SFC64([word % 2**63 for word in words]))


def evaluation_plan(name: str) -> Plan:
    """The plan of a frozen world.

    Raises:
        TerminalError: there is none of that name.
    """
    if name not in EVALUATION_WORLDS:
        raise TerminalError(
            f"evaluation world {name!r}", " or ".join(EVALUATION_WORLDS), "name one of them"
        )
    world = EVALUATION_WORLDS[name]
    return Plan(
        world.people,
        world.days,
        world.seed,
        world.first_day,
        world.misuse_ppm,
        for_evaluation=True,
    )
