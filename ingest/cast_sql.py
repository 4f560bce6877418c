"""SQL that makes typed values from texts, or nulls.

A cast is accepted only where casting back gives the same text, or a pattern says that it loses
nothing: a bare cast of `10.5` to an integer gives 11.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.contracts import Column

PLAIN_YUAN = r"-?[0-9]{1,13}(\.[0-9]{1,2})?"
CURRENCY = "(CNY|RMB|USD|HKD|MOP|TWD|EUR|GBP|JPY|KRW|SGD|AUD|CAD|NZD|CHF|THB|MYR)"
WRITTEN_YUAN = (
    f"[+-]?({CURRENCY} ?)?"
    r"[¥￥]?[+-]?([0-9]{1,13}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,2})?(元|\([A-Z]{2}\))?"
)
PERCENT = r"[0-9]{1,3}(\.[0-9]{1,4})?%"
INTEGER = r"[+-]?[0-9]{1,18}"
DATE = r"[0-9]{4}([-/])[0-9]{1,2}[-/][0-9]{1,2}"
INSTANT = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
SHANGHAI_OFFSET = "interval 8 hour"
SHANGHAI_MICROSECONDS = 8 * 3600 * 1_000_000
SECOND = "____-__-__ __:__:__"
FRACTION = re.compile("%[fgn]")

SCRUBBED = (
    (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "[email]"),
    (r"\b[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\b", "[account]"),
    (r"[0-9]{19,34}", "[account]"),
    (r"[1-9][0-9]{16}[0-9Xx]", "[id_number]"),
    (r"[0-9]{13,17}", "[account]"),
    (r"1[3-9][0-9]{9}", "[phone]"),
    (
        r"[一-龥]{1,20}(路|街|大道|巷|弄|胡同|里|村|苑|园|小区)[0-9]{1,5}(号|弄|栋|幢)"
        r"([0-9A-Za-z-]{1,6}(号楼|栋|幢|单元|层|楼|室|号)?){0,4}",
        "[address]",
    ),
)


def is_its_text(column: Column) -> bool:
    """Whether the typed value is the text (of an identifier, the token) itself, whatever it is."""
    is_changed = column.codes or column.parse or column.date_formats or column.scrub
    return column.logical_type == "string" and not is_changed


def typed_sql(column: Column, text: str) -> str:
    """The typed value of a column; null where `text` (SQL) cannot be read as it."""
    if column.codes:
        whens = " ".join(
            f"when {quoted(found)} then {quoted(code)}" for found, code in column.codes.items()
        )
        return f"case coalesce({text}, '') {whens} else {text} end"
    if column.parse == "yuan":
        return _yuan(text)
    if column.date_formats:
        return _by_formats(column, text)
    if column.parse == "percent":
        return (
            f"case when regexp_full_match({text}, {quoted(PERCENT)}) then "
            f"cast(try_cast(rtrim({text}, '%') as decimal(9, 4)) * 10000 as bigint) end"
        )
    if column.scrub:
        return _scrubbed(text)
    return _CASTS[column.logical_type](text)


def _yuan(text: str) -> str:
    written = f"regexp_replace({text}, '[¥￥,元+A-Z ()]', '', 'g')"
    exact = f"try_cast({text} as decimal(15, 2))"
    return (
        f"cast(100 * case when cast({exact} as varchar) = {text} then {exact} "
        f"when regexp_full_match({text}, {quoted(PLAIN_YUAN)}) then {exact} "
        f"when regexp_full_match({text}, {quoted(WRITTEN_YUAN)}) "
        f"then try_cast({written} as decimal(15, 2)) end as bigint)"
    )


def _scrubbed(text: str) -> str:
    for pattern, replacement in SCRUBBED:
        text = f"regexp_replace({text}, {quoted(pattern)}, '{replacement}', 'g')"
    return text


def _integer(text: str) -> str:
    whole = f"try_cast({text} as bigint)"
    return (
        f"case when cast({whole} as varchar) = {text} then {whole} "
        f"when regexp_full_match({text}, '{INTEGER}') then {whole} end"
    )


def _boolean(text: str) -> str:
    return (
        f"case when lower({text}) in ('true', 't', 'yes', 'y', '1', '是') then true "
        f"when lower({text}) in ('false', 'f', 'no', 'n', '0', '否') then false end"
    )


def _date(text: str) -> str:
    return (
        f"case when regexp_full_match({text}, {quoted(DATE)}) "
        f"then try_cast(replace({text}, '/', '-') as date) end"
    )


def _timestamp(text: str) -> str:
    dashed = f"replace({text}, '/', '-')"
    return (
        f"case when strlen({text}) = {len(SECOND)} and {text} like '{SECOND}' "
        f"then {_in_utc(text)} "
        f"when regexp_full_match({text}, {quoted(INSTANT)}) "
        f"then {_in_utc(dashed)} "
        f"when regexp_full_match({text}, {quoted(INSTANT + OFFSET)}) "
        f"then make_timestamp(epoch_us(try_cast({dashed} as timestamptz))) end"
    )


def shanghai_day(instant: str) -> str:
    """The day in Shanghai of an instant in UTC."""
    return f"cast(make_timestamp(epoch_us({instant}) + {SHANGHAI_MICROSECONDS}) as date)"


def _in_utc(text: str) -> str:
    """Microseconds are subtracted in a third of the time that an interval takes."""
    instant = f"try_cast({text} as timestamp)"
    return f"make_timestamp(epoch_us({instant}) - {SHANGHAI_MICROSECONDS})"


def _by_formats(column: Column, text: str) -> str:
    """ISO, then each format; a text counts only if writing the instant gives it back.

    Zeros before a number and the case of letters may differ. A zone or a fraction of a second is
    not written back: its digits may stand in several ways.
    """
    is_date = column.logical_type == "date"
    readings = [_CASTS[column.logical_type](text)]
    for given in column.date_formats:
        form = quoted(given)
        read = f"try_strptime({text}, {form})"
        if "%z" in given:
            instant = f"make_timestamp(epoch_us({read}))"
            readings.append(f"cast({instant} + {SHANGHAI_OFFSET} as date)" if is_date else instant)
            continue
        value = f"cast({read} as date)" if is_date else f"{read} - {SHANGHAI_OFFSET}"
        if not FRACTION.search(given):
            written = f"strftime({read}, {form})"
            value = f"case when {_without_zeros(written)} = {_without_zeros(text)} then {value} end"
        readings.append(value)
    return f"coalesce({', '.join(readings)})"


def _without_zeros(text: str) -> str:
    return f"lower(regexp_replace({text}, '(^|[^0-9])0+([0-9])', '\\1\\2', 'g'))"


_CASTS: dict[str, Callable[[str], str]] = {
    "string": lambda text: text,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}


def quoted(text: str) -> str:
    """An SQL literal."""
    return "'" + text.replace("'", "''") + "'"
