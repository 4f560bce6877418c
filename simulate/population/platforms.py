"""Logins and registrations on platforms: where, with which device; by the person and by thieves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population import places
from simulate.population.cast import Cast
from simulate.population.chains_money import LOAN_AFTER
from simulate.population.credit_misuse import first_lender
from simulate.population.delivery import Post, Rhythm
from simulate.population.institutions import BRAND, CO_LENDER
from simulate.population.life_events import LifeEvents
from simulate.population.messages import circle
from simulate.population.people import ALIPAY, People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.plot import Plot
from simulate.population.ragged import coded, dates, instants
from simulate.population.senders import SENDERS, SHOP_AT, WALLET_AT, sender_of_lender
from simulate.population.spending import hours_of
from simulate.population.tokens import Tokens

FEED = "platform_events"
RHYTHM = Rhythm(step=6 * HOUR, offset=1_800, scope=FEED)
CODES = (
    "login",
    "login_failed",
    "registered",
    "code_sent",
    "password_changed",
    "phone_changed",
    "device_bound",
    "card_bound",
    "application_filed",
    "logout",
)
(
    LOGIN,
    FAILED,
    REGISTERED,
    CODE_SENT,
    PASSWORD,
    PHONE_CHANGED,
    DEVICE_BOUND,
    CARD_BOUND,
    APPLIED,
    LOGOUT,
) = range(10)
DEVICES = 8
THIEVES_DEVICES = 90_000_000
NOBODY = 30_000_000
"""Devices and addresses of the family and of strangers' networks."""
PROXIES = 40


@dataclass
class Events:
    """Collects events, an array per column."""

    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)

    def add(
        self,
        person: np.ndarray,
        at: np.ndarray,
        platform: np.ndarray | int,
        code: np.ndarray | int,
        device: np.ndarray,
        city: np.ndarray,
        is_proxy: np.ndarray | bool = False,
        event: np.ndarray | int = -1,
    ) -> None:
        """Some events."""
        given = (person, at, platform, code, device, city, is_proxy, event)
        shape = np.shape(person)
        self.parts.append(
            tuple(np.broadcast_to(np.asarray(g), shape).astype(np.int64) for g in given)
        )


def own_device(people: People, who: np.ndarray, which: int | np.ndarray = 0) -> np.ndarray:
    """A person's device by number."""
    return people.number[who] * DEVICES + which


def usual_events(
    plan: Plan, block: int, people: People, life: LifeEvents, plot: Plot, out: Events
) -> None:
    """Everyday logins, at home and on journeys, and honest oddities."""
    rng = plan.chance("logins", block)
    count = len(people)
    customers = circle(people)
    customers[:, WALLET_AT] |= ~customers[:, WALLET_AT : WALLET_AT + 2].any(axis=1)
    who = np.repeat(np.arange(count), rng.poisson(0.35 * plan.days, count))
    choices = np.array([WALLET_AT, WALLET_AT + 1, SHOP_AT, SHOP_AT + 1, SHOP_AT + 3])
    place = choices[rng.integers(0, len(choices), len(who))]
    place = np.where(rng.random(len(who)) < 0.25, people.bank[who], place)
    place = np.where(customers[who, place], place, people.bank[who])
    day = rng.integers(0, plan.days, len(who))
    at = plan.start + day * DAY + hours_of(rng, people.hours[who]) * HOUR
    at += rng.integers(0, HOUR, len(who))
    since = day - people.trip_day[who]
    away = (since >= 0) & (since < people.trip_days[who])
    city = np.where(away, people.trip_city[who], people.city[who])
    changed = np.full(count, 2**62)
    changed[life.who["new_device"]] = life.at["new_device"] + 10 * HOUR
    tablet = (rng.random(len(who)) < 0.15) & (people.number[who] % 4 == 0)
    device = own_device(people, who, np.where(tablet, 2, (at >= changed[who]).astype(int)))
    code = np.where(rng.random(len(who)) < 0.03, FAILED, LOGIN)
    is_proxy = rng.random(len(who)) < 0.015
    city = np.where(is_proxy, rng.integers(0, len(places.CITIES), len(who)), city)
    out.add(who, at, place, code, device, city, is_proxy)
    plot.lure("proxy", FEED, "IM-PL-027;IM-BK-016", who[is_proxy], at[is_proxy])
    trip = np.flatnonzero(people.trip_day >= 0)
    first = plan.start + people.trip_day[trip] * DAY
    last = first + people.trip_days[trip] * DAY
    plot.lure("journey", FEED, "IM-PL-027;IM-BK-016", trip, first, last)
    share = plan.days / 90
    who = np.flatnonzero(rng.random(count) < min(0.02 * share, 0.5))
    at = plan.start + rng.integers(9 * HOUR, plan.days * DAY, len(who))
    out.add(who, at, WALLET_AT, LOGIN, own_device(people, who) + NOBODY, people.city[who])
    plot.lure("family_device", FEED, "IM-PL-027", who, at)
    # Two people of one household, both watched over, use one tablet.
    who = np.flatnonzero((people.number % 100 == 1) & (np.arange(count) > 0))
    at = plan.start + rng.integers(9 * HOUR, plan.days * DAY, len(who))
    out.add(who, at, WALLET_AT, LOGIN, own_device(people, who - 1, 2), people.city[who])
    plot.lure("household_tablet", FEED, "IM-PL-027;IM-RG-028", who, at)


