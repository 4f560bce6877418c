"""Ten-year bands of age, told by the identity number; the year of birth does not pass the door."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.matching import first_match, folded

_DECADE = r"^[1-8][0-9]{5}(?P<value>(?:19|20)[0-9])[0-9](?:0[1-9]|1[0-2])[0-9]{2}[0-9]{3}[0-9Xx]$"


def birth_decade(texts: pa.Array) -> pa.Array:
    """The decade of birth of an identity number of 18 characters (`1980s`), else null."""
    decades = first_match(folded(texts), [_DECADE])
    return pc.binary_join_element_wise(decades, "0s", "")
