"""Invented people with wallets: usual days, and what is planted in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

FIRST_DAY = datetime(2026, 8, 1)
DAYS = 60
DELIVERED_EVERY = 2

Row = dict[str, Any]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """The UTC instant of a time of day in Shanghai, `day` days after the first."""
    return FIRST_DAY + timedelta(days=day, hours=hour - 8, minutes=minute)


def person(subject: str) -> Row:
    """The grant under which a person's wallet is read."""
    return {
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "scope_code": "wallet_bills",
        "granted_at": FIRST_DAY - timedelta(days=1),
        "expires_at": FIRST_DAY + timedelta(days=365),
        "recorded_at": FIRST_DAY - timedelta(days=1),
    }


def payment(subject: str, trade_id: str, at: datetime, yuan: int, payee: str, **other: Any) -> Row:
    """One Alipay payment as raw has it."""
    return {
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "trade_id": trade_id,
        "occurred_at": at,
        "counterparty_token": payee,
        "direction_code": "out",
        "amount_fen": yuan * 100,
        "status_name": "交易成功",
        "category_name": "日用百货",
        **other,
    }


def bank_line(
    subject: str, at: datetime, yuan: int, counterparty: str, account: str = "card", **other: Any
) -> Row:
    """One line of a bank statement as raw has it; negative when money left."""
    return {
        "_feed": "bank_statements",
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "bank_code": "EXB",
        "account_token": account,
        "transaction_date": (at + timedelta(hours=8)).date(),
        "occurred_at": at,
        "amount_fen": yuan * 100,
        "direction_code": "out" if yuan < 0 else "in",
        "currency_code": "CNY",
        "counterparty_token": counterparty,
        "transaction_type_name": "转账",
        **other,
    }


def usual_days(subject: str, days: int = DAYS, first: int = 0) -> list[Row]:
    """A lunch a day, 30 to 50 yuan, at one of four places."""
    return [
        payment(
            subject, f"{subject}-lunch-{day}", local(day, 12), 30 + day * 7 % 21, f"place{day % 4}"
        )
        for day in range(first, first + days)
    ]


def delivered(rows: list[Row], every: int = DELIVERED_EVERY) -> list[Row]:
    """The rows as they arrive: a delivery per person every few days, at 06:00 in Shanghai."""
    return [row | _delivery(row, every) for row in rows]


def _delivery(row: Row, every: int) -> Row:
    day = (row["occurred_at"] - local(0, 0)).days
    number = day // every + 1
    return {
        "_delivery_id": f"{row['subject_key']}-{number:03d}",
        "_received_at": local(number * every, 6),
    }
