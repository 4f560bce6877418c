"""Commercial terms with the partners: who owes whom how much, since when, and since when known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulate.calendar import Calendar
from simulate.deliveries import Inbox

FEED = "partner_agreements"
VAT_PPM = 60_000
HEADER = (
    "agreement_id,partner_id,partner_name,direction_code,product_code,deal_type,tier_number,"
    "tier_up_to,rate,tax_rate,is_tax_inclusive,currency_code,valid_from,valid_to"
)
NAMES = ("青屿信用服务", "北辰法务咨询", "澄湖银行合作部", "云杉职业培训")


@dataclass(frozen=True)
class Terms:
    """One version of one agreement; a tier is its upper edge in fen (or None) and rate in ppm."""

    agreement_id: str
    partner_id: str
    partner_name: str
    direction_code: str
    product_code: str
    deal_type: str
    tiers: tuple[tuple[int | None, int], ...]
    is_tax_inclusive: bool
    valid_from: np.datetime64
    valid_to: np.datetime64 | None
    known_from: np.datetime64


_KINDS = (
    ("payable", "credit_insurance", "percentage", ((None, 80_000),), True),
    (
        "payable",
        "legal_package",
        "graduated",
        ((3_000_000, 50_000), (8_000_000, 70_000), (None, 90_000)),
        True,
    ),
    ("receivable", "bank_bundle", "percentage", ((None, 50_000),), True),
    ("payable", "course_bundle", "percentage", ((None, 100_000),), False),
)


def agree(partners: int, calendar: Calendar) -> tuple[Terms, ...]:
    """Every version of every agreement that is delivered before the world ends.

    The kinds of agreement repeat after four partners. The first of each kind tells a story: kind 0
    gets a new rate from the second month, kind 2 a correction of its terms from the beginning on,
    delivered on the 20th of the second month.
    """
    versions: list[Terms] = []
    start = calendar.day(0, 1)
    for position in range(partners):
        kind = position % len(_KINDS)
        direction, product, deal_type, tiers, inclusive = _KINDS[kind]
        first = Terms(
            f"AG{position + 1:04d}",
            f"P{position + 1:04d}",
            NAMES[kind] if position < len(NAMES) else f"{NAMES[kind]}{position + 1}",
            direction,
            product,
            deal_type,
            tiers,
            inclusive,
            start,
            None,
            calendar.day(0, -12, 17),
        )
        versions.append(first)
        if position == 0:
            known, turn = calendar.day(0, 24, 15), calendar.day(1, 1)
            versions.append(replace(first, valid_to=turn, known_from=known))
            versions.append(
                replace(first, tiers=((None, 95_000),), valid_from=turn, known_from=known)
            )
        if position == 2:
            corrected = calendar.day(1, 20, 11)
            versions.append(replace(first, tiers=((None, 55_000),), known_from=corrected))
    return tuple(v for v in versions if v.known_from <= calendar.end)


def known_at(versions: tuple[Terms, ...], cut_off: np.datetime64) -> tuple[Terms, ...]:
    """Of every agreement and first day of validity, the version known last at the cut-off."""
    latest: dict[tuple[str, np.datetime64], Terms] = {}
    for version in sorted(versions, key=lambda v: v.known_from):
        if version.known_from <= cut_off:
            latest[version.agreement_id, version.valid_from] = version
    return tuple(latest.values())


def write_agreements(inbox: Inbox, versions: tuple[Terms, ...]) -> None:
    """One CSV for all versions that became known at the same time."""
    for known in sorted({v.known_from for v in versions}):
        lines = [line for v in versions if v.known_from == known for line in _lines(v)]
        content = "\n".join([HEADER, *lines, ""]).encode()
        day = str(known.astype("datetime64[D]"))
        inbox.deliver(FEED, f"partner_agreements_{day}.csv", content, known, len(lines))


def _lines(terms: Terms) -> list[str]:
    def day(instant: np.datetime64 | None) -> str:
        return "" if instant is None else str(instant.astype("datetime64[D]"))

    return [
        ",".join(
            (
                terms.agreement_id,
                terms.partner_id,
                terms.partner_name,
                terms.direction_code,
                terms.product_code,
                terms.deal_type,
                str(number),
                "" if up_to is None else f"{up_to // 100}.{up_to % 100:02d}",
                _percent(rate),
                _percent(VAT_PPM),
                str(terms.is_tax_inclusive).lower(),
                "CNY",
                day(terms.valid_from),
                day(terms.valid_to),
            )
        )
        for number, (up_to, rate) in enumerate(terms.tiers, start=1)
    ]


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") + "%"