def tell_platform_misuse(
    plan: Plan, block: int, people: People, cast: Cast, plot: Plot, out: Events
) -> None:
    """Entries by thieves."""
    rng = plan.chance("entries", block)

    def plant(
        chain: str,
        stage: str,
        rules: str,
        who: np.ndarray,
        at: np.ndarray,
        place: np.ndarray,
        code: int,
        device: np.ndarray,
        city: np.ndarray,
    ) -> None:
        events = plot.tell(chain, stage, FEED, rules, who, at, thing_type="device", thing=device)
        out.add(who, at, place, code, device, city, False, events)

    who, start = cast.victims["takeover"], cast.starts["takeover"]
    device = THIEVES_DEVICES + rng.integers(0, 8_000, len(who))
    city = places.far_cities(rng, people.city[who])
    near = rng.random(len(who)) < 0.15
    city = np.where(near, people.city[who], city)
    wallet = np.where(people.has_account[who, ALIPAY], WALLET_AT, WALLET_AT + 1)
    place = np.where(rng.random(len(who)) < 0.5, people.bank[who], wallet)
    at = start + DAY + rng.integers(19 * HOUR, 22 * HOUR, len(who))
    rows = np.flatnonzero(rng.random(len(who)) < 0.4)
    plant(
        "takeover",
        "S3",
        "",
        who[rows],
        at[rows] - 300,
        place[rows],
        FAILED,
        device[rows],
        city[rows],
    )
    own = np.flatnonzero((rng.random(len(who)) < 0.5) & ~near)
    out.add(
        who[own],
        at[own] - 1_500,
        wallet[own],
        LOGIN,
        own_device(people, who[own]),
        people.city[who[own]],
    )
    plant("takeover", "S3", "IM-PL-027;IM-BK-016", who, at, place, LOGIN, device, city)
    for code, rate in ((DEVICE_BOUND, 0.6), (PHONE_CHANGED, 0.35), (PASSWORD, 0.5)):
        rows = np.flatnonzero(rng.random(len(who)) < rate)
        at = at + rng.integers(30, 400, len(who))
        plant(
            "takeover",
            "S3",
            "IM-PL-027",
            who[rows],
            at[rows],
            place[rows],
            code,
            device[rows],
            city[rows],
        )
    for chain in ("loan_in_name", "unofficial_query"):
        who, start = cast.victims[chain], cast.starts[chain]
        lender = first_lender(people, who)
        rows = np.flatnonzero(
            (lender >= BRAND) & (lender < CO_LENDER) | (rng.random(len(who)) < 0.3)
        )
        who, place = who[rows], sender_of_lender(lender[rows])
        at = start[rows] + rng.integers(8 * HOUR, 10 * HOUR, len(rows))
        device = THIEVES_DEVICES + rng.integers(0, 8_000, len(rows))
        city = places.far_cities(rng, people.city[who])
        plant(chain, "S3", "IM-PL-027", who, at, place, REGISTERED, device, city)
        plant(chain, "S4", "IM-PL-027", who, at + 900, place, APPLIED, device, city)
    who, start = cast.victims["shared_identity"], cast.starts["shared_identity"]
    device = THIEVES_DEVICES + people.number[who] // 2_000
    at = start + LOAN_AFTER + rng.integers(9 * HOUR, 20 * HOUR, len(who))
    city = places.far_cities(rng, people.city[who])
    plant(
        "shared_identity",
        "S3",
        "IM-PL-027;IM-RG-028",
        who,
        at,
        np.full(len(who), WALLET_AT),
        REGISTERED,
        device,
        city,
    )


def write_events(post: Post, out: Events, tokens: Tokens) -> None:
    """Events of a block."""
    columns = tuple(np.concatenate(column) for column in zip(*out.parts, strict=True))
    person, at, platform, code, device, city, proxy, event = columns
    sent = post.send(FEED, RHYTHM, person, at, event)
    rows = sent.rows
    person, platform, code = person[rows], platform[rows], code[rows]
    device, city, proxy = device[rows], city[rows], proxy[rows].astype(bool)
    is_thief = device >= THIEVES_DEVICES
    network = np.where(proxy, city + PROXIES * 10**10, device * 64 + city)
    slugs = [_slug(place) for place in range(len(SENDERS))]
    jitter = (network * 2_654_435_761) % 120_000 - 60_000
    post.write(
        sent,
        {
            "platform_code": coded(slugs, platform),
            "event_id": joined(f"V{post.block:03d}", number_text(rows.astype(np.int64), 8)),
            "platform_class": coded([s.platform_class for s in SENDERS], platform),
            "event_code": coded(CODES, code),
            "account_token": tokens.coded(
                "account", post.people.number[person] * 64 + platform + 9 * 10**12
            ),
            "device_token": tokens.coded("device", device),
            "ip_token": tokens.coded("ip", network),
            "device_type_code": coded(
                ("phone", "tablet"), (~is_thief & (device % 8 == 2)).astype(int)
            ),
            "country_code": coded(("CN",), 0 * platform),
            "city_code": coded(places.CODES, city),
            "latitude_microdegrees": pa.array(places.LATITUDES[city] + jitter),
            "longitude_microdegrees": pa.array(places.LONGITUDES[city] + jitter),
            "is_proxy": pa.array(proxy),
            "is_new_device": pa.array(is_thief),
            "occurred_at": instants(sent.at),
        },
        dates(sent.at),
    )


def _slug(place: int) -> str:
    """A platform's code in events: its code in messages, or a number for who has none."""
    code = SENDERS[place].platform
    return code if code.isascii() else f"platform_{place}"
