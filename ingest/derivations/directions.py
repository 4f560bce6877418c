"""Which way money went, by the sign of an amount."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_NOTHING = r"^[+-]?[¥￥]?[0,]*\.?0*$"


def direction_of_amount(amounts: pa.Array) -> pa.Array:
    """`out` for a negative amount, `in` for a positive one, `neutral` for zero."""
    is_zero = pc.match_substring_regex(amounts, _NOTHING)
    is_out = pc.match_substring_regex(amounts, r"^\s*[¥￥]?-")
    return pc.if_else(is_zero, "neutral", pc.if_else(is_out, "out", "in"))
