"""How a detailed report shows one account: its cells, its months, its special trades."""

from __future__ import annotations

from datetime import date, timedelta

from simulate.credit_reports.accounts import CREDIT_CARD, QUASI_CARD, REVOLVING, Account
from simulate.credit_reports.draw import add_months, months_between
from simulate.credit_reports.items import Item, made, month_of

SHOWN_MONTHS = 60
FIVE_TIERS = ("正常", "关注", "次级", "可疑", "损失")
BAD_LEVEL = 7


def account_entry(account: Account, day: date) -> tuple[Item, list[Item], list[Item]]:
    """The account, its months (newest year first, months in order), and its special trades."""
    item = _basics(account)
    if account.is_unused:
        unused = made("account", status_code="unused", as_of_date=_shown(account, day))
        return item | unused, [], []
    if account.is_closed(day):
        item |= made(
            "account",
            status_code="closed" if account.is_card else account.end,
            as_of_date=account.closed,
            closed_date=account.closed,
        )
    elif account.is_card:
        item |= _card(account, day)
    else:
        item |= _loan(account, day)
    months = _months(account, day)
    return item, months, _trades(account, day)


def _shown(account: Account, day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return max(last, account.opened)


def _status(account: Account, level: int) -> str:
    if account.is_bad_debt:
        return "bad_debt"
    return "overdue" if level else "normal"


def _basics(account: Account) -> Item:
    is_line = account.kind == REVOLVING
    limited = account.is_card or is_line
    item = made(
        "account",
        account_kind_code=account.kind,
        institution_name=account.institution,
        account_id=account.account_id,
        agreement_id=account.agreement_id if account.kind == "revolving_sub_account" else None,
        opened_date=account.opened,
        due_date=account.due,
        loan_yuan=None if limited else account.amount,
        credit_limit_yuan=account.amount if limited else None,
        currency_code=account.currency,
        business_type_name=account.business_type,
        guarantee_name=account.guarantee,
    )
    if account.is_card:
        return item | made("account", shared_limit_yuan=account.amount)
    return item | made(
        "account",
        terms_count=max(1, ((account.due or account.opened) - account.opened).days // 30),
        frequency_name="月",
        repayment_method_name=account.method,
        joint_name="无",
    )


def _loan(account: Account, day: date) -> Item:
    shown = _shown(account, day)
    level = account.level(shown)
    item = made(
        "account",
        as_of_date=shown,
        status_code=_status(account, level),
        five_tier_name=FIVE_TIERS[min(level, BAD_LEVEL) // 2],
        balance_yuan=account.used(shown),
        remaining_terms_count=max(0, ((account.due or shown) - shown).days // 30),
        due_yuan=account.amount // 40,
        scheduled_date=shown,
        paid_yuan=0 if level else account.amount // 40,
        last_paid_date=shown - timedelta(days=5),
        overdue_terms_count=level,
        overdue_yuan=account.amount // 40 * level,
    )
    buckets = ("31_60", "61_90", "91_180", "over_180")
    unpaid = account.amount // 50
    late = {f"overdue_{b}_yuan": unpaid if level > n + 1 else 0 for n, b in enumerate(buckets)}
    return item | made("account", **late)


def _card(account: Account, day: date) -> Item:
    shown = _shown(account, day)
    level = account.level(shown)
    used = account.used(shown)
    item = made(
        "account",
        as_of_date=shown,
        status_code=_status(account, level),
        billing_date=shown,
        paid_yuan=0 if level else used // 2,
        last_paid_date=shown - timedelta(days=3) if used else None,
    )
    if account.kind == QUASI_CARD:
        return item | made(
            "account",
            overdraft_yuan=used,
            average_overdraft_yuan=used // 2,
            max_overdraft_yuan=account.amount,
            overdraft_over_180_yuan=account.amount // 9 if level >= BAD_LEVEL else 0,
        )
    instalments = used // 3 if account.opened.day % 4 == 0 else 0
    item |= made(
        "account",
        balance_yuan=used + instalments,
        used_yuan=used,
        unbilled_instalment_yuan=instalments,
        remaining_instalments_count=12 if instalments else 0,
        average_used_yuan=used // 2,
        max_used_yuan=account.amount,
        due_yuan=used,
        overdue_terms_count=level,
        overdue_yuan=used // 10 * level,
    )
    if instalments:
        item |= made(
            "account",
            instalment_limit_yuan=account.amount,
            instalment_from_date=account.opened,
            instalment_until_date=add_months(account.opened, 36),
            instalment_used_yuan=instalments,
        )
    return item


def _months(account: Account, day: date) -> list[Item]:
    last = account.closed if account.is_closed(day) else _shown(account, day)
    last = last or day
    first = max(account.opened, add_months(last, 1 - SHOWN_MONTHS))
    found = []
    for month in months_between(first, last):
        level = account.level(month)
        code = str(level) if level else "N"
        if account.is_closed(day) and month == last.replace(day=1):
            code = "C"
        elif account.kind == CREDIT_CARD and not level and month.month % 5 == 0:
            code = "*"
        owed = account.amount // 40 * level
        found.append(
            made(
                "account_month",
                reported_month=month_of(month),
                repayment_code=code,
                overdue_yuan=owed,
            )
        )
    return newest_year_first(found)


def newest_year_first(months: list[Item]) -> list[Item]:
    """Months as grids print them."""
    return sorted(months, key=lambda one: (-int(one["reported_month"][:4]), one["reported_month"]))


def _trades(account: Account, day: date) -> list[Item]:
    count = account.opened.day % 3 if account.opened.day % 5 == 1 else 0
    return [
        made(
            "special_trade",
            trade_type_name=("展期(延期)", "提前还款")[place],
            occurred_date=add_months(account.opened, 1 + place),
            changed_months_count=3 if place == 0 else None,
            amount_yuan=account.amount // 10,
            content="借款人申请延长还款期限并经机构同意办理" if place == 0 else "提前归还部分本金",
        )
        for place in range(count)
        if add_months(account.opened, 1 + place) < day
    ]
