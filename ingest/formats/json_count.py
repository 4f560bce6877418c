"""How many elements a JSON list has, counted on its bytes and not by a parser."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

QUOTE, BACKSLASH, COMMA = b'"'[0], b"\\"[0], b","[0]
OPENING = np.frombuffer(b"[{", np.uint8)
CLOSING = np.frombuffer(b"]}", np.uint8)
BLANK = np.frombuffer(b" \t\r\n", np.uint8)

Octets = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def count_elements(pieces: Iterable[bytes]) -> int:
    """Elements between the brackets of a list, whose text comes in pieces of any size.

    There is one more than there are commas outside of strings and of nested lists and objects.
    """
    commas, has_any = 0, False
    depth, is_inside, carried = 0, False, b""
    for piece in pieces:
        # A run of backslashes is judged together with what it escapes.
        data = carried + piece
        whole = data.rstrip(b"\\")
        carried = data[len(whole) :]
        octets = np.frombuffer(whole, np.uint8)
        quotes = _quotes(octets)
        is_outside = (np.cumsum(quotes) + is_inside) % 2 == 0
        is_inside = bool((int(np.count_nonzero(quotes)) + is_inside) % 2)
        steps = (is_outside & np.isin(octets, OPENING)).astype(np.int32)
        steps -= is_outside & np.isin(octets, CLOSING)
        depths = np.cumsum(steps) + depth
        depth += int(steps.sum())
        commas += int(np.count_nonzero(is_outside & (octets == COMMA) & (depths == 0)))
        has_any = has_any or not bool(np.isin(octets, BLANK).all())
    return commas + has_any


def _quotes(octets: Octets) -> Mask:
    """Quotes that open or close a string: those after an even number of backslashes."""
    quotes: Mask = octets == QUOTE
    if not (octets == BACKSLASH).any():
        return quotes
    places = np.flatnonzero(quotes)
    others = np.flatnonzero(octets != BACKSLASH)
    before = np.searchsorted(others, places) - 1
    last_other = np.where(before >= 0, others[before], -1)
    quotes[places[(places - 1 - last_other) % 2 == 1]] = False
    return quotes
