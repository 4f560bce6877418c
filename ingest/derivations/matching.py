"""Column operations that the derivations share: fold, pick by pattern, look up by pattern.

All work on string arrays with Arrow's RE2 expressions, which know no look-around.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,2})?"
"""A number as messages write it, thousands separated or not; without its sign."""


def folded(texts: pa.Array) -> pa.Array:
    """Full-width forms folded (NFKC), blanks of a line squeezed; line ends stay."""
    normal = pc.utf8_normalize(texts, form="NFKC")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(normal, r"[ \t\r\x{3000}]+", " "))


def first_match(texts: pa.Array, patterns: Iterable[str]) -> pa.Array:
    """The group `value` of the first pattern in order that a text matches; else null."""
    found = [pc.struct_field(pc.extract_regex(texts, pattern), "value") for pattern in patterns]
    return pc.coalesce(*found)


def has(texts: pa.Array, pattern: str) -> pa.Array:
    """Whether each text matches somewhere; null stays null."""
    return pc.match_substring_regex(texts, pattern)


def first_code(
    texts: pa.Array, codes: Sequence[tuple[str, str]], otherwise: str | None
) -> pa.Array:
    """The code of the first (pattern, code) that a text matches, else `otherwise`."""
    chosen = pc.if_else(texts.is_valid(), pa.scalar(otherwise, pa.string()), None)
    for pattern, code in reversed(codes):
        chosen = pc.if_else(pc.fill_null(has(texts, pattern), False), code, chosen)
    return chosen


def replaced(texts: pa.Array, replacements: Iterable[tuple[str, str]]) -> pa.Array:
    """Every (pattern, replacement) in order."""
    for pattern, replacement in replacements:
        texts = pc.replace_substring_regex(texts, pattern, replacement)
    return texts


def plain_number(texts: pa.Array) -> pa.Array:
    """A number without its thousands separators."""
    return pc.replace_substring(texts, ",", "")
