"""Who holds which wallet, under which grant, and which story is theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulate.alipay_layouts import LAYOUTS as ALIPAY_LAYOUTS
from simulate.calendar import Calendar, generator, hours
from simulate.grants import SCOPE, Grant
from simulate.people import Register, subject_key
from simulate.stories import LONG_HISTORY, STORIES
from simulate.wallets import SHIFT_WORK_SHARE, STREAM, Holder
from simulate.wechat_export import LAYOUTS as WECHAT_LAYOUTS
from tallywatch.errors import TerminalError

ALIPAY, WECHAT = "alipay_bills", "wechat_bills"
HOLDERS_PER_PEOPLE = 10
STORIES_EACH_HOLDERS = 300
ORDINARY_LEAST = 6
LEAST_HOLDERS = len(STORIES) + ORDINARY_LEAST
LEAST_PEOPLE = 2 * LEAST_HOLDERS
LONGER_DAYS = 95
LAST_SEEN_DAY = 26
FIRST_EXPORT_DAY = 6
OTHER_SCOPES = ("bank_statements", "credit_reports")


@dataclass(frozen=True)
class Wallets:
    """Holders by feed, and every version of every grant."""

    alipay: tuple[Holder, ...]
    wechat: tuple[Holder, ...]
    grants: tuple[Grant, ...]
    newcomer: str
    """Subject whose grant is a few hours old when the world ends; nothing was delivered yet."""


def hand_out(everybody: Register, seed: int, calendar: Calendar) -> Wallets:
    """One person in ten holds an Alipay wallet, one in ten a WeChat wallet, a few hold both.

    Raises:
        TerminalError: fewer people than the stories need.
    """
    people = len(everybody)
    if people < LEAST_PEOPLE:
        raise TerminalError(
            f"{people} people",
            f"at least {LEAST_PEOPLE}",
            "ask for a larger world: every story needs a person",
        )
    rng = generator(seed, STREAM)
    settled = np.flatnonzero(everybody.registered < calendar.history_start - hours(24 * 8))
    count = max(LEAST_HOLDERS, people // HOLDERS_PER_PEOPLE)
    if len(settled) < 2 * count:
        settled = np.arange(people)
    chosen = rng.permutation(settled)[: 2 * count]
    first = _holders(ALIPAY, chosen[:count], 0, rng, calendar)
    both = max(1, count // 15)
    alone = _holders(WECHAT, chosen[count : 2 * count - both], count, rng, calendar, count)
    shared = [
        replace(old, feed=WECHAT, layout=new.layout, role="", since=new.since, until=new.until)
        for old, new in zip(first[-both:], alone[-both:], strict=True)
    ]
    granted = [_grant(h, calendar) for h in (*first, *alone)]
    others = rng.permutation(np.setdiff1d(np.arange(people), chosen))
    granted += _other_grants(others, 2 * count, calendar)
    return Wallets(
        tuple(first),
        (*alone, *shared),
        tuple(version for versions in granted for version in versions),
        subject_key(int(others[0])) if len(others) else "",
    )


def _holders(
    feed: str,
    persons: np.ndarray,
    first_grant: int,
    rng: np.random.Generator,
    calendar: Calendar,
    count: int | None = None,
) -> list[Holder]:
    count = count or len(persons)
    layouts = ALIPAY_LAYOUTS if feed == ALIPAY else WECHAT_LAYOUTS
    copies = max(1, count // STORIES_EACH_HOLDERS)
    stories = tuple(STORIES)
    told = len(stories) * copies
    rates = 1.15 + rng.random(len(persons)) * 0.9
    medians = (1_400 + rng.random(len(persons)) * 2_600).astype(np.int64)
    quiet_hours = 3 + rng.random(len(persons)) * 23
    roles = ("bad_rows", "garbled", "twice") if feed == ALIPAY else ("bad_rows",)
    holders = []
    for i, person in enumerate(persons):
        holder = Holder(
            feed,
            int(person),
            subject_key(int(person)),
            f"A{first_grant + i + 1:07d}",
            calendar.history_start,
            calendar.end - hours(quiet_hours[i]),
            float(rates[i]),
            int(medians[i]),
            layouts[i % len(layouts)],
            story=stories[i % len(stories)] if i < told else "",
            role=roles[i - told] if 0 <= i - told < len(roles) else "",
        )
        holders.append(_fitted(holder, calendar))
    return holders


def _fitted(holder: Holder, calendar: Calendar) -> Holder:
    """The holder as the story or the role needs."""
    if holder.story in LONG_HISTORY:
        return replace(holder, since=calendar.history_start - hours(24 * LONGER_DAYS))
    if holder.story == "gone_quiet":
        return replace(holder, until=calendar.day(calendar.last_month - 1, LAST_SEEN_DAY, 7))
    if holder.story == "night_shift":
        return replace(holder, night_share=SHIFT_WORK_SHARE + 0.1)
    if holder.story == "short_history":
        return replace(holder, since=calendar.day(calendar.last_month, 4))
    if holder.role == "bad_rows":
        return replace(holder, layout="app_2023" if holder.feed == ALIPAY else "csv_2021")
    return holder


def withdrawal(calendar: Calendar) -> np.datetime64:
    """When the holders of the story `revoked` withdraw their grant."""
    return calendar.day(calendar.last_month, 16, 15)


def first_cut(holder: Holder, calendar: Calendar) -> np.datetime64:
    """Until when the holder's first export reaches. One ordinary holder in four exports twice."""
    if holder.story == "revoked":
        return withdrawal(calendar) - hours(24)
    if holder.story == "expired":
        return calendar.day(calendar.last_month, 9, 19)
    exports_twice = not holder.story and holder.role in {"", "bad_rows"} and holder.person % 4 == 0
    if exports_twice:
        return calendar.day(min(1, calendar.last_month), FIRST_EXPORT_DAY, 20)
    return holder.until


def _grant(holder: Holder, calendar: Calendar) -> list[Grant]:
    """A grant is given a day or so before the first export, for a year; `expired`: for two days."""
    granted = first_cut(holder, calendar) - hours(26 + holder.person % 10)
    expires = granted + hours(24 * 365)
    if holder.story == "expired":
        expires = calendar.day(calendar.last_month, 6)
        granted = expires - hours(48)
    first = Grant(
        holder.authorisation_id, holder.subject_key, SCOPE, granted, expires, None, granted
    )
    if holder.story != "revoked":
        return [first]
    revoked = withdrawal(calendar)
    return [first, replace(first, revoked=revoked, recorded=revoked + hours(0.1))]


def _other_grants(persons: np.ndarray, taken: int, calendar: Calendar) -> list[list[Grant]]:
    """One person with a grant for a wallet, one in twenty others with a grant of another kind.

    They are hours old when the world ends, so that nobody misses their data yet.
    """
    granted = calendar.end - hours(31)
    grants = []
    for i, person in enumerate(persons[: 1 + len(persons) // 20]):
        scope = SCOPE if i == 0 else OTHER_SCOPES[i % len(OTHER_SCOPES)]
        key, number = subject_key(int(person)), f"A{taken + i + 1:07d}"
        grants.append(
            [Grant(number, key, scope, granted, granted + hours(24 * 365), None, granted)]
        )
    return grants
