"""Dates, amounts and currencies as reports print them, in the form that cells have."""

from __future__ import annotations

import re

DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
MONTH = r"\d{4}年\d{1,2}月"
AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?!\d)"
NOTHING = frozenset({"", "-", "--", "---"})

_DAY = re.compile(r"(\d{4})(?:年|[.\-/])(\d{1,2})(?:月|[.\-/])(\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})(?:年|[.\-/])(\d{1,2})月?")
_INSTANT = re.compile(r"(\d{4})[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?\s*(\d{2}):(\d{2}):(\d{2})")
_AMOUNT = re.compile(rf"({AMOUNT})元?")
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

CURRENCIES = {
    "人民币": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "港元": "HKD",
    "港币": "HKD",
    "日元": "JPY",
    "英镑": "GBP",
    "澳大利亚元": "AUD",
    "澳元": "AUD",
    "加拿大元": "CAD",
    "加元": "CAD",
    "新加坡元": "SGD",
    "瑞士法郎": "CHF",
    "韩元": "KRW",
    "澳门元": "MOP",
    "新台币": "TWD",
}


class Unreadable(ValueError):  # noqa: N818 - the form is at fault, nothing erred
    """A text is not what its place in the form demands."""


def day(text: str) -> str | None:
    """YYYY-MM-DD; None where the form says that there is none.

    Raises:
        Unreadable: not a day.
    """
    if text in NOTHING:
        return None
    match = _DAY.fullmatch(text)
    if not match:
        raise Unreadable("a date")
    year, month, number = match.groups()
    if not 1 <= int(month) <= 12 or not 1 <= int(number) <= _DAYS_OF_MONTH[int(month) - 1]:
        raise Unreadable("a date")
    return f"{year}-{int(month):02}-{int(number):02}"


def month(text: str) -> str | None:
    """YYYY-MM; None where the form says that there is none.

    Raises:
        Unreadable: not a month.
    """
    if text in NOTHING:
        return None
    match = _MONTH.fullmatch(text)
    if not match or not 1 <= int(match.group(2)) <= 12:
        raise Unreadable("a month")
    return f"{match.group(1)}-{int(match.group(2)):02}"


def instant(text: str) -> str:
    """YYYY-MM-DD hh:mm:ss on the clock of Shanghai.

    Raises:
        Unreadable: not a time.
    """
    match = _INSTANT.fullmatch(text)
    if not match:
        raise Unreadable("a time")
    year, month_, day_, *clock = match.groups()
    return f"{year}-{int(month_):02}-{int(day_):02} {':'.join(clock)}"


def amount(text: str) -> str | None:
    """Whole yuan in digits; None where the form says that there is none.

    Raises:
        Unreadable: not an amount.
    """
    if text in NOTHING:
        return None
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise Unreadable("an amount in whole yuan")
    return match.group(1).replace(",", "")


def count(text: str) -> str | None:
    """A whole number; None where the form says that there is none.

    Raises:
        Unreadable: not a number.
    """
    if text in NOTHING:
        return None
    if not re.fullmatch(r"\d{1,6}", text):
        raise Unreadable("a whole number")
    return str(int(text))


def currency(text: str) -> str:
    """ISO code of a currency in words, such as 人民币 or 人民币元.

    Raises:
        Unreadable: a currency that is not known.
    """
    code = CURRENCIES.get(text) or CURRENCIES.get(text.removesuffix("元"))
    if not code:
        raise Unreadable("a currency that is known")
    return code


def words(text: str) -> str | None:
    """The text itself; None where the form says that there is none."""
    return None if text in NOTHING else text
