"""Identifiers that are valid in form and belong to nobody.

Identity numbers carry area codes ending in 9999: GB/T 2260 assigns no such county in any province,
so that none of these numbers can have been issued, while the check character (GB 11643-1999) is
right. Mobile numbers begin with 154, a range never opened to subscribers. E-mail addresses lie in
example.com, which RFC 2606 reserves.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import chosen, joined, number_text

UNASSIGNED_COUNTY = "9999"
UNUSED_RANGE = "154"
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECKS = tuple("10X98765432")
REGIONS = np.array(
    [
        11,
        12,
        13,
        14,
        15,
        21,
        22,
        23,
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
    ]
)
PHONE_NUMBERS = 100_000_000
STEP = 61_803_399
"""Shares no factor with the number of phone numbers: distinct persons get distinct numbers."""


def phones(persons: np.ndarray, version: int = 0) -> pa.Array:
    """A number per person; other versions give other numbers."""
    suffix = (persons.astype(np.int64) * STEP + version * 12_345_678 + 42) % PHONE_NUMBERS
    return joined(UNUSED_RANGE, number_text(suffix, 8))


def id_numbers(regions: np.ndarray, births: np.ndarray, orders: np.ndarray) -> pa.Array:
    """18 characters from province codes, birth days (`datetime64[D]`) and orders (0 to 999)."""
    years = births.astype("datetime64[Y]").astype(np.int64) + 1970
    months = births.astype("datetime64[M]").astype(np.int64) % 12 + 1
    days = (births - births.astype("datetime64[M]")).astype(np.int64) + 1
    area = regions.astype(np.int64) * 10_000 + int(UNASSIGNED_COUNTY)
    body = ((area * 10_000 + years) * 100 + months) * 100 + days
    body = body * 1000 + orders
    powers = 10 ** np.arange(16, -1, -1, dtype=np.int64)
    digits = body[:, None] // powers % 10
    check = chosen(CHECKS, (digits * WEIGHTS).sum(axis=1) % 11)
    return joined(number_text(body), check)
