"""Column operations that make the text of a canonical column from cells; nulls are empty cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract_columns import Rewrites
from ingest.formats.cells import PADDING

NO_TEXT = pa.scalar(None, pa.string())
UNREADABLE = "?"
"""Stands where two cells contradict each other, so that the screen rejects the row."""

_NOTHING = r"^[+-]?[¥￥]?[0,]*\.?0*$|^[-－]+$"
_MONTH_DAY = r"^(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?(?P<rest>(?:[^0-9].*)?)$"
_MONTH_DAY_CLOSED = r"^(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<rest>(?:[ T].*)?)$"
_MONTH_BEHIND = re.compile(r"\s*[年/.-]?\s*(0?[1-9]|1[0-2])(?![0-9])")


def filled(cells: pa.Array) -> pa.Array:
    """Without padding; null where nothing is left."""
    trimmed = pc.utf8_trim(cells, characters=PADDING)
    return pc.if_else(pc.equal(trimmed, ""), NO_TEXT, trimmed)


def joined(cells: Sequence[pa.Array], separator: str) -> pa.Array:
    """Filled cells with a separator between them; null where none is filled. One stays as it is."""
    if len(cells) == 1:
        return cells[0]
    # Arrow's own way to skip nulls loses the rows in which every cell is null.
    text, *others = map(filled, cells)
    for other in others:
        text = pc.coalesce(pc.binary_join_element_wise(text, other, separator), text, other)
    return text


def first_filled(cells: Sequence[pa.Array]) -> pa.Array:
    """The first cell that is filled."""
    return pc.coalesce(*(filled(cell) for cell in cells))


def negated(amounts: pa.Array) -> pa.Array:
    """Texts of amounts with their sign turned."""
    unsigned = pc.replace_substring_regex(amounts, r"^[+-]\s*", "")
    is_negative = pc.starts_with(amounts, "-")
    return pc.if_else(is_negative, unsigned, pc.binary_join_element_wise("-", unsigned, ""))


def credit_or_debit(credit: pa.Array, debit: pa.Array) -> pa.Array:
    """The credit, or the negated debit; a zero counts only where nothing else stands."""
    credits, credit_zeros = _amounts_and_zeros(credit)
    debits, debit_zeros = _amounts_and_zeros(debit)
    text = pc.coalesce(credits, negated(debits), credit_zeros, debit_zeros)
    return pc.if_else(pc.and_(credits.is_valid(), debits.is_valid()), UNREADABLE, text)


def signed(
    values: pa.Array, signs: pa.Array, negative: Sequence[str], positive: Sequence[str]
) -> pa.Array:
    """Values, negated where the sign says so; unreadable where `positive` lacks the sign too."""
    values, signs = filled(values), filled(signs)
    is_negative = pc.is_in(signs, value_set=pa.array(negative, pa.string()))
    text = pc.if_else(is_negative, negated(values), values)
    if not positive:
        return text
    is_known = pc.or_(is_negative, pc.is_in(signs, value_set=pa.array(positive, pa.string())))
    return pc.if_else(pc.or_(is_known, values.is_null()), text, UNREADABLE)


def rewritten(texts: pa.Array, rewrites: Rewrites) -> pa.Array:
    """Every RE2 pattern replaced, in order; a text that becomes empty becomes null."""
    for pattern, replacement in rewrites:
        texts = pc.replace_substring_regex(texts, pattern=pattern, replacement=replacement)
    return pc.if_else(pc.equal(texts, ""), NO_TEXT, texts) if rewrites else texts


def with_year(texts: pa.Array, pattern: str, outside: tuple[str, str]) -> pa.Array:
    """Dates of month and day, with the year that the text outside the records tells.

    The first group of `pattern` is the year; a second one, or a number right behind the year, is
    the month that the statement ends with. A later month than that belongs to the year before.
    Without a year the texts stay as they are, and the screen rejects them as no dates.
    """
    match = next((m for text in outside if (m := re.search(pattern, text, re.MULTILINE))), None)
    if match is None:
        return texts
    year, last_month = int(match.group(1)), 12
    if match.re.groups > 1 and match.group(2):
        last_month = int(match.group(2))
    elif behind := _MONTH_BEHIND.match(match.string, match.end(1)):
        last_month = int(behind.group(1))
    trimmed = filled(texts)
    loose, closed = (pc.extract_regex(trimmed, p) for p in (_MONTH_DAY, _MONTH_DAY_CLOSED))
    month, day, rest = (
        pc.coalesce(pc.struct_field(loose, part), pc.struct_field(closed, part))
        for part in ("month", "day", "rest")
    )
    is_before = pc.greater(month.cast(pa.int32()), last_month)
    years = pc.if_else(is_before, str(year - 1), str(year))
    padded = (pc.utf8_lpad(part, 2, "0") for part in (month, day))
    dates = pc.binary_join_element_wise(years, *padded, "-")
    return pc.coalesce(pc.binary_join_element_wise(dates, rest, ""), texts)


def derived(texts: pa.Array, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """`function` of every text, worked out once per distinct text."""
    encoded = texts.dictionary_encode()
    return function(encoded.dictionary).cast(pa.string()).take(encoded.indices)


def _amounts_and_zeros(side: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Amounts other than zero, and written zeros, of one side."""
    texts = filled(side)
    is_nothing = pc.match_substring_regex(texts, _NOTHING)
    is_zero = pc.and_(is_nothing, pc.match_substring(texts, "0"))
    return pc.if_else(is_nothing, NO_TEXT, texts), pc.if_else(is_zero, texts, NO_TEXT)
