"""Accounts of a credit life: what they are, and how they stand on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from simulate.credit_reports.draw import Draw, add_months
from simulate.credit_reports.vocabulary import (
    BANKS,
    BRANCHES,
    CARD_CENTRE,
    FUND_CENTRES,
    GUARANTEES,
    HOUSING_LOAN_TYPES,
    LENDERS,
    LINE_PRODUCTS,
    LOAN_TYPES,
    METHODS,
)

CREDIT_CARD, QUASI_CARD = "credit_card", "quasi_credit_card"
LOAN, SUB_ACCOUNT, REVOLVING = "non_revolving_loan", "revolving_sub_account", "revolving_loan"
CARDS = {CREDIT_CARD, QUASI_CARD}
WORST_LEVEL = 7
HISTORY_MONTHS = 60


@dataclass(frozen=True)
class Account:
    """One account. `late` maps first days of months to overdue levels from 1 to 7."""

    kind: str
    business_type: str
    institution: str
    account_id: str
    agreement_id: str
    tail: str | None
    currency: str
    opened: date
    due: date | None
    amount: int
    guarantee: str
    method: str
    closed: date | None
    end: str
    is_unused: bool
    is_bad_debt: bool
    late: dict[date, int] = field(default_factory=dict)

    @property
    def is_card(self) -> bool:
        """A card, with a limit instead of a loan."""
        return self.kind in CARDS

    def is_closed(self, day: date) -> bool:
        """Whether it had ended by that day."""
        return self.closed is not None and self.closed <= day

    def status(self, day: date) -> str:
        """How it stands on that day."""
        if self.is_closed(day):
            return self.end
        if self.is_unused:
            return "unused"
        return "bad_debt" if self.is_bad_debt else "active"

    def level(self, month: date) -> int:
        """Overdue level of a month, 0 when paid in time."""
        return self.late.get(month.replace(day=1), 0)

    def late_months(self, day: date) -> list[int]:
        """Levels of the late months of the five years before that day's month."""
        last = day.replace(day=1)
        first = add_months(last, -HISTORY_MONTHS)
        return [level for month, level in self.late.items() if first <= month < last]

    def used(self, day: date) -> int:
        """Used of the limit, or still owed."""
        share = (day.month * 37 + self.opened.day * 11 + day.year * 53) % 97
        if self.kind in {LOAN, SUB_ACCOUNT} and self.due:
            whole = max(1, (self.due - self.opened).days)
            return self.amount * max(0, (self.due - day).days) // whole
        return self.amount * share // 100


def draw_accounts(draw: Draw, first: date, last: date) -> list[Account]:
    """Accounts opened between two days."""
    found = [_card(draw, first, last) for _ in range(draw.whole(1, 7))]
    found += [_loan(draw, first, last) for _ in range(draw.whole(0, 7))]
    found += [_line(draw, first, last) for _ in range(draw.whole(0, 3))]
    twin = draw.one(found)
    if draw.chance(0.2):
        found.append(twin)
    return sorted(found, key=lambda account: account.opened)


def _card(draw: Draw, first: date, last: date) -> Account:
    kind = QUASI_CARD if draw.chance(0.12) else CREDIT_CARD
    currency = "CNY" if kind == QUASI_CARD or draw.chance(0.75) else draw.one(("USD", "EUR", "HKD"))
    bank = draw.one(BANKS)
    place = CARD_CENTRE if draw.chance(0.6) else draw.one(BRANCHES)
    return _account(
        draw,
        (first, last),
        kind=kind,
        business_type="准贷记卡" if kind == QUASI_CARD else "贷记卡",
        institution=bank + place,
        currency=currency,
        amount=draw.whole(1, 300) * draw.one((100, 500, 1000)) + draw.one((0, 0, 7)),
        due=None,
        is_unused=draw.chance(0.12),
        end="closed",
    )


def _loan(draw: Draw, first: date, last: date) -> Account:
    business = draw.one(LOAN_TYPES)
    lender = draw.one(LENDERS) if draw.chance(0.4) else draw.one(BANKS) + draw.one(BRANCHES)
    if business in HOUSING_LOAN_TYPES:
        fund = business == HOUSING_LOAN_TYPES[2]
        lender = draw.one(FUND_CENTRES) if fund else draw.one(BANKS)
    years = 20 if business in HOUSING_LOAN_TYPES else draw.one((1, 1, 2, 3, 5))
    return _account(
        draw,
        (first, last),
        kind=SUB_ACCOUNT if draw.chance(0.3) and years < 20 else LOAN,
        business_type=business,
        institution=lender,
        currency="CNY",
        amount=draw.whole(5, 2000) * draw.one((100, 1000)),
        due=add_months(first, years * 12),
        is_unused=False,
        end=draw.one(("settled", "settled", "settled", "transferred")),
    )


def _line(draw: Draw, first: date, last: date) -> Account:
    return _account(
        draw,
        (first, last),
        kind=REVOLVING,
        business_type=draw.one(LINE_PRODUCTS),
        institution=draw.one(LENDERS) if draw.chance(0.7) else draw.one(BANKS),
        currency="CNY",
        amount=draw.whole(3, 300) * 1000,
        due=add_months(first, 12 * draw.one((1, 3, 10))),
        is_unused=False,
        end="settled",
    )


def _account(
    draw: Draw,
    span: tuple[date, date],
    *,
    kind: str,
    business_type: str,
    institution: str,
    currency: str,
    amount: int,
    due: date | None,
    is_unused: bool,
    end: str,
) -> Account:
    opened = draw.day(*span)
    if due:
        due = add_months(opened, (due.year - span[0].year) * 12)
    closed = None
    if not is_unused and draw.chance(0.4):
        closed = draw.day(add_months(opened, 2), add_months(opened, 50))
        closed = min(closed, due) if due else closed
    elif due and kind != REVOLVING:
        closed = due
    late = {} if is_unused or draw.chance(0.7) else _late(draw, opened, closed)
    return Account(
        kind,
        business_type,
        institution,
        f"{draw.one('ABCDEFG')}{draw.digits(8)}H0001{draw.digits(draw.whole(12, 20))}",
        draw.digits(draw.whole(16, 24)),
        draw.digits(4) if kind == CREDIT_CARD and draw.chance(0.5) else None,
        currency,
        opened,
        due,
        amount,
        draw.one(GUARANTEES),
        draw.one(METHODS),
        closed,
        end,
        is_unused,
        max(late.values(), default=0) == WORST_LEVEL and closed is None,
        late,
    )


def _late(draw: Draw, opened: date, closed: date | None) -> dict[date, int]:
    """Some runs of late months, each worse by a level a month until it is paid."""
    late: dict[date, int] = {}
    for _ in range(draw.whole(1, 3)):
        start = add_months(opened.replace(day=1), draw.whole(1, 40))
        for step in range(draw.whole(1, 8 if draw.chance(0.3) else 2)):
            month = add_months(start, step)
            if closed is None or month < closed.replace(day=1):
                late[month] = min(step + 1, WORST_LEVEL)
    return late
