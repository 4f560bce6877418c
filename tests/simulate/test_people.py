"""Identifiers that are valid in form, and belong to nobody."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulate.identifiers import REGIONS, id_numbers, phones
from tests.simulate.made_world import World

BAD_LINES = 4


def is_id_number(text: str) -> bool:
    """GB 11643-1999 by its definition: ISO 7064 mod 11-2 over 18 characters gives 1."""
    values = [10 if c == "X" else int(c) for c in text]
    return len(text) == 18 and sum(v * 2 ** (17 - i) for i, v in enumerate(values)) % 11 == 1


@given(
    st.sampled_from(REGIONS.tolist()),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
)
def test_identity_numbers_carry_a_right_check_and_no_real_county(
    region: int, birth: date, order: int
) -> None:
    days = np.array([np.datetime64(birth)])
    number = id_numbers(np.array([region]), days, np.array([order]))[0].as_py()
    assert is_id_number(number)
    assert number[:6] == f"{region}9999"
    assert number[6:14] == f"{birth:%Y%m%d}"
    assert number[14:17] == f"{order:03d}"


def test_phones_differ_and_lie_in_a_range_without_subscribers() -> None:
    numbers = phones(np.arange(50_000)).to_pylist()
    assert len(set(numbers)) == 50_000
    assert all(len(n) == 11 and n.startswith("154") for n in numbers)


def test_people_are_delivered_once_and_bad_rows_are_as_told(world: World) -> None:
    told = {(r.file, r.line_number): r for r in world.truth.rejected_rows if r.feed == "people"}
    good, bad = [], {}
    for path in sorted((world.inbox / "people").iterdir()):
        name = path.relative_to(world.inbox).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            person = json.loads(line)
            if (name, number) in told:
                bad[told[name, number].column_name] = person
            else:
                good.append(person)
    assert {p["subject_key"] for p in good} == {f"S{n:07d}" for n in range(1, 301)}
    assert all(is_id_number(p["id_number"]) for p in good)
    assert all(p["phone"].startswith("154") for p in good)
    assert all(p["email"] is None or p["email"].endswith("@example.com") for p in good)
    versions = [(p["subject_key"], p["recorded_at"]) for p in good]
    assert len(set(versions)) == len(versions) > 300
    assert len(bad) == len(told) == BAD_LINES
    assert not is_id_number(bad["id_number"]["id_number"])
    assert bad["region_code"]["region_code"] == "99"
    assert bad["registered_at"]["registered_at"].startswith("2026-02-30")
    assert bad["full_name"]["full_name"] is None
