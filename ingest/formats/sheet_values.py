"""Values of sheet cells as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

LARGEST_EXACT = 10**15
"""A spreadsheet keeps 15 digits; a longer whole number has lost its end."""

Value = str | float | int | bool | date | datetime | time | timedelta


def value_text(value: Value) -> str:
    """A cell as text: numbers without binary noise, days and times in ISO 8601."""
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


def _number_text(value: float) -> str:
    if abs(value) >= LARGEST_EXACT:
        return repr(float(value))
    text = f"{value:.15g}"
    return f"{value:.17f}".rstrip("0") if "e" in text else text


def _whole(text: str) -> str:
    return text.removesuffix(".000")
