"""What courts, tax offices, telecoms and housing funds have on record about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulate.credit_reports import vocabulary as words
from simulate.credit_reports.draw import Draw, add_months


@dataclass(frozen=True)
class Tax:
    """Arrears of tax."""

    on: date
    office: str
    amount: int
    payer: str


@dataclass(frozen=True)
class Ruling:
    """A civil judgment, or its enforcement."""

    on: date
    court: str
    case: str
    cause: str
    closing: str
    outcome: str
    subject: str
    amount: int
    effective: date
    settled: int


@dataclass(frozen=True)
class Penalty:
    """A penalty of an agency."""

    on: date
    agency: str
    document: str
    content: str
    review: str
    amount: int
    ends: date | None


@dataclass(frozen=True)
class Postpaid:
    """A telephone or a utility that is paid afterwards."""

    on: date
    institution: str
    business: str
    amount: int


@dataclass(frozen=True)
class Fund:
    """An account with a housing fund."""

    on: date
    place: str
    status: str
    monthly: int
    person_percent: int
    employer_percent: int
    employer: str


@dataclass(frozen=True)
class PublicLife:
    """All of it; the banks' part of a report is elsewhere."""

    taxes: tuple[Tax, ...]
    judgments: tuple[Ruling, ...]
    enforcements: tuple[Ruling, ...]
    penalties: tuple[Penalty, ...]
    postpaid: tuple[Postpaid, ...]
    funds: tuple[Fund, ...]
    awards: tuple[Penalty, ...]


def draw_public_life(draw: Draw, first: date, last: date) -> PublicLife:
    """Three in four have none of the bad ones."""

    def some(share: float, most: int = 2) -> range:
        return range(draw.whole(1, most) if draw.chance(share) else 0)

    def day() -> date:
        return draw.day(first, last)

    return PublicLife(
        tuple(
            Tax(day(), draw.one(words.TAX_OFFICES), draw.whole(50, 90_000), draw.digits(15))
            for _ in some(0.2)
        ),
        tuple(_ruling(draw, day(), "民初") for _ in some(0.2)),
        tuple(_ruling(draw, day(), "执") for _ in some(0.2)),
        tuple(_penalty(draw, day(), "罚款") for _ in some(0.2)),
        tuple(
            Postpaid(
                day(),
                draw.one(words.TELECOMS),
                draw.one(("固定电话后付费", "移动电话后付费", "宽带后付费")),
                draw.one((0, draw.whole(10, 900))),
            )
            for _ in some(0.3)
        ),
        tuple(
            Fund(
                day(),
                draw.one(words.CITIES),
                draw.one(("缴交", "封存", "销户")),
                draw.whole(200, 9000),
                draw.whole(5, 12),
                draw.whole(5, 12),
                draw.one(words.FIRMS[:4]),
            )
            for _ in some(0.7, 3)
        ),
        tuple(_penalty(draw, day(), "纳税信用先进个人") for _ in some(0.1)),
    )


def _ruling(draw: Draw, on: date, kind: str) -> Ruling:
    amount = draw.whole(5, 3000) * 100
    return Ruling(
        on,
        draw.one(words.COURTS),
        f"({on.year})江01{kind}{draw.whole(1, 99_999)}号",
        draw.one(("民间借贷纠纷", "金融借款合同纠纷", "房屋租赁合同纠纷", "离婚纠纷")),
        draw.one(("判决", "调解", "执行完毕", "终结本次执行程序")),
        f"被告于判决生效之日起{draw.whole(5, 30)}日内向原告支付借款本金及利息",
        draw.one(("房屋买卖纠纷", "借款本金", "房屋", "--")),
        amount,
        add_months(on, draw.whole(1, 12)),
        amount * draw.whole(0, 10) // 10,
    )


def _penalty(draw: Draw, on: date, content: str) -> Penalty:
    return Penalty(
        on,
        draw.one(words.REGULATORS),
        f"江罚字[{on.year}]第{draw.whole(1, 900)}号",
        content,
        draw.one(("无", "维持原决定", "--")),
        draw.whole(1, 400) * 50,
        add_months(on, 24) if draw.chance(0.6) else None,
    )
