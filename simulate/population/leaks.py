"""Leaked data: hits of watchers, and breaches that a person's address is in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.cast import Cast
from simulate.population.delivery import Post, Rhythm
from simulate.population.grants import NAMES as SCOPES
from simulate.population.plan import DAY, HOUR
from simulate.population.plot import Plot
from simulate.population.ragged import blanked, coded, dates, instants
from simulate.population.register import PHONES
from simulate.population.tokens import Tokens

HITS, EXPOSURES = "leak_watch_hits", "breach_exposures"
FOUND = Rhythm(offset=3 * HOUR)
CHECKED = Rhythm(offset=3 * HOUR, scope=EXPOSURES)
SOURCES = ("forum", "market", "messenger", "paste_site", "stealer_log", "file_share")
GRAVE = ("high", "critical", "medium", "low")
CLASSES = (
    '["id_number","name","phone"]',
    '["id_number","name","phone","address","bank_card"]',
    '["phone","password"]',
    '["email"]',
)
BREACHES = ("鹿角论坛", "半亩商城", "云程打车旧库", "星轨会员库", "青禾外卖旧库", "拾光相册")
LEAKED = {
    "loan_in_name": 0.65,
    "unofficial_query": 0.5,
    "takeover": 0.55,
    "card_run": 0.4,
    "card_in_name": 0.5,
    "phone_cards": 0.5,
    "fund_theft": 0.4,
    "shared_identity": 0.5,
    "guarantee": 0.3,
}
"""Kinds that begin with a leak, and how many of them the watchers find."""
STRANGERS = 50_000_000


def write_leaks(post: Post, cast: Cast, plot: Plot, tokens: Tokens) -> None:
    """Hits and exposures of a block."""
    plan, people = post.plan, post.people
    rng = plan.chance("leaks", post.block)
    parts: list[tuple[np.ndarray, ...]] = []

    def add(
        who: np.ndarray,
        at: np.ndarray,
        grave: np.ndarray,
        age: np.ndarray,
        event: np.ndarray,
        phone: np.ndarray,
    ) -> None:
        parts.append((who, at, grave, age, event, phone))

    for chain, share in LEAKED.items():
        who, start = cast.victims[chain], cast.starts[chain]
        rows = np.flatnonzero(rng.random(len(who)) < share)
        at = start[rows] - rng.integers(1, 13, len(rows)) * DAY + rng.integers(0, DAY, len(rows))
        events = plot.tell(chain, "S1", HITS, "IM-EX-026", who[rows], at)
        who = who[rows]
        grave, age = rng.integers(0, 2, len(who)), rng.integers(0, 40, len(who))
        add(who, at, grave, age, events, people.number[who] * PHONES)
    share = min(0.04 * plan.days / 90, 0.9)
    who = np.flatnonzero(rng.random(len(people)) < share)
    at = plan.start + rng.integers(0, plan.days * DAY, len(who))
    grave, age = 2 + rng.integers(0, 2, len(who)), rng.integers(200, 2_500, len(who))
    add(who, at, grave, age, np.full(len(who), -1), people.number[who] * PHONES)
    plot.lure("old_leak", HITS, "IM-EX-026", who, at)
    count = len(people) // 100
    who = rng.integers(0, len(people), count)
    at = plan.start + rng.integers(0, plan.days * DAY, count)
    nobody = STRANGERS + rng.integers(0, 10**7, count)
    add(who, at, rng.integers(0, 4, count), rng.integers(0, 900, count), np.full(count, -1), nobody)
    person, at, grave, age, event, phone = (np.concatenate(c) for c in zip(*parts, strict=True))
    sent = post.send(HITS, FOUND, person, at, event)
    rows = sent.rows
    person, grave, age, phone = person[rows], grave[rows], age[rows], phone[rows]
    is_ours = phone < STRANGERS
    number = people.number[person]
    with_id = is_ours & (grave < 2)
    post.write(
        sent,
        {
            "watcher_id": coded(("P0001", "P0002"), number % 2),
            "hit_id": joined(f"H{post.block:03d}", number_text(rows.astype(np.int64), 8)),
            "phone_token": tokens.of("phone", phone),
            "email_token": blanked(tokens.of("email", number), ~is_ours | (grave != 3)),
            "id_number_token": blanked(tokens.of("id_number", number), ~with_id),
            "source_code": coded(SOURCES, number % len(SOURCES)),
            "data_classes": coded(CLASSES, grave),
            "severity_code": coded(GRAVE, grave),
            "has_password": pa.array(grave == 2),
            "leaked_date": dates(sent.at - age * DAY),
            "found_at": instants(sent.at),
        },
        dates(sent.at),
        names_person=False,
    )
    _exposures(post, tokens)


def _exposures(post: Post, tokens: Tokens) -> None:
    plan = post.plan
    rng = plan.chance("exposed", post.block)
    given = np.flatnonzero(post.grants.is_given[:, SCOPES.index(EXPOSURES)])
    held = rng.random((len(given), len(BREACHES))) < 0.18
    checks = np.arange(plan.days // 30 + 1)
    first = plan.start + rng.integers(-20 * DAY, 10 * DAY, len(given))
    row, breach = np.nonzero(held)
    row, breach = np.repeat(row, len(checks)), np.repeat(breach, len(checks))
    at = first[row] + np.tile(checks, len(row) // len(checks)) * 30 * DAY
    sent = post.send(EXPOSURES, CHECKED, given[row], at)
    breach = breach[sent.rows]
    added = plan.start - (breach + 1) * 211 * DAY
    post.write(
        sent,
        {
            "looked_up_token": tokens.coded(
                "account", post.people.number[sent.person] + 3 * 10**12
            ),
            "checked_at": instants(sent.at),
            "title": coded(BREACHES, breach),
            "breach_name": coded([f"breach_{n}" for n in range(len(BREACHES))], breach),
            "breached_date": dates(added - 90 * DAY),
            "added_at": instants(added),
            "accounts_count": pa.array((breach + 1) * 130_000),
            "data_classes": coded(
                ('["Email addresses","Passwords"]', '["Phone numbers"]'), breach % 2
            ),
            "is_verified": pa.array(np.ones(len(breach), bool)),
        },
        dates(sent.at),
    )
