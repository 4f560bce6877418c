"""The text of MT940's tag :86:, as banks structure it.

German and Polish banks write subfields (`166?00...?20...`; any sign may stand for the question
mark), Dutch ones keys between slashes (`/TRTP/.../NAME/.../REMI/...`), others plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SUBFIELDS = re.compile(r"^\d{3}([^A-Za-z0-9\s])(?=\d\d)")
_SLASH_KEYS = re.compile(r"/([A-Z]{4})/(.*?)(?=/[A-Z]{4}/|$)")
_REMITTANCE = (*range(20, 30), *range(60, 64))
_NAME = (32, 33)


def remark_cells(lines: Sequence[str]) -> dict[str, str]:
    """Cells of the lines of one :86: (see statement_cells): remark, and the other side if told."""
    joined = "".join(lines)
    if match := _SUBFIELDS.match(joined):
        return _subfield_cells(joined, match.group(1))
    if joined.startswith("/"):
        return _slash_cells(joined)
    return _filled({"remark": " ".join(line.strip() for line in lines)})


def _subfield_cells(text: str, sign: str) -> dict[str, str]:
    fields: dict[int, str] = {}
    for number, value in re.findall(rf"{re.escape(sign)}(\d\d)([^{re.escape(sign)}]*)", text):
        fields[int(number)] = fields.get(int(number), "") + value
    return _filled(
        {
            "type_name": fields.get(0, ""),
            "remark": "".join(fields.get(number, "") for number in _REMITTANCE),
            "counterparty_account": fields.get(31, ""),
            "counterparty": "".join(fields.get(number, "") for number in _NAME),
        }
    )


def _slash_cells(text: str) -> dict[str, str]:
    keys = {key: value.strip("/ ") for key, value in _SLASH_KEYS.findall(text)}
    account, _, rest = keys.get("CNTP", "").partition("/")
    name = rest.split("/")[1] if rest.count("/") else ""
    return _filled(
        {
            "type_name": keys.get("TRTP", ""),
            "remark": keys.get("REMI", "").removeprefix("USTD//") or text,
            "counterparty_account": keys.get("IBAN", account),
            "counterparty": keys.get("NAME", name),
        }
    )


def _filled(cells: dict[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in cells.items() if value.strip()}
