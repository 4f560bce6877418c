"""Who sent a message: told by its first line (sender, app or title) and the signatures in 【】."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.institutions import CLASS_BY_WORDS, INSTITUTIONS, UNKNOWN
from ingest.derivations.matching import first_code, first_match, folded, has
from ingest.derivations.one_time_codes import MASK, without_codes

_NAME = r"【(?P<value>[^】\n,。!?>]{2,30})】"
_AT_THE_END = rf"{_NAME}\s*$"
_AT_THE_START = rf"(?:^|\n)\s*{_NAME}"
_OPENING = r"(?:^|\n)您的(?P<value>[^,。\n]{2,20})"
_LONG_DIGITS = r"[0-9]{4,}"
_PUBLIC_DIGITS = (
    r"^[^0-9]*(?:123(?:06|15|29|33|45|66|78)|95[0-9]{3}|96[0-9]{3}|100(?:00|10|86|99))[^0-9]*$"
)
_CODE_LIKE = r"^[A-Za-z-]*[0-9][0-9A-Za-z -]*$"


def institution_code(texts: pa.Array) -> pa.Array:
    """Code of a known institution; null where the message names none."""
    return _by_identity(texts, [(i.expression, i.code) for i in INSTITUTIONS])


def platform_class(texts: pa.Array) -> pa.Array:
    """Class of the platform behind the message, `unknown` where nothing tells it."""
    known = [(i.expression, i.platform_class) for i in INSTITUTIONS]
    return pc.coalesce(
        _by_identity(texts, known), first_code(_identity(folded(texts)), CLASS_BY_WORDS, UNKNOWN)
    )


def signature_name(texts: pa.Array) -> pa.Array:
    """The name that signs the message; null where there is none, or where it could hold a code."""
    text = without_codes(texts)
    name = pc.utf8_trim_whitespace(first_match(text, (_AT_THE_END, _AT_THE_START)))
    suspicious = pc.or_(
        pc.and_(has(name, _LONG_DIGITS), pc.invert(has(name, _PUBLIC_DIGITS))),
        pc.or_(has(name, _CODE_LIKE), has(name, MASK)),
    )
    return pc.if_else(pc.fill_null(suspicious, True), None, name)


def _by_identity(texts: pa.Array, codes: list[tuple[str, str]]) -> pa.Array:
    """The code by the identity; failing that, by what the message calls yours; else null."""
    text = folded(texts)
    opening = first_match(text, [_OPENING])
    return pc.coalesce(first_code(_identity(text), codes, None), first_code(opening, codes, None))


def _identity(text: pa.Array) -> pa.Array:
    """First line and signatures, a line each."""
    signatures = [
        pc.fill_null(first_match(text, [place]), "") for place in (_AT_THE_START, _AT_THE_END)
    ]
    return pc.binary_join_element_wise(
        first_match(text, [r"^(?P<value>[^\n]*)"]), *signatures, "\n"
    )
