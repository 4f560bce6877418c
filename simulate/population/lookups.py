"""Answers of the carriers and platforms: how many cards and accounts stand under a name."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.cast import Cast
from simulate.population.delivery import Post, Rhythm
from simulate.population.grants import NAMES as SCOPES
from simulate.population.life_events import LifeEvents
from simulate.population.people import ALIPAY, CREDIT_CARD, SECOND, WECHAT, People
from simulate.population.plan import DAY, HOUR
from simulate.population.plot import Plot
from simulate.population.ragged import coded, dates, instants

LINES, ACCOUNTS = "registered_lines", "registered_accounts"
CARRIERS = ("中国移动", "中国联通", "中国电信", "远讯虚拟运营商")
PLATFORMS = (
    ("支付宝", "payment"),
    ("微信支付", "payment"),
    ("本人开户银行", "bank"),
    ("京东", "platform"),
)
ANSWER = Rhythm(offset=HOUR, scope=LINES)
ANSWER_2 = Rhythm(offset=HOUR, scope=ACCOUNTS)
NEVER = 2**62


def second_lines(people: People) -> np.ndarray:
    """Who had two cards before joining."""
    return (people.number % 5 == 0).astype(np.int64)


def _questions(post: Post, scope: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    plan, rng = post.plan, post.plan.chance(name, post.block)
    given = np.flatnonzero(post.grants.is_given[:, SCOPES.index(scope)])
    period = rng.integers(28, 75, len(given))
    first = np.maximum(post.people.registered[given] + DAY, plan.start - 20 * DAY)
    number = np.arange(plan.days // 28 + 2)
    at = first[:, None] // DAY * DAY + number[None, :] * period[:, None] * DAY
    at += rng.integers(9 * HOUR, 20 * HOUR, at.shape)
    row, column = np.nonzero(at < plan.end - DAY)
    return given[row], at[row, column]


def _since(people: People, who: np.ndarray, at: np.ndarray) -> np.ndarray:
    moments = np.full(len(people), NEVER)
    moments[who] = at
    return moments


def write_lookups(post: Post, life: LifeEvents, cast: Cast, plot: Plot) -> None:
    """Both look-ups of a block, and what thieves registered."""
    people, rng = post.people, post.plan.chance("lookups", post.block)
    who, start = cast.victims["phone_cards"], cast.starts["phone_cards"]
    stolen = _since(people, who, start + 10 * HOUR)
    event = np.full(len(people), -1)
    event[who] = plot.tell("phone_cards", "S3", LINES, "IM-TL-021", who, start + 10 * HOUR)
    more = np.zeros(len(people), np.int64)
    more[who] = rng.integers(1, 4, len(who))
    sim = _since(people, life.who["second_sim"], life.at["second_sim"] + 9 * HOUR)
    child = _since(people, life.who["child_card"], life.at["child_card"] + 9 * HOUR)
    person, asked = _questions(post, LINES, "asklines")
    answered = asked + rng.integers(HOUR, 48 * HOUR, len(asked))
    counts = np.zeros((len(person), len(CARRIERS)), np.int64)
    own = people.number[person] % 3
    rows = np.arange(len(person))
    counts[rows, own] = 1 + second_lines(people)[person]
    counts[rows, own] += (asked >= sim[person]).astype(int) + (asked >= child[person])
    strange = (people.number[person] + 1) % len(CARRIERS)
    is_stolen = asked >= stolen[person]
    counts[rows, strange] += np.where(is_stolen, more[person], 0)
    row, carrier = np.nonzero((counts > 0) | (np.arange(len(CARRIERS)) < 3)[None, :])
    shows = is_stolen[row] & (carrier == strange[row])
    events = np.where(shows, event[person[row]], -1)
    sent = post.send(LINES, ANSWER, person[row], answered[row], events)
    row, carrier = row[sent.rows], carrier[sent.rows]
    post.write(
        sent,
        {
            "lookup_id": joined(
                "L", number_text(people.number[person[row]], 7), number_text(asked[row])
            ),
            "carrier_name": coded(CARRIERS, carrier),
            "lines_count": pa.array(counts[row, carrier]),
            "asked_at": instants(asked[row]),
            "answered_at": instants(sent.at),
        },
        dates(sent.at),
    )
    _accounts(post, cast, plot)


def _accounts(post: Post, cast: Cast, plot: Plot) -> None:
    people = post.people
    who, start = cast.victims["card_in_name"], cast.starts["card_in_name"]
    opened = _since(people, who, start + 4 * DAY)
    event = np.full(len(people), -1)
    event[who] = plot.tell("card_in_name", "S3", ACCOUNTS, "IM-TL-021", who, start + 4 * DAY)
    person, at = _questions(post, ACCOUNTS, "askaccts")
    has = people.has_account[person]
    is_stolen = at >= opened[person]
    banks = 1 + has[:, CREDIT_CARD].astype(int) + has[:, SECOND] + is_stolen
    counts = np.stack(
        [has[:, ALIPAY], has[:, WECHAT], banks, people.number[person] % 2], axis=1
    ).astype(np.int64)
    row, platform = np.nonzero(counts)
    shows = is_stolen[row] & (platform == 2)
    sent = post.send(
        ACCOUNTS, ANSWER_2, person[row], at[row], np.where(shows, event[person[row]], -1)
    )
    row, platform = row[sent.rows], platform[sent.rows]
    post.write(
        sent,
        {
            "lookup_id": joined(
                "K", number_text(people.number[person[row]], 7), number_text(at[row])
            ),
            "platform_name": coded([name for name, _ in PLATFORMS], platform),
            "account_type_code": coded([kind for _, kind in PLATFORMS], platform),
            "accounts_count": pa.array(counts[row, platform]),
            "number_tail": number_text(people.number[person[row]] * 7 % 10_000, 4),
            "answered_at": instants(sent.at),
        },
        dates(sent.at),
    )
