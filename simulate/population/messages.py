"""Text messages and notices of apps: what usually comes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from simulate.population import senders as who_writes
from simulate.population.delivery import Post, Rhythm
from simulate.population.people import ALIPAY, STUDENT, WECHAT, People
from simulate.population.plan import DAY, HOUR, Plan
from simulate.population.ragged import coded, dates, instants, one_of
from simulate.population.senders import (
    ADVERT,
    BILL,
    CARRIER_AT,
    CARRIER_NEWS,
    CLASSES,
    CODE,
    FUND_NEWS,
    INCOME,
    LOAN_ADVERT,
    OFFICE_AT,
    OTHER_AT,
    OTHERS,
    PARCEL,
    SENDERS,
    SHOP_AT,
    SHOPS,
    SOCIAL_NEWS,
    SPEND,
    WALLET_AT,
)
from simulate.population.tokens import hex_digits, texts

SMS = Rhythm(step=6 * HOUR, offset=0, scope="sms_messages")
NOTICES = Rhythm(step=6 * HOUR, offset=0, scope="app_notices")
APPS = ("com.icbc", "com.android.bankabc", "com.eg.android.AlipayGphone", "com.tencent.mm")
"""Apps that send notices: the bank's by the person, the two wallets'."""
FORMS = 12
MONEY = (SPEND, INCOME)


@dataclass
class Messages:
    """Collects messages: places of people, instants, places in SENDERS, places in CLASSES."""

    parts: list[tuple[np.ndarray, ...]] = field(default_factory=list)

    def add(
        self,
        person: np.ndarray,
        at: np.ndarray,
        sender: np.ndarray | int,
        kind: np.ndarray | int,
        event: np.ndarray | int = -1,
    ) -> None:
        """Some messages."""
        shape = np.shape(person)
        given = (person, at, sender, kind, event)
        self.parts.append(
            tuple(np.broadcast_to(np.asarray(g), shape).astype(np.int64) for g in given)
        )

    def joined(self) -> tuple[np.ndarray, ...]:
        """All of them, a column each."""
        return tuple(np.concatenate(column) for column in zip(*self.parts, strict=True))


def circle(people: People) -> np.ndarray:
    """Which of SENDERS each person is a customer of, a column per sender."""
    known = np.zeros((len(people), len(SENDERS)), bool)
    number = people.number
    known[np.arange(len(people)), people.bank] = True
    known[:, WALLET_AT] = people.has_account[:, ALIPAY]
    known[:, WALLET_AT + 1] = people.has_account[:, WECHAT]
    for shop in range(len(SHOPS)):
        known[:, SHOP_AT + shop] = (number * (shop + 3) + shop) % 10 < 6
    known[np.arange(len(people)), CARRIER_AT + number % 3] = True
    known[:, OFFICE_AT : OFFICE_AT + 2] = (people.work != STUDENT)[:, None]
    for other in range(len(OTHERS)):
        is_lender = SENDERS[OTHER_AT + other].platform_class == "loan"
        known[:, OTHER_AT + other] = ((number * (2 * other + 5)) % 16 < 4) & (not is_lender)
    return known


def usual_messages(plan: Plan, block: int, people: People, out: Messages) -> None:
    """Messages of those of whom people are customers, and adverts of others."""
    rng = plan.chance("messages", block)
    count = len(people)
    customers = circle(people)

    def some(rate: float, mask: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        counts = rng.poisson(rate * plan.days, count)
        who = np.repeat(np.arange(count), counts if mask is None else counts * mask)
        hour = one_of(rng, [0.2] * 7 + [2] * 15 + [1] * 2, len(who))
        day = rng.integers(0, plan.days, len(who))
        return who, plan.start + day * DAY + hour * HOUR + rng.integers(0, HOUR, len(who))

    who, at = some(0.22)
    out.add(who, at, people.bank[who], one_of(rng, (1, 5, 1), len(who)) + CODE)
    who, at = some(0.01)
    out.add(who, at, people.bank[who], BILL)
    for place, rate, kinds, weights in (
        (WALLET_AT, 0.008, (CODE,), (1,)),
        (WALLET_AT + 1, 0.005, (CODE,), (1,)),
        *((SHOP_AT + shop, 0.07, (PARCEL, CODE, ADVERT), (6, 1, 2)) for shop in range(5)),
        (SHOP_AT + 5, 0.006, (CODE, PARCEL), (1, 1)),
        *((CARRIER_AT + carrier, 0.08, (CARRIER_NEWS,), (1,)) for carrier in range(3)),
        (OFFICE_AT, 0.011, (FUND_NEWS,), (1,)),
        (OFFICE_AT + 1, 0.011, (SOCIAL_NEWS,), (1,)),
        *((OTHER_AT + other, 0.02, (ADVERT, CODE), (4, 1)) for other in range(len(OTHERS))),
    ):
        who, at = some(rate, customers[:, place])
        out.add(who, at, place, np.array(kinds)[one_of(rng, weights, len(who))])
    who, at = some(0.05)
    strangers = who_writes.LENDER_AT + rng.integers(0, WALLET_AT - who_writes.LENDER_AT, len(who))
    out.add(who, at, strangers, LOAN_ADVERT)
    who, at = some(0.01)
    out.add(who, at, OTHER_AT + rng.integers(0, len(OTHERS), len(who)), ADVERT)


def write_messages(post: Post, out: Messages) -> None:
    """Text messages of a block."""
    person, at, sender, kind, event = out.joined()
    sent = post.send("sms_messages", SMS, person, at, event)
    sender, kind = sender[sent.rows], kind[sent.rows]
    columns = {"sender_code": coded([s.code for s in SENDERS], sender)} | _said(
        post, sent.at, sender, kind
    )
    post.write(sent, columns, dates(sent.at))


def write_notices(post: Post) -> None:
    """Notices of the bank's and the wallets' apps."""
    plan = post.plan
    rng = plan.chance("notices", post.block)
    who = np.flatnonzero(post.grants.is_given[:, -2])
    who = np.repeat(who, rng.poisson(0.5 * plan.days, len(who)))
    at = plan.start + rng.integers(7 * HOUR, plan.days * DAY, len(who))
    wallet = rng.integers(0, 2, len(who))
    is_bank = (rng.random(len(who)) < 0.4) & (post.people.bank[who] < 2)
    app = np.where(is_bank, post.people.bank[who], 2 + wallet)
    sender = np.where(is_bank, post.people.bank[who], WALLET_AT + wallet)
    sent = post.send("app_notices", NOTICES, who, at)
    app, sender = app[sent.rows], sender[sent.rows]
    kind = np.full(len(app), SPEND)
    columns = {
        "app_id": coded(APPS, app),
        "app_institution_code": coded([s.institution for s in SENDERS], sender),
        "app_platform_class": coded([s.platform_class for s in SENDERS], sender),
    } | _said(post, sent.at, sender, kind)
    post.write(sent, columns, dates(sent.at))


def _said(post: Post, at: np.ndarray, sender: np.ndarray, kind: np.ndarray) -> dict[str, pa.Array]:
    """What a message of that kind of that sender says."""
    form = (sender * len(CLASSES) + kind) * FORMS + at % FORMS
    values, codes = np.unique(form, return_inverse=True)
    hashes = texts(hex_digits(values, 77, 1))
    is_money = np.isin(kind, MONEY)
    amount = (at * 2_654_435_761 % 48_611 + 500) * np.where(kind == INCOME, 20, 1)
    direction = np.where(kind == SPEND, 1, np.where(kind == INCOME, 2, 0))
    return {
        "sent_at": instants(at),
        "message_class": coded(CLASSES, kind),
        "platform_class": coded([s.platform_class for s in SENDERS], sender),
        "institution_code": coded([s.institution for s in SENDERS], sender),
        "signature_name": coded([s.signature for s in SENDERS], sender),
        "template_hash": pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), hashes),
        "direction_code": coded((None, "out", "in"), direction),
        "amount_fen": pa.array(amount, mask=~is_money),
        "currency_code": coded((None, "CNY"), is_money.astype(int)),
        "has_link": pa.array(np.isin(kind, (ADVERT, LOAN_ADVERT))),
    }
