"""Worlds of many people as rows that have passed the door, with the truth beside.

    from simulate.population import Plan, make_population
    make_population(Path("var/world"), Plan(people=20_000, days=90, seed=11))

See docs/world.md.
"""

from simulate.population.files import make_deliveries
from simulate.population.plan import Plan, evaluation_plan
from simulate.population.seeds import EVALUATION_WORLDS
from simulate.population.world import Made, make_population

__all__ = [
    "EVALUATION_WORLDS",
    "Made",
    "Plan",
    "evaluation_plan",
    "make_deliveries",
    "make_population",
]
