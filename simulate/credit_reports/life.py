"""A person's credit life: everything that reports about this person can show, with its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from simulate.credit_reports import vocabulary as words
from simulate.credit_reports.accounts import Account, draw_accounts
from simulate.credit_reports.draw import Draw, add_months
from simulate.credit_reports.public_life import PublicLife, draw_public_life
from simulate.identifiers import REGIONS, id_numbers, phones
from simulate.vocabulary import BANKS as SHORT_BANKS
from simulate.vocabulary import GIVEN_FIRST, GIVEN_SECOND, SURNAMES

ENQUIRY_DAYS = 730
FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2026, 9, 30)


@dataclass(frozen=True)
class Known:
    """A phone number, an address or an employer, as an institution handed it in on a day."""

    value: str
    since: date
    institution: str
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enquiry:
    """Somebody asked for the report. `operator` is the masked user of the institution."""

    on: date
    institution: str
    operator: str
    reason: str
    is_own: bool


@dataclass(frozen=True)
class Liability:
    """A debt of another, for which the person answers."""

    on: date
    due: date
    debtor: str
    is_company: bool
    document: str
    institution: str
    role: str
    amount: int
    contract: str


@dataclass(frozen=True)
class Claim:
    """A debt that was sold (`disposal`) or paid by a guarantor (`advance`)."""

    kind: str
    on: date
    institution: str
    creditor: str
    amount: int
    balance: int
    last_paid: date
    settled: date | None


@dataclass(frozen=True)
class Life:
    """One invented person."""

    name: str
    id_number: str
    gender: str
    born: date
    marital: str
    education: tuple[str, str]
    employment: str
    phones: tuple[Known, ...]
    addresses: tuple[Known, ...]
    employers: tuple[Known, ...]
    spouse: tuple[str, str, str, str] | None
    accounts: tuple[Account, ...]
    claims: tuple[Claim, ...]
    liabilities: tuple[Liability, ...]
    enquiries: tuple[Enquiry, ...]
    public: PublicLife


def draw_life(seed: int) -> Life:
    """The life of person number `seed`."""
    draw = Draw(seed)
    born = draw.day(date(1960, 1, 1), date(2000, 12, 28))
    marital = draw.one(words.MARITAL)
    spouse = None
    if marital == "已婚" and draw.chance(0.7):
        spouse = (_name(draw), _id_number(draw, born), draw.one(words.FIRMS), _phone(seed, 9))
    return Life(
        name=_name(draw),
        id_number=_id_number(draw, born),
        gender=draw.one(("男性", "女性")),
        born=born,
        marital=marital,
        education=draw.one(words.EDUCATION),
        employment=draw.one(words.EMPLOYMENT),
        phones=_known(draw, [_phone(seed, n) for n in range(draw.whole(1, 5))]),
        addresses=_known(draw, [_address(draw) for _ in range(draw.whole(1, 5))], words.RESIDENCE),
        employers=_known(draw, [draw.one(words.FIRMS) for _ in range(draw.whole(0, 5))]),
        spouse=spouse,
        accounts=tuple(draw_accounts(draw, FIRST_DAY, LAST_DAY)),
        claims=tuple(_claim(draw) for _ in range(draw.whole(1, 2) if draw.chance(0.3) else 0)),
        liabilities=tuple(
            _liability(draw) for _ in range(draw.whole(1, 3) if draw.chance(0.4) else 0)
        ),
        enquiries=_enquiries(draw),
        public=draw_public_life(draw, FIRST_DAY, LAST_DAY),
    )


def _name(draw: Draw) -> str:
    return draw.one(SURNAMES) + draw.one(GIVEN_FIRST) + draw.one(GIVEN_SECOND)


def _id_number(draw: Draw, born: date) -> str:
    region = np.array([REGIONS[draw.whole(0, len(REGIONS) - 1)]])
    births = np.array([np.datetime64(born)])
    return str(id_numbers(region, births, np.array([draw.whole(0, 999)]))[0])


def _phone(seed: int, version: int) -> str:
    return str(phones(np.array([seed]), version)[0])


def _address(draw: Draw) -> str:
    street = f"{draw.one(words.CITIES)}{draw.one(words.STREETS)}{draw.whole(1, 299)}号"
    flat = f"{draw.whole(1, 20)}栋{draw.whole(1, 4)}单元{draw.whole(101, 3204)}室"
    return street + (flat if draw.chance(0.7) else "")


def _known(draw: Draw, values: list[str], extras: tuple[str, ...] = ()) -> tuple[Known, ...]:
    found = [
        Known(
            value,
            draw.day(FIRST_DAY, LAST_DAY) if place else date(2014, 6, 1),
            draw.one(words.BANKS + words.LENDERS),
            (draw.one(extras),) if extras else (),
        )
        for place, value in enumerate(values)
    ]
    return tuple(sorted(found, key=lambda known: known.since, reverse=True))


def _claim(draw: Draw) -> Claim:
    kind = draw.one(("disposal", "advance"))
    on = draw.day(FIRST_DAY, date(2022, 1, 1))
    paid = draw.day(on + timedelta(days=30), add_months(on, 40))
    firms = words.ASSET_MANAGERS if kind == "disposal" else words.GUARANTORS
    amount = draw.whole(10, 900) * 1000
    settled = paid if draw.chance(0.3) else None
    balance = 0 if settled else amount // 2
    return Claim(kind, on, draw.one(firms), draw.one(words.BANKS), amount, balance, paid, settled)


def _liability(draw: Draw) -> Liability:
    on = draw.day(date(2018, 1, 1), LAST_DAY)
    is_company = draw.chance(0.5)
    return Liability(
        on,
        add_months(on, 36),
        draw.one(words.FIRMS[:4]) if is_company else _name(draw),
        is_company,
        f"91{draw.digits(13)}" if is_company else "*" * 14 + draw.digits(4),
        draw.one(words.BANKS),
        draw.one(("保证人", "共同借款人", "其他")),
        draw.whole(10, 5000) * 1000,
        f"{draw.one('BDG')}{draw.digits(12)}",
    )


def _enquiries(draw: Draw) -> tuple[Enquiry, ...]:
    reasons = (words.LOAN_ENQUIRY, words.CARD_ENQUIRY, *[words.AFTER_ENQUIRY] * 3)
    found = []
    for _ in range(draw.whole(0, 90)):
        on = draw.day(date(2015, 1, 1), LAST_DAY)
        is_own = draw.chance(0.2)
        reason = draw.one(words.OTHER_ENQUIRIES if draw.chance(0.15) else reasons)
        short = draw.one(SHORT_BANKS)
        asker = draw.one(words.BANKS + words.LENDERS + words.ENQUIRERS)
        user = f"{short}/{draw.one('ABCX')}*{draw.one(('BUSE', 'JLK', 'ZXG'))}*{draw.digits(3)}"
        if is_own:
            asker, user, reason = "本人", "本人", draw.one(words.SELF_ENQUIRIES)
        found.append(Enquiry(on, asker, user, reason, is_own))
    return tuple(sorted(found, key=lambda enquiry: enquiry.on, reverse=True))
