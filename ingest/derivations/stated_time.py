"""When a message says that something happened, as far as it says so; and instants of phones.

Messages leave out the year, often the month, at times the day. What is left out stays `?` at its
place in `YYYY-MM-DD HH:MM`; staging fills it from the time at which the message was sent.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.matching import folded

_CLOCK = r"(?P<h>[0-9]{1,2})[:时点](?P<i>[0-9]{2})"
_DAY = r"(?P<m>[0-9]{1,2})[月](?P<d>[0-9]{1,2})日"
_DASHED = r"(?P<y>20[0-9]{2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
_BREAK = r"(?:^|[^0-9])"
_FORMS = (
    rf"{_BREAK}(?P<y>20[0-9]{{2}})年{_DAY} ?{_CLOCK}",
    rf"{_BREAK}(?P<y>[0-9]{{2}})年{_DAY} ?{_CLOCK}",
    rf"{_BREAK}{_DASHED}[ T]?{_CLOCK}",
    rf"{_BREAK}(?P<y>20[0-9]{{2}})年{_DAY}",
    rf"{_BREAK}{_DASHED}(?:[^0-9]|$)",
    rf"{_BREAK}{_DAY} ?{_CLOCK}",
    rf"{_BREAK}(?P<d>[0-9]{{1,2}})日 ?{_CLOCK}",
    rf"{_BREAK}{_DAY}",
    rf"{_BREAK}{_CLOCK}(?:[^0-9]|$)",
)
_PARTS = (("y", 4, ""), ("m", 2, "-"), ("d", 2, "-"), ("h", 2, " "), ("i", 2, ":"))
_LATEST = {"m": 12, "d": 31, "h": 23, "i": 59}
_MILLISECONDS = r"^1[0-9]{12}$"
_SECONDS = r"^1[0-9]{9}$"


def stated_time(texts: pa.Array) -> pa.Array:
    """`YYYY-MM-DD HH:MM` with `?` for every digit left out; null where no time is stated."""
    text = folded(texts)
    return pc.coalesce(*(_completed(text, form) for form in _FORMS))


def instant_of_epoch(texts: pa.Array) -> pa.Array:
    """Epoch milliseconds or seconds as an ISO instant in UTC; null for 0 and all else.

    Thirteen or ten digits from 1 on are the years 2001 to 2033.
    """
    milliseconds = pc.if_else(pc.match_substring_regex(texts, _MILLISECONDS), texts, None)
    seconds = pc.if_else(pc.match_substring_regex(texts, _SECONDS), texts, None)
    whole = pc.coalesce(
        pc.cast(milliseconds, pa.int64()), pc.multiply(pc.cast(seconds, pa.int64()), 1000)
    )
    instants = pc.cast(whole, pa.timestamp("ms", "UTC"))
    return pc.binary_join_element_wise(pc.strftime(instants, format="%Y-%m-%d %H:%M:%S"), "Z", "")


def _completed(text: pa.Array, form: str) -> pa.Array:
    found = pc.extract_regex(text, form)
    names = {field.name for field in found.type}
    parts = []
    sound = found.is_valid()
    for name, width, before in _PARTS:
        if name not in names:
            parts.append(pa.scalar(before + "?" * width))
            continue
        digits = pc.struct_field(found, name)
        if name in _LATEST:
            sound = pc.and_(sound, pc.less_equal(pc.cast(digits, pa.int64()), _LATEST[name]))
        if name == "y":
            digits = pc.if_else(
                pc.equal(pc.utf8_length(digits), 2),
                pc.binary_join_element_wise("20", digits, ""),
                digits,
            )
        padded = pc.utf8_lpad(digits, width, "0")
        parts.append(pc.binary_join_element_wise(before, padded, ""))
    joined = pc.binary_join_element_wise(*parts, "")
    return pc.if_else(pc.fill_null(sound, False), joined, None)
