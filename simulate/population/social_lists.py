"""Lists of social insurance and housing fund as portals give them, fetched again and again.

A list holds several months: a month that is missing is missing from a list that came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population import places
from simulate.population.delivery import Post, Rhythm
from simulate.population.grants import NAMES as SCOPES
from simulate.population.plan import DAY, HOUR
from simulate.population.ragged import (
    blanked,
    coded,
    dates,
    month_start,
    month_texts,
    months_of,
    repeated,
)
from simulate.population.tokens import Tokens

INSURANCE, FUND = "social_insurance_payments", "housing_fund_payments"
INSURANCE_LIST = Rhythm(offset=0, scope="social_insurance")
FUND_LIST = Rhythm(offset=0, scope="housing_fund")
HISTORY, AGAIN = 12, 4
"""Months in a person's first list, and in those that follow."""
(REMITTED, WITHDRAWN, TRANSFERRED, SEALED, LOAN_REPAID) = range(5)
BUSINESS = ("remittance", "withdrawal", "transfer_out", "sealed", "loan_repayment")
CHANNELS = (None, "线上渠道", "柜台", "委托按月")


@dataclass
class Entries:
    """Lines on record: `posted` is the instant, `month` the month paid for."""

    person: np.ndarray
    posted: np.ndarray
    month: np.ndarray
    firm: np.ndarray
    amount: np.ndarray
    kind: np.ndarray
    channel: np.ndarray
    city: np.ndarray
    event: np.ndarray


def entries(parts: list[tuple[np.ndarray | int, ...]]) -> Entries:
    """Entries from parts, by person and instant."""
    whole = [
        np.concatenate([np.broadcast_to(np.asarray(p[n]), np.shape(p[0])) for p in parts]).astype(
            np.int64
        )
        for n in range(9)
    ]
    order = np.lexsort((whole[1], whole[0]))
    return Entries(*(column[order] for column in whole))


def draw_lists(post: Post, scope: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Who fetches a list and when: first on joining, then about every month."""
    plan, rng = post.plan, post.plan.chance(name, post.block)
    given = np.flatnonzero(post.grants.is_given[:, SCOPES.index(scope)])
    first = np.maximum(post.people.registered[given] + DAY, plan.start - 25 * DAY)
    first = first // DAY * DAY + rng.integers(9 * HOUR, 20 * HOUR, len(given))
    number = np.arange(plan.days // 28 + 2)
    at = first[:, None] + (number * 30 * DAY)[None, :]
    at += rng.integers(-4, 5, at.shape) * DAY * (number > 0)
    skipped = (rng.random(at.shape) < 0.12) & (number > 0)
    row, column = np.nonzero((at < plan.end) & ~skipped)
    return given[row], at[row, column]


def write_lists(
    post: Post, feed: str, rhythm: Rhythm, name: str, on_record: Entries, tokens: Tokens
) -> None:
    """All lists of a feed: each shows the entries of its months."""
    assert rhythm.scope
    person, at = draw_lists(post, rhythm.scope, name)
    is_first = np.ones(len(person), bool)
    is_first[1:] = person[1:] != person[:-1]
    starts = np.searchsorted(on_record.person, person)
    counts = np.searchsorted(on_record.person, person, side="right") - starts
    which, place = repeated(counts)
    row = starts[which] + place
    month_seen = months_of(at)[which]
    oldest = month_seen - np.where(is_first, HISTORY, AGAIN)[which]
    keep = (on_record.posted[row] <= at[which]) & (months_of(on_record.posted[row]) >= oldest)
    which, row = which[keep], row[keep]
    sent = post.send(feed, rhythm, person[which], at[which], on_record.event[row])
    row = row[sent.rows]
    shown = _insurance if feed == INSURANCE else _fund
    columns, business = shown(post, on_record, row, tokens)
    post.write(sent, columns, business)


def _insurance(
    post: Post, e: Entries, row: np.ndarray, tokens: Tokens
) -> tuple[dict[str, pa.Array], pa.Array]:
    month, base = e.month[row], e.amount[row]
    same = np.zeros(len(row), np.int32)
    text = month_texts(month)
    day = dates(month_start(month))
    return {
        "region_code": coded(places.CODES, e.city[row]),
        "insurance_code": coded(("pension",), same),
        "first_month": text,
        "last_month": text,
        "paid_for_date": day,
        "months_count": pa.array(np.ones(len(row), np.int64)),
        "contribution_code": coded(("regular",), same),
        "contribution_base_fen": pa.array(base),
        "employer_fen": pa.array(base * 16 // 100),
        "personal_fen": pa.array(base * 8 // 100),
        "employer_token": tokens.coded("company", e.firm[row]),
        "employer_code": coded_number("U", e.firm[row]),
        "status_name": coded(("已到账",), same),
    }, day


def _fund(
    post: Post, e: Entries, row: np.ndarray, tokens: Tokens
) -> tuple[dict[str, pa.Array], pa.Array]:
    kind, amount = e.kind[row], e.amount[row]
    is_paid_in = kind == REMITTED
    day = dates(e.posted[row])
    return {
        "region_code": coded(places.CODES, e.city[row]),
        "posted_date": day,
        "paid_for_month": blanked(month_texts(e.month[row]), ~is_paid_in),
        "business_code": coded(BUSINESS, kind),
        "change_fen": pa.array(np.where(is_paid_in, amount, -amount)),
        "employer_fen": pa.array(amount // 2, mask=~is_paid_in),
        "personal_fen": pa.array(amount // 2, mask=~is_paid_in),
        "employer_token": tokens.coded("company", e.firm[row], e.firm[row] < 0),
        "channel_name": coded(CHANNELS, e.channel[row]),
        "serial_id": joined(
            "F", number_text(e.person[row] + post.people.first, 7), number_text(e.posted[row])
        ),
    }, day


def coded_number(letter: str, numbers: np.ndarray) -> pa.Array:
    """A letter and the number, as a dictionary."""
    if not len(numbers):
        return pa.array([], pa.string())
    values, codes = np.unique(numbers, return_inverse=True)
    words = joined(letter, number_text(values, 7))
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), words)
