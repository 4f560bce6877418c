"""What a detailed report says about a life on a day, in the order in which it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from simulate.credit_reports.accounts import Account
from simulate.credit_reports.brief_public import (
    enforcement_item,
    judgment_item,
    penalty_item,
    tax_item,
)
from simulate.credit_reports.detailed_accounts import account_entry, newest_year_first
from simulate.credit_reports.detailed_people import (
    address_items,
    alert_items,
    document_items,
    employer_items,
    identity_item,
    known_items,
    objection_hints,
    objection_items,
    spouse_items,
)
from simulate.credit_reports.detailed_summary import Table, summary_tables
from simulate.credit_reports.draw import add_months, months_between
from simulate.credit_reports.items import Item, made, month_of
from simulate.credit_reports.life import ENQUIRY_DAYS, Life
from simulate.credit_reports.public_life import Fund, Postpaid
from simulate.credit_reports.style import Style

SHOWN = 5
POSTPAID_MONTHS = 24


@dataclass
class Entry:
    """An item with the items that hang on it, such as an account's months."""

    item: Item
    months: list[Item] = field(default_factory=list)
    extras: list[Item] = field(default_factory=list)

    def items(self) -> list[Item]:
        """The item, then what hangs on it, in printed order."""
        return [self.item, *self.extras, *self.months]


@dataclass
class DetailedReport:
    """A detailed report before it is printed."""

    report: Item
    identity: Item
    documents: list[Item]
    alerts: list[Item]
    hints: list[Item]
    phones: list[Item]
    spouse: list[Item]
    addresses: list[Item]
    employers: list[Item]
    tables: list[Table]
    summary: list[Item]
    claims: list[Entry]
    accounts: list[Entry]
    liabilities: list[Entry]
    lines: list[Entry]
    postpaid: list[Entry]
    public: list[Item]
    statements: list[Item]
    objections: list[Item]
    enquiries: list[Item]

    @property
    def entries(self) -> list[Entry]:
        """All that have something hanging on them, in printed order."""
        return [*self.claims, *self.accounts, *self.liabilities, *self.lines, *self.postpaid]

    def items(self) -> list[Item]:
        """All items in printed order."""
        hung = [item for entry in self.entries for item in entry.items()]
        people = [*self.phones, *self.spouse, *self.addresses, *self.employers]
        rest = [*self.public, *self.statements, *self.objections, *self.enquiries]
        head = [self.report, self.identity, *self.documents, *self.alerts, *self.hints]
        return [*head, *people, *self.summary, *hung, *rest]


def detailed_report(life: Life, at: datetime, style: Style) -> DetailedReport:
    """The report of that moment."""
    day = at.date()
    claims = [Entry(item) for item in _claims(life, day)]
    accounts = [Entry(*account_entry(a, day)) for a in _in_order(life.accounts, day)]
    liabilities = [Entry(item) for item in _liabilities(life, day)]
    lines = [Entry(item) for item in _lines(life, day)]
    postpaid = [_postpaid(one, day) for one in life.public.postpaid if one.on < day]
    public = _public(life, day)
    enquiries = list(_enquiries(life, day))
    counted = [entry.item for entry in [*claims, *accounts, *liabilities, *postpaid]]
    objections = objection_items(life, day)
    tables = summary_tables([*counted, *public, *enquiries], day)
    return DetailedReport(
        made("report", institution_name="中国人民银行征信中心", reason_name="本人查询"),
        identity_item(life, style),
        document_items(life),
        alert_items(life, day),
        objection_hints(objections),
        list(known_items(life.phones, day, "phone", "phone")),
        list(spouse_items(life)),
        list(address_items(life, day)),
        list(employer_items(life, day)),
        tables,
        [item for table in tables for item in table.items()],
        claims,
        accounts,
        liabilities,
        lines,
        postpaid,
        public,
        _statements(life, day),
        objections,
        enquiries,
    )


def _in_order(accounts: tuple[Account, ...], day: date) -> Iterator[Account]:
    kinds = (
        "non_revolving_loan",
        "revolving_sub_account",
        "revolving_loan",
        "credit_card",
        "quasi_credit_card",
    )
    for kind in kinds:
        yield from (a for a in accounts if a.kind == kind and a.opened < day)


def _claims(life: Life, day: date) -> Iterator[Item]:
    for claim in life.claims:
        if claim.on >= day or claim.last_paid >= day:
            continue
        is_sale = claim.kind == "disposal"
        is_over = claim.settled is not None
        yield made(
            claim.kind,
            institution_name=claim.institution,
            business_type_name="资产处置业务" if is_sale else "垫款业务",
            opened_date=claim.on,
            original_creditor_name=claim.creditor,
            original_business_type_name="个人消费贷款",
            claim_yuan=claim.amount,
            transfer_status_name="逾期90天以上",
            as_of_date=claim.last_paid + timedelta(days=31),
            status_code="closed" if is_over else "recovery",
            closed_date=claim.settled,
            balance_yuan=None if is_over else claim.balance,
            last_paid_date=None if is_over else claim.last_paid,
        )


