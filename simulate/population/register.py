"""The register of people and their verifications; identifiers as tokens of their numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population import places
from simulate.population.delivery import Post, Rhythm
from simulate.population.grants import authorisation_columns
from simulate.population.plan import HOUR
from simulate.population.ragged import blanked, coded, instants
from simulate.population.tokens import Tokens

REGISTER = Rhythm(offset=HOUR)
DECADES = tuple(f"{decade}s" for decade in range(1900, 2030, 10))
PHONES = 8
"""Numbers of telephones: a person's own are number * PHONES + 0, 1, ..."""


def write_register(post: Post, tokens: Tokens, victim_of: np.ndarray) -> None:
    """People, verifications and authorisations of a block.

    `victim_of`: per person whose identity number it registers with, -1 for its own.
    """
    people = post.people
    everybody = np.arange(len(people))
    strangers = np.flatnonzero(victim_of >= 0)
    event = np.full(len(people), -1)
    event[strangers] = post.plot.tell(
        "shared_identity",
        "S3",
        "people",
        "IM-RG-028",
        victim_of[strangers],
        people.registered[strangers],
    )
    shown = np.where(victim_of >= 0, victim_of, everybody) + people.first
    sent = post.send("people", REGISTER, everybody, people.registered, event)
    number = people.number[sent.person]
    has_email = number % 3 != 0
    post.write(
        sent,
        {
            "full_name_token": tokens.of("name", number),
            "id_number_token": tokens.of("id_number", shown[sent.person]),
            "age_group_code": coded(DECADES, _decades(people.birth_day[sent.person])),
            "phone_token": tokens.of("phone", number * PHONES),
            "email_token": blanked(tokens.of("email", number), ~has_email),
            "region_code": coded([c[:2] for c in places.CODES], people.city[sent.person]),
            "registered_at": instants(sent.at),
            "recorded_at": instants(sent.at),
        },
    )
    sent = post.send("verifications", REGISTER, everybody, people.registered + 900)
    number = people.number[sent.person]
    post.write(
        sent,
        {
            "verification_id": joined("V", number_text(number + 1, 8)),
            "method_code": coded(("face", "bank_card", "id_card"), number % 3),
            "outcome_code": coded(("passed", "failed"), (number % 97 == 0).astype(int)),
            "verified_at": instants(sent.at),
        },
    )
    person, recorded, columns = authorisation_columns(post.plan, post.grants)
    sent = post.send("authorisations", REGISTER, person, recorded)
    rows = pa.array(sent.rows)
    post.write(sent, {name: column.take(rows) for name, column in columns.items()})


def _decades(birth_days: np.ndarray) -> np.ndarray:
    years = birth_days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return (years - 1900) // 10
