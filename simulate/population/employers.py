"""Employers by number; a payroll agent pays for many of them under its own name."""

from __future__ import annotations

import numpy as np

from simulate.population.people import EMPLOYED, People
from simulate.population.plan import Plan
from simulate.population.ragged import zipf_places

FIRMS = 9_000
NEXT_FIRM = 500_000
"""A changer's next firm is NEXT_FIRM plus a number below NEXT_FIRMS."""
NEXT_FIRMS = 7_000
AGENT = 600_000
AGENTS = 12
SHELL = 700_000
"""Firms that book wages for people who never worked there."""
SHELLS = 60
NO_FIRM = -1


def draw_employers(plan: Plan, block: int, people: People) -> np.ndarray:
    """The firm of each who is employed when the world begins."""
    rng = plan.chance("firms", block)
    firm = zipf_places(rng, FIRMS, len(people), 0.7)
    return np.where(people.work == EMPLOYED, firm, NO_FIRM)


def next_firm(people: People, who: np.ndarray) -> np.ndarray:
    """Where those who change go."""
    return NEXT_FIRM + people.number[who] % NEXT_FIRMS


def agent_of(people: People, who: np.ndarray) -> np.ndarray:
    """The payroll agent under whose name contributions come."""
    return AGENT + people.number[who] % AGENTS
