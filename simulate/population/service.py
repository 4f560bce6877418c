"""The service's own books: subscriptions, payments, queries, cases, tickets, complaints."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.cases import BOOKS, write_cases
from simulate.population.cast import Cast
from simulate.population.delivery import Post
from simulate.population.plan import DAY, HOUR
from simulate.population.plot import Plot
from simulate.population.ragged import blanked, coded, dates, instants

PRICES = np.array([9_900, 19_900, 39_900])
QUERY_FEE = 1_000
OFFICIAL = ("pboc_website", "bank_app", "self_service_machine", "unionpay_app")
UNOFFICIAL = ("unofficial_site", "unofficial_app")
DOUBLE_CHARGE, CHARGED_FOR_NOTHING = "double_charge", "charged_for_nothing"


def write_service(
    post: Post, reports: tuple[np.ndarray, np.ndarray], cast: Cast, plot: Plot
) -> None:
    """Every book of a block; `reports`: who obtained a report, and when."""
    rng = post.plan.chance("service", post.block)
    _subscriptions(post)
    charged = _queries(post, rng, reports, cast, plot)
    _payments(post, rng, charged, plot)
    write_cases(post, rng, cast)


def _ids(letter: str, post: Post, rows: np.ndarray) -> pa.Array:
    return joined(f"{letter}{post.block:03d}", number_text(rows.astype(np.int64), 8))


def _subscriptions(post: Post) -> None:
    people = post.people
    who = np.arange(len(people))
    sent = post.send("subscriptions", BOOKS, who, people.registered + HOUR)
    plan = people.number[sent.person] % 3
    years = (post.plan.end - sent.at) // (365 * DAY) + 1
    until = instants(sent.at + years * 365 * DAY)
    same = np.zeros(len(sent.rows), np.int32)
    post.write(
        sent,
        {
            "subscription_id": _ids("SU", post, sent.rows),
            "plan_code": coded(("basic", "standard", "premium"), plan),
            "period_code": coded(("year",), same),
            "price_fen": pa.array(PRICES[plan]),
            "status_code": coded(("active",), same),
            "is_renewing": pa.array(plan > 0),
            "started_at": instants(sent.at),
            "paid_until_at": until,
            "free_extension_days": pa.array(same.astype(np.int64)),
            "service_until_at": until,
            "recorded_at": instants(sent.at),
        },
        dates(sent.at),
    )


def _queries(
    post: Post,
    rng: np.random.Generator,
    reports: tuple[np.ndarray, np.ndarray],
    cast: Cast,
    plot: Plot,
) -> dict[str, np.ndarray]:
    """Queries of reports; gives those that cost money."""
    people, plan = post.people, post.plan
    person, at = reports
    keep = (at >= plan.start) & (at >= people.registered[person])
    person, at = person[keep], at[keep] - HOUR
    channel = rng.integers(0, len(OFFICIAL), len(person))
    failed = rng.random(len(person)) < 0.03
    paid = rng.random(len(person)) < 0.3
    fault = failed & paid & (rng.random(len(person)) < 0.3)
    event = np.full(len(person), -1)
    rows = np.flatnonzero(fault)
    event[rows] = plot.tell(
        CHARGED_FOR_NOTHING,
        "none",
        "payments",
        "IM-SV-031",
        person[rows],
        at[rows],
        amount=np.full(len(rows), QUERY_FEE),
    )
    who, start = cast.victims["unofficial_query"], cast.starts["unofficial_query"]
    moment = start - 9 * DAY + rng.integers(9 * HOUR, 22 * HOUR, len(who))
    told = plot.tell("unofficial_query", "S1", "report_queries", "IM-RQ-029", who, moment)
    other = len(OFFICIAL) + people.number[who] % len(UNOFFICIAL)
    nothing = np.zeros(len(who), bool)
    person, at, channel = (
        np.concatenate(p) for p in ((person, who), (at, moment), (channel, other))
    )
    failed, paid = np.concatenate([failed, nothing]), np.concatenate([paid, nothing])
    shown = np.concatenate([np.full(len(event), -1), told])
    charge = np.concatenate([event, np.full(len(who), -1)])
    paid &= ~failed | (charge >= 0)  # What failed costs nothing, but by fault.
    sent = post.send("report_queries", BOOKS, person, at, shown)
    rows = sent.rows
    is_failed, is_paid = failed[rows], paid[rows]
    post.write(
        sent,
        {
            "query_id": _ids("Q", post, rows),
            "channel_code": coded((*OFFICIAL, *UNOFFICIAL), channel[rows]),
            "report_type_code": coded(("full",), np.zeros(len(rows), np.int32)),
            "verification_code": coded(("sms_code", "face"), rows % 2),
            "is_free": pa.array(~is_paid),
            "fee_fen": pa.array(np.where(is_paid, QUERY_FEE, 0)),
            "payment_id": blanked(_ids("PQ", post, rows), ~is_paid),
            "status_code": coded(("ready", "failed"), is_failed.astype(int)),
            "failure_code": coded((None, "channel_down"), is_failed.astype(int)),
            "is_saved": pa.array(~is_failed),
            "requested_at": instants(sent.at),
            "completed_at": instants(sent.at + 1_800, is_failed),
            "recorded_at": instants(sent.at + 2_000),
        },
        dates(sent.at),
    )
    costs = paid
    place = np.flatnonzero(costs)
    return {"person": person[place], "at": at[place] + 300, "place": place, "event": charge[place]}


def _payments(
    post: Post, rng: np.random.Generator, charged: dict[str, np.ndarray], plot: Plot
) -> None:
    people = post.people
    everybody = np.arange(len(people))
    twice = everybody[rng.random(len(everybody)) < 0.003]
    first = people.registered + HOUR
    gap = rng.integers(20, 600, len(twice))
    again = plot.tell(
        DOUBLE_CHARGE,
        "none",
        "payments",
        "IM-SV-030",
        twice,
        first[twice] + gap,
        amount=PRICES[people.number[twice] % 3],
    )
    person = np.concatenate([everybody, twice, charged["person"]])
    at = np.concatenate([first, first[twice] + gap, charged["at"]])
    event = np.concatenate([np.full(len(everybody), -1), again, charged["event"]])
    is_query = np.arange(len(person)) >= len(everybody) + len(twice)
    price = np.where(is_query, QUERY_FEE, PRICES[people.number[person] % 3])
    thing = np.concatenate([everybody, twice, charged["place"]])
    sent = post.send("payments", BOOKS, person, at, event)
    rows = sent.rows
    query = is_query[rows]
    none = pa.array(np.zeros(len(rows), np.int64))
    own = _ids("PS", post, rows)
    of_query = _ids("PQ", post, thing[rows])
    pick = pa.array(np.where(query, len(rows), 0) + np.arange(len(rows)))
    paid_for = pa.concat_arrays([_ids("SU", post, thing[rows]), _ids("Q", post, thing[rows])]).take(
        pick
    )
    post.write(
        sent,
        {
            "payment_id": pa.concat_arrays([own, of_query]).take(pick),
            "paid_for_code": coded(("subscription", "report_query"), query.astype(int)),
            "paid_for_id": paid_for,
            "method_code": coded(("alipay", "wechat"), rows % 2),
            "provider_trade_id": _ids("T", post, rows),
            "price_fen": pa.array(price[rows]),
            "coupon_discount_fen": none,
            "points_discount_fen": none,
            "amount_fen": pa.array(price[rows]),
            "status_code": coded(("succeeded",), np.zeros(len(rows), np.int32)),
            "requested_at": instants(sent.at - 30),
            "paid_at": instants(sent.at),
            "recorded_at": instants(sent.at + 60),
        },
        dates(sent.at),
    )
