"""What a brief report says about a life on a day, in the order in which it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulate.credit_reports.accounts import (
    CREDIT_CARD,
    LOAN,
    QUASI_CARD,
    REVOLVING,
    SUB_ACCOUNT,
    Account,
)
from simulate.credit_reports.brief_counts import summary_items
from simulate.credit_reports.brief_public import postpaid_items, public_items
from simulate.credit_reports.draw import add_months
from simulate.credit_reports.items import Group, Item, made, month_of
from simulate.credit_reports.life import ENQUIRY_DAYS, Liability, Life
from simulate.credit_reports.style import Style
from simulate.credit_reports.vocabulary import HOUSING_LOAN_TYPES

OVERDUE_90_DAYS = 4
"""A level of four is 91 days late or more."""
CLEAN_INTRO = "从未逾期过的账户明细如下："
CLEAN_INTRO_SECOND = "从未发生过逾期的账户明细如下："
OVERDUE_INTRO = "发生过逾期的账户明细如下："
LATE_CARDS = "发生过逾期的贷记卡账户明细如下："
LATE_QUASI = "透支超过60天的准贷记卡账户明细如下："
CLEAN_CARDS = "从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下："
QUASI_DAYS_60 = 3


@dataclass(frozen=True)
class BriefReport:
    """A brief report before it is printed; summary cells have their own order."""

    identity: Item
    summary: list[Item]
    groups: list[Group]
    postpaid: list[Item]
    public: list[Item]
    enquiries: list[Item]
    own_enquiries: list[Item]

    def items(self) -> list[Item]:
        """All items in printed order."""
        grouped = [item for group in self.groups for item in group.items]
        rest = [*self.postpaid, *self.public, *self.enquiries, *self.own_enquiries]
        return [made("report"), self.identity, *self.summary, *grouped, *rest]


def brief_report(life: Life, at: datetime, style: Style) -> BriefReport:
    """The report of that moment."""
    day = at.date()
    groups = [*_claim_groups(life, day), *_account_groups(life, day, style)]
    groups += _liability_groups(life, day, style)
    public = public_items(life.public, day)
    enquiries = _enquiries(life, day, style)
    return BriefReport(
        made(
            "identity",
            full_name=life.name,
            id_type_name="身份证",
            document_number="*" * 14 + life.id_number[-4:] if style.is_id_masked else None,
            id_number=None if style.is_id_masked else life.id_number,
            marital_status_name=life.marital,
            page_number=1,
        ),
        list(summary_items(groups, style)),
        groups,
        [] if style.is_first_generation else postpaid_items(life.public, day),
        public,
        [item for item in enquiries if item["enquirer_code"] == "institution"],
        [item for item in enquiries if item["enquirer_code"] == "self"],
    )


def _claim_groups(life: Life, day: date) -> Iterator[Group]:
    disposals, advances = Group("资产处置信息", ""), Group("保证人代偿信息", "")
    for claim in life.claims:
        if claim.on >= day or claim.last_paid >= day:
            continue
        if claim.kind == "disposal":
            disposals.items.append(
                made(
                    "disposal",
                    institution_name=claim.institution,
                    opened_date=claim.on,
                    claim_yuan=claim.amount,
                    as_of_date=claim.last_paid + timedelta(days=31),
                    balance_yuan=claim.balance,
                    last_paid_date=claim.last_paid,
                )
            )
        else:
            settled = claim.settled
            advances.items.append(
                made(
                    "advance",
                    institution_name=claim.institution,
                    opened_date=claim.on,
                    claim_yuan=claim.amount,
                    status_code="settled" if settled else "active",
                    closed_month=month_of(settled) if settled else None,
                    balance_yuan=None if settled else claim.balance,
                    last_paid_date=None if settled else claim.last_paid,
                )
            )
    return (group for group in (disposals, advances) if group.items)


def _account_groups(life: Life, day: date, style: Style) -> Iterator[Group]:
    seen = [account for account in life.accounts if account.opened < day]
    cards = [a for a in seen if a.is_card]
    late_cards = [a for a in cards if a.kind == CREDIT_CARD and a.late_months(day)]
    late_quasi = [
        a
        for a in cards
        if a.kind == QUASI_CARD and max(a.late_months(day), default=0) >= QUASI_DAYS_60
    ]
    clean = [a for a in cards if a not in late_cards and a not in late_quasi]
    for intro, accounts in (
        (LATE_CARDS, late_cards),
        (LATE_QUASI, late_quasi),
        (CLEAN_CARDS, clean),
    ):
        if accounts:
            items = [_card_item(a, day, intro != CLEAN_CARDS, style) for a in accounts]
            yield Group("信用卡", intro, items)
    loans = [a for a in seen if not a.is_card]
    if not style.is_first_generation:
        yield from _loan_groups("贷款", loans, day, style)
        return
    housing = [a for a in loans if a.business_type in HOUSING_LOAN_TYPES]
    yield from _loan_groups("购房贷款", housing, day, style)
    yield from _loan_groups("其他贷款", [a for a in loans if a not in housing], day, style)


def _loan_groups(title: str, loans: list[Account], day: date, style: Style) -> Iterator[Group]:
    late = [a for a in loans if a.late_months(day)]
    clean_intro = CLEAN_INTRO if style.is_first_generation else CLEAN_INTRO_SECOND
    for intro, accounts in (
        (OVERDUE_INTRO, late),
        (clean_intro, [a for a in loans if a not in late]),
    ):
        if accounts:
            is_late = intro == OVERDUE_INTRO
            yield Group(title, intro, [_loan_item(a, day, is_late, style) for a in accounts])


def _standing(account: Account, day: date, style: Style) -> Item:
    """Cells that cards and loans share: how the account stands, and its late months."""
    status = account.status(day)
    late = account.late_months(day)
    serious = sum(level >= OVERDUE_90_DAYS for level in late)
    is_open = status in {"active", "bad_debt"}
    shown = add_months(day, -1)
    level = account.level(shown)
    return made(
        "account",
        status_code=status,
        as_of_month=month_of(shown) if not account.is_closed(day) else None,
        closed_month=month_of(account.closed)
        if account.is_closed(day) and account.closed
        else None,
        overdue_yuan=account.amount // 20 * level + 1 if is_open and level else None,
        is_overdue=bool(level) if status == "active" and not style.is_first_generation else None,
        overdue_months_count=len(late) or None,
        overdue_90_days_months_count=serious if late else None,
    )


def _card_item(account: Account, day: date, is_late: bool, style: Style) -> Item:
    status = account.status(day)
    is_quasi = account.kind == QUASI_CARD
    item = made(
        "account",
        account_kind_code=account.kind,
        business_type_name=account.business_type,
        institution_name=account.institution,
        opened_date=account.opened,
        currency_code=account.currency,
        card_tail=account.tail,
        has_been_overdue=is_late,
    )
    if not account.is_closed(day):
        item |= made("account", credit_limit_yuan=account.amount)
    if status in {"active", "bad_debt"}:
        used = account.used(day)
        instalments = used // 3 if account.opened.day % 5 == 0 and not is_quasi else None
        item |= made(
            "account",
            used_yuan=None if is_quasi else used,
            overdraft_yuan=used if is_quasi else None,
            balance_yuan=None if instalments is None else used + instalments,
            unbilled_instalment_yuan=instalments,
        )
    item |= _standing(account, day, style)
    if not is_late:
        for name in ("overdue_months_count", "overdue_90_days_months_count"):
            item.pop(name, None)
    return item


def _loan_item(account: Account, day: date, is_late: bool, style: Style) -> Item:
    is_line = account.kind == REVOLVING and not style.is_first_generation
    status = account.status(day)
    is_open = not account.is_closed(day)
    kind = LOAN if account.kind in {SUB_ACCOUNT, LOAN} or not is_line else REVOLVING
    item = made(
        "account",
        account_kind_code=kind,
        business_type_name=account.business_type,
        institution_name=account.institution,
        opened_date=account.opened,
        currency_code=account.currency if is_open or not is_line else None,
        due_date=account.due if is_open or is_line else None,
        has_been_overdue=is_late,
        is_revolving=True if is_line else None,
        loan_yuan=None if is_line else account.amount,
        credit_limit_yuan=account.amount if is_line and is_open else None,
        balance_yuan=account.used(day) if is_open and status != "transferred" else None,
    )
    return item | _standing(account, day, style)


def _liability_groups(life: Life, day: date, style: Style) -> Iterator[Group]:
    title = "为他人担保信息" if style.is_first_generation else "相关还款责任信息"
    items = [_liability(one, day, style) for one in life.liabilities if one.on < day]
    if items:
        yield Group(title, "", items)


def _liability(one: Liability, day: date, style: Style) -> Item:
    first = style.is_first_generation
    return made(
        "liability",
        debtor_type_code="company" if one.is_company else "person",
        debtor=one.debtor,
        debtor_id_type_name="中征码" if one.is_company else "身份证",
        debtor_document_number=one.document,
        institution_name=one.institution,
        opened_date=one.on,
        role_name=None if first else one.role,
        loan_yuan=one.amount if first else None,
        liability_yuan=one.amount,
        contract_number=None if first else one.contract,
        as_of_date=day.replace(day=1) - timedelta(days=1),
        balance_yuan=one.amount // 2,
        currency_code=None if first else "CNY",
    )


def _enquiries(life: Life, day: date, style: Style) -> list[Item]:
    found = []
    for one in life.enquiries:
        if not day - timedelta(days=ENQUIRY_DAYS) <= one.on < day:
            continue
        institution, _, operator = one.operator.partition("/")
        found.append(
            made(
                "enquiry",
                enquirer_code="self" if one.is_own else "institution",
                enquired_date=one.on,
                institution_name=institution if style.is_first_generation else one.institution,
                operator_name=operator or None if style.is_first_generation else None,
                reason_name=one.reason,
            )
        )
    return found
