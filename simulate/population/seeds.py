"""Which seeds a world may have, for whom.

What a rule is tuned on says nothing about how good it is. The numbers that are published come from
worlds that nobody looked at while a rule, a threshold or a score was being written: their seeds
stand here since before the first rule was tuned on a world, and everything that is used while
developing refuses them. Nobody changes this file to make a figure better; a new evaluation world is
a new line, with its day and its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from tallywatch.errors import TerminalError

RESERVED = range(900_000, 1_000_000)
"""No seed in here is for development, whether a world has it yet or not."""


@dataclass(frozen=True)
class EvaluationWorld:
    """Everything that a frozen world depends on."""

    seed: int
    people: int
    days: int
    first_day: str
    frozen_on: str
    reason: str
    misuse_ppm: int = 18_000


EVALUATION_WORLDS: MappingProxyType[str, EvaluationWorld] = MappingProxyType(
    {
        "scoreboard": EvaluationWorld(
            917_301,
            20_000,
            120,
            "2026-07-20",
            "2026-11-29",
            "the committed scoreboard of the rules",
        ),
        "small_scoreboard": EvaluationWorld(
            955_503,
            1_500,
            100,
            "2026-08-10",
            "2026-11-29",
            "compared in tests in a minute or two; six times as many are misused, so that each "
            "rule has something to find among few people",
            108_000,
        ),
        "second_look": EvaluationWorld(
            944_117, 20_000, 120, "2026-07-20", "2026-11-29", "to see whether the first was luck"
        ),
        "new_year": EvaluationWorld(
            968_023, 10_000, 120, "2025-12-01", "2026-11-29", "Spring Festival, 10 to 23 February"
        ),
    }
)


def check_seed(seed: int, *, for_evaluation: bool) -> None:
    """Keep the two apart.

    Raises:
        TerminalError: a reserved seed while developing, or any other seed for evaluation.
    """
    frozen = {world.seed for world in EVALUATION_WORLDS.values()}
    if seed < 0:
        raise TerminalError(f"seed {seed}", "a seed from 0", "choose another seed")
    if for_evaluation and seed not in frozen:
        raise TerminalError(
            f"seed {seed} for an evaluation",
            f"one of the frozen seeds {', '.join(map(str, sorted(frozen)))}",
            "take the seed of a world in simulate/population/seeds.py",
        )
    if not for_evaluation and seed in RESERVED:
        raise TerminalError(
            f"seed {seed}, which is kept for evaluation",
            f"a seed below {RESERVED.start:,} or from {RESERVED.stop:,}",
            "choose another seed; a rule that was tuned on an evaluation world proves nothing",
        )
