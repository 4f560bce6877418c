"""What people let the service read: grants by scope, some never given, some withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.people import People
from simulate.population.plan import DAY, Plan
from simulate.population.ragged import instants

SCOPES = {
    "wallet_bills": 0.85,
    "bank_statements": 0.80,
    "credit_reports": 0.80,
    "sms_messages": 0.70,
    "platform_events": 0.60,
    "social_insurance": 0.65,
    "housing_fund": 0.60,
    "registered_lines": 0.60,
    "registered_accounts": 0.20,
    "app_notices": 0.20,
    "breach_exposures": 0.20,
}
"""Scope to the share of people who grant it. Of the last three each person grants one at most."""
NAMES = tuple(SCOPES)
SLOTS = 9
"""Numbers of grants are seven digits: each person has so many."""
REVOKED, EXPIRED = 0.02, 0.01
YEARS = 3 * 365 * DAY
NEVER = 2**62


@dataclass(frozen=True)
class Grants:
    """By person and scope (a column per entry of NAMES); `until` is when it ends."""

    first: int
    is_given: np.ndarray
    since: np.ndarray
    until: np.ndarray
    expires: np.ndarray
    revoked: np.ndarray

    def covers(self, scope: str, person: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Whether the scope of each person was granted at an instant each."""
        column = NAMES.index(scope)
        given = self.is_given[person, column]
        return given & (at < self.until[person, column]) & (at >= self.since[person, column])

    def ids(self, scope: str, person: np.ndarray) -> pa.Array:
        """Id of the grant of each row, as a dictionary of the block's."""
        slot = min(NAMES.index(scope), SLOTS - 1)
        everybody = np.arange(len(self.is_given)) + self.first
        words = joined("A", number_text(everybody * SLOTS + slot + 1, 7))
        return pa.DictionaryArray.from_arrays(pa.array(person.astype(np.int32)), words)


def draw_grants(plan: Plan, block: int, people: People) -> Grants:
    """Everything that a block's people granted, and when it ended."""
    rng = plan.chance("grants", block)
    shape = (len(people), len(NAMES))
    third = rng.integers(0, 3, len(people))
    is_given = rng.random(shape) < np.array([*SCOPES.values()])
    last = np.arange(3)[None, :] == third[:, None]
    is_given[:, -3:] = last & (rng.random(len(people)) < 0.6)[:, None]
    since = people.registered[:, None] + (rng.random(shape) * 3 * 3_600).astype(np.int64)
    moment = (plan.start + rng.random(shape) * plan.days * DAY).astype(np.int64)
    moment = np.maximum(moment, since + 10 * DAY)
    expires = np.where(rng.random(shape) < EXPIRED, moment, since + YEARS)
    revoked = np.where((rng.random(shape) < REVOKED) & (moment < plan.end), moment, NEVER)
    revoked = np.where(moment < expires, revoked, NEVER)
    return Grants(people.first, is_given, since, np.minimum(expires, revoked), expires, revoked)


def authorisation_columns(
    plan: Plan, grants: Grants
) -> tuple[np.ndarray, np.ndarray, dict[str, pa.Array]]:
    """Person, instant of recording and cells of every version of every grant."""
    who, scope = np.nonzero(grants.is_given)
    ended_who, ended_scope = np.nonzero(grants.is_given & (grants.revoked < plan.end))
    person = np.concatenate([who, ended_who])
    column = np.concatenate([scope, ended_scope])
    revoked = grants.revoked[person, column]
    is_first = np.arange(len(person)) < len(who)
    recorded = np.where(is_first, grants.since[person, column], revoked)
    number = (person + grants.first) * SLOTS + np.minimum(column, SLOTS - 1) + 1
    return (
        person,
        recorded,
        {
            "authorisation_id": joined("A", number_text(number, 7)),
            "scope_code": pa.DictionaryArray.from_arrays(pa.array(column.astype(np.int32)), NAMES),
            "granted_at": instants(grants.since[person, column]),
            "expires_at": instants(grants.expires[person, column]),
            "revoked_at": instants(np.where(is_first, 0, revoked), is_first),
            "recorded_at": instants(recorded),
        },
    )