def _liabilities(life: Life, day: date) -> Iterator[Item]:
    for code in ("person", "company"):
        for one in life.liabilities:
            if one.on < day and (one.is_company == (code == "company")):
                yield made(
                    "liability",
                    institution_name=one.institution,
                    business_type_name="个人经营性贷款" if code == "person" else "流动资金贷款",
                    opened_date=one.on,
                    due_date=one.due,
                    role_name=one.role,
                    liability_yuan=one.amount,
                    currency_code="CNY",
                    contract_number=one.contract,
                    debtor_type_code=code,
                    debtor=one.debtor,
                    debtor_id_type_name="中征码" if one.is_company else "身份证",
                    debtor_document_number=one.document,
                    as_of_date=day.replace(day=1) - timedelta(days=1),
                    balance_yuan=one.amount // 2,
                    five_tier_name="正常",
                    repayment_code="N",
                )


def _lines(life: Life, day: date) -> Iterator[Item]:
    for place, one in enumerate(a for a in life.accounts if a.kind == "revolving_loan"):
        if one.opened >= day:
            continue
        yield made(
            "credit_line",
            institution_name=one.institution,
            agreement_id=one.agreement_id,
            opened_date=one.opened,
            due_date=one.due if place % 2 else None,
            is_open_ended=True if place % 2 == 0 else None,
            purpose_name="循环贷款额度",
            credit_limit_yuan=one.amount,
            cap_yuan=one.amount // 2 if place % 3 == 0 else None,
            used_yuan=one.used(day),
            currency_code="CNY",
        )


def _postpaid(one: Postpaid, day: date) -> Entry:
    item = made(
        "postpaid",
        institution_name=one.institution,
        business_type_name=one.business,
        opened_date=one.on,
        status_name="欠费" if one.amount else "正常",
        overdue_yuan=one.amount,
        as_of_month=month_of(day),
    )
    first = add_months(day, 1 - POSTPAID_MONTHS)
    months = [
        made(
            "postpaid_month",
            reported_month=month_of(month),
            repayment_code="1" if one.amount and month.month == day.month else "N",
        )
        for month in months_between(max(first, one.on), day)
    ]
    return Entry(item, newest_year_first(months))


def _public(life: Life, day: date) -> list[Item]:
    found = life.public
    items = [tax_item(one) for one in found.taxes if one.on < day]
    for item in items:
        item.pop("taxpayer_number")
    rulings = [judgment_item(one) for one in found.judgments if one.effective < day]
    rulings += [enforcement_item(one) for one in found.enforcements if one.effective < day]
    penalties = [penalty_item(one) for one in found.penalties if one.on < day]
    awards = [
        made(
            "award",
            institution_name=one.agency,
            content=one.content,
            effective_date=one.on,
            end_date=one.ends,
        )
        for one in found.awards
        if one.on < day
    ]
    for item in [*rulings, *penalties]:
        for cell in ("case_number", "review_name"):
            item.pop(cell, None)
    return [*items, *rulings, *penalties, *_funds(found.funds, day), *awards]


def _funds(funds: tuple[Fund, ...], day: date) -> Iterator[Item]:
    for one in funds:
        if one.on < day:
            yield made(
                "housing_fund",
                place_name=one.place,
                opened_date=one.on,
                first_month=month_of(one.on),
                last_month=month_of(day),
                status_name=one.status,
                monthly_yuan=one.monthly,
                person_share_percent=f"{one.person_percent}%",
                employer_share_percent=f"{one.employer_percent}%",
                employer=one.employer,
                updated_date=day.replace(day=1),
            )


def _statements(life: Life, day: date) -> list[Item]:
    if life.born.month % 4:
        return []
    content = "本人身份证曾遗失,对于陌生机构的查询本人并不知情"
    return [made("statement", content=content, added_date=add_months(day, -3))]


def _enquiries(life: Life, day: date) -> Iterator[Item]:
    shown = [e for e in life.enquiries if day - timedelta(days=ENQUIRY_DAYS) <= e.on < day]
    for is_own in (False, True):
        for one in shown:
            if one.is_own == is_own:
                yield made(
                    "enquiry",
                    enquirer_code="self" if is_own else "institution",
                    enquired_date=one.on,
                    institution_name=one.institution,
                    reason_name=one.reason,
                )
