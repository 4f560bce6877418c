"""People: of the identity number a token passes the door, and in which decade they were born."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ingest.derivations import DERIVATIONS
from tallywatch.settings import Settings
from tests.ingest.feeds.taking import json_lines, taken

NUMBER = "11010519491231002X"
PERSON = {
    "subject_key": "S0000001", "full_name": "欧阳例", "id_number": NUMBER, "phone": "13900000001",
    "region_code": "11", "registered_at": "2026-08-01 09:00:00",
    "recorded_at": "2026-08-01 09:00:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "decade"),
    [
        (NUMBER, "1940s"),
        ("11010519500101002x", "1950s"),
        ("110105199912310021", "1990s"),
        ("110105200001010021", "2000s"),
        ("110105200013010021", None),
        ("110105180001010021", None),
        ("110105491231002", None),
        ("13900000001", None),
    ],
)
def test_decade_is_told_by_a_whole_number_only(number: str, decade: str | None) -> None:
    assert DERIVATIONS["birth_decade"](pa.array([number, None])).to_pylist() == [decade, None]


def test_no_year_of_birth_passes_the_door(settings: Settings) -> None:
    [row] = taken(settings, "people", json_lines([PERSON]))
    assert row["age_group_code"] == "1940s"
    assert row["id_number_token"].startswith("id_")
    told = str({name: value for name, value in row.items() if not name.endswith("_token")})
    assert "1949" not in told
