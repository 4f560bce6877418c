"""Who is paid: numbers that stand for merchants, for people around a person, for thieves.

A number is all that is needed: its token, and where files are written its name, follow from it.
"""

from __future__ import annotations

import numpy as np

MERCHANTS = 60_000
NATIONAL = 2_000
"""The first merchants are known everywhere and sell on the net; the others stand in one city."""
ROLES = 64
AROUND = 1_000_000
CRIMINAL = 1_000_000_000
(
    LANDLORD,
    MOTHER,
    SIBLING,
    SPOUSE,
    FRIEND,
    SCHOOL,
    HOSPITAL,
    EMPLOYER,
    OWN_WALLET,
    OWN_CARD,
    CHILD_CARD,
    INSURER,
    BROKER,
    CAR_DEALER,
    BUILDER,
    LENDER,
    AGENT,
    UTILITY,
    BANK,
    FUND,
    NEW_LANDLORD,
    TELECOM,
    NEW_EMPLOYER,
) = range(23)
FRIENDS = 24
"""Places FRIENDS to FRIENDS + 7 are friends; BYSTANDER to BYSTANDER + 16 are met once."""
BYSTANDER = 40


def around(persons: np.ndarray, role: int | np.ndarray) -> np.ndarray:
    """Somebody around a person (its position in the world)."""
    return AROUND + persons.astype(np.int64) * ROLES + role


def criminals(rng: np.random.Generator, count: int) -> np.ndarray:
    """Accounts and shops that thieves use; some serve several victims."""
    return CRIMINAL + rng.integers(0, 50_000, count)


def local_merchants(city: np.ndarray, rank: np.ndarray, cities: int) -> np.ndarray:
    """The shop of that rank in a city."""
    per_city = (MERCHANTS - NATIONAL) // cities
    return NATIONAL + city.astype(np.int64) * per_city + np.minimum(rank, per_city - 1)
