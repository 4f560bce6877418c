"""Senders of messages: public ones are kept, private numbers and names are to become tokens."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.institutions import CLASS_BY_WORDS, INSTITUTIONS
from ingest.derivations.matching import folded, has, replaced

_PUBLIC_NUMBER = (
    r"^(?:[0-9]{3,6}|(?:95|96|12[13])[0-9]{3,8}|100(?:00|01|10|86|99)[0-9]{0,8}|106[0-9]{2,17})$"
)
_MOBILE = r"^1[3-9][0-9]{9}$"
_LONGEST_NAME = 20
_NAMED_BODY = "|".join([*(i.names for i in INSTITUTIONS), *(names for names, _ in CLASS_BY_WORDS)])


def sender_code(texts: pa.Array) -> pa.Array:
    """The public short code or the name of a public body; null for all else."""
    sender = _normal(texts)
    named = pc.and_(
        pc.and_(has(sender, _NAMED_BODY), pc.invert(has(sender, "[0-9]{7,}"))),
        pc.less_equal(pc.utf8_length(sender), _LONGEST_NAME),
    )
    return pc.if_else(pc.or_(has(sender, _PUBLIC_NUMBER), named), sender, None)


def sender_phone(texts: pa.Array) -> pa.Array:
    """A private mobile number; null for all else."""
    sender = _normal(texts)
    return pc.if_else(has(sender, _MOBILE), sender, None)


def sender_contact(texts: pa.Array) -> pa.Array:
    """A sender that is neither public nor a mobile number: a landline, a foreign number, a name."""
    sender = _normal(texts)
    other = pc.and_(sender_code(texts).is_null(), pc.invert(has(sender, _MOBILE)))
    return pc.if_else(other, sender, None)


def _normal(texts: pa.Array) -> pa.Array:
    sender = folded(texts)
    bare = replaced(
        sender, [(r"[ \-()]", ""), (r"^(?:\+|00)86", ""), (r"^86(1[3-9][0-9]{9})$", r"\1")]
    )
    return pc.if_else(has(bare, r"^\+?[0-9]+$"), bare, sender)
