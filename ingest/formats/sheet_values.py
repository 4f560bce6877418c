"""Values of sheet cells as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

KEPT_DIGITS = 15
"""So many digits a spreadsheet keeps of what is typed; those after them it makes zeros."""
LARGEST_WHOLE = 1 << 53
"""Up to here every whole number has a cell value of its own; further on several share one."""
LOST_NUMBER = "\0number"
"""In the place of a number whose digits the cell no longer holds."""

Value = str | float | int | bool | date | datetime | time | timedelta


def value_text(value: Value) -> str:
    """A cell as text: numbers without binary noise, days and times in ISO 8601.

    A number that has lost digits is LOST_NUMBER, never a text that looks like another number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime):
        milliseconds = timedelta(milliseconds=round(value.microsecond / 1000))
        return _whole((value.replace(microsecond=0) + milliseconds).isoformat(" ", "milliseconds"))
    if isinstance(value, time):
        return _whole(value.isoformat("milliseconds"))
    return str(value)


def exact_digits(digits: str) -> str | None:
    """A whole number of more than 15 digits, where it is as it was written; else None.

    Zeros from the 16th digit on are what a spreadsheet puts for digits it dropped. Above 2 ** 53 a
    number that a cell can hold exactly is most likely the nearest one to what was meant.
    """
    number = digits.lstrip("+-")
    if not number[KEPT_DIGITS:].strip("0"):
        return None
    is_rounded = int(number) > LARGEST_WHOLE and int(float(number)) == int(number)
    return None if is_rounded else digits


def _number_text(value: float) -> str:
    if abs(value) >= 10**KEPT_DIGITS:
        return exact_digits(f"{value:.0f}") or LOST_NUMBER
    text = f"{value:.15g}"
    return f"{value:.17f}".rstrip("0") if "e" in text else text


def _whole(text: str) -> str:
    return text.removesuffix(".000")
