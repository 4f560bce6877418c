"""Documents of identity: a full identity number is one, a masked one or a passport is another."""

from __future__ import annotations

import re

from ingest.formats.credit_report.items import Cells

_FULL = re.compile(r"\d{17}[0-9Xx]")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def document_cells(kind: str, number: str) -> Cells:
    """Cells of a document; the number of a resident's card in full is told from all others."""
    if number in {"", "--"}:
        return {"id_type_name": kind}
    name = "id_number" if _FULL.fullmatch(number) else "document_number"
    return {"id_type_name": kind, name: number.upper()}


def phone_cells(number: str) -> Cells:
    """Cells of a telephone: a mobile number in full is told from land lines and masked ones."""
    if number in {"", "--"}:
        return {}
    return {"phone" if _MOBILE.fullmatch(number) else "other_phone": number}
