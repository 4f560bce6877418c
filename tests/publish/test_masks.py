"""A masked row could be many people: measured over a million invented ones."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from ingest.identifiers import ID_NUMBER_CHECKS, ID_NUMBER_WEIGHTS, normalise_id_number
from publish.extracts.catalogue import catalogue
from publish.extracts.masks import Mask, policy
from tallywatch.settings import REPOSITORY

PEOPLE = 1_000_000
COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"
# Shares of the commonest surnames in per mille; the rest share the remainder among rarer ones.
SHARES = (72, 71, 67, 53, 45, 31, 22, 21, 21, 20, 15, 15, 13, 13, 13, 12, 12, 11, 11, 10)
RARE = (
    "梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟"
    "龙万段雷钱汤尹黎易常武乔贺赖龚文"
)


@pytest.fixture(scope="module")
def people() -> dict[str, list[str]]:
    """A million names, phones, ID numbers and cards, as they are given out."""
    chance = np.random.default_rng(20261129)
    surnames = [*COMMON, *RARE]
    rest = 1 - sum(SHARES) / 1000
    tail = 1 / np.arange(20, 20 + len(RARE))
    shares = np.concatenate([np.array(SHARES) / 1000, rest * tail / tail.sum()])
    names = [f"{surnames[n]}某" for n in chance.choice(len(surnames), PEOPLE, p=shares)]
    phones = chance.choice(9_000_000_00, PEOPLE, replace=False) + 13_000_000_000
    cards = chance.integers(0, 10**10, PEOPLE)
    return {
        "name": names,
        "phone": [str(phone) for phone in phones],
        "id_number": id_numbers(chance),
        "card": [f"622200{card:010d}" for card in cards],
    }


def id_numbers(chance: np.random.Generator) -> list[str]:
    """Six digits of a division, eight of a birthday, three in sequence, and the check character."""
    regions = chance.integers(110101, 659001, PEOPLE)
    days = np.datetime64("1945-01-01") + chance.integers(0, 22_000, PEOPLE)
    births = np.char.replace(np.datetime_as_string(days), "-", "")
    # A division gives out low numbers of a day first.
    sequence = np.minimum(chance.exponential(180, PEOPLE).astype(int), 999)
    heads = [f"{r}{b}{s:03d}" for r, b, s in zip(regions, births, sequence, strict=True)]
    digits = np.array([list(head) for head in heads], dtype=np.int64)
    checks = (digits * np.array(ID_NUMBER_WEIGHTS)).sum(axis=1) % 11
    return [f"{head}{ID_NUMBER_CHECKS[c]}" for head, c in zip(heads, checks, strict=True)]


def smallest(*columns: list[str | None]) -> int:
    """How many people the rarest row could be."""
    return min(Counter(zip(*columns, strict=True)).values())


def masked(mask: Mask, values: list[str]) -> list[str | None]:
    return [mask.of(value) for value in values]


def test_a_masked_row_could_be_many_people(people: dict[str, list[str]], capsys) -> None:
    rules = policy()
    row = [masked(mask, people[mask.kind]) for mask in rules.row.values()]
    found = {"a row: " + " + ".join(rules.row): smallest(*row)}
    for kind, mask in rules.alone.items():
        found[f"{kind}, last {mask.digits}, alone"] = smallest(masked(mask, people[kind]))
    surnames = [name[0] for name in people["name"]]
    beside = smallest(surnames, *row)
    of_id_numbers = smallest(masked(Mask("id_number", 4), people["id_number"]))
    lines = [f"{what}: {count}" for what, count in found.items()]
    lines += [
        f"not shown: any surname + last 4 of the phone: {beside}",
        f"not shown: id_number, last 4, alone: {of_id_numbers}",
    ]
    with capsys.disabled():
        wanted = f"smallest group of {PEOPLE:,} people, wanted {rules.least_people}"
        sys.stdout.write("\n  ".join([f"\n{wanted}", *lines]) + "\n")
    assert normalise_id_number(people["id_number"][0])
    assert all(mask.digits <= 4 for mask in (*rules.row.values(), *rules.alone.values()))
    assert all(count >= rules.least_people for count in found.values()), found
    assert beside < rules.least_people, "that is why a row shows no name"
    assert of_id_numbers < rules.least_people, "that is why three are shown"


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("person_phone", "13912340987", "*******0987"),
        ("person_phone", None, None),
        ("person_phone", "7", "*******"),
    ],
)
def test_what_is_shown(column: str, value: str | None, shown: str | None) -> None:
    assert policy().masked(column, value) == shown


def test_the_length_of_a_value_does_not_show() -> None:
    assert policy().masked("person_phone", "0210987") == policy().masked(
        "person_phone", "13912340987"
    )


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_no_extract_has_a_column_that_finds_its_people(name: str) -> None:
    path = REPOSITORY / f"dbt_project/models/marts/operations/xtr_{name}.yml"
    columns = columns_of(path)
    wanted = catalogue()[name]
    assert wanted.key in columns
    assert {wanted.at, wanted.sort, wanted.delivers} <= {*columns, None}
    assert set(wanted.quiet) <= set(columns)
    if wanted.person:
        assert "subject_key" in columns
        assert policy().forbidden(columns) == []
    assert not [c for c in columns if c.endswith("_token") and c.startswith(("full_name", "phone"))]


def columns_of(path: Path) -> list[str]:
    (model,) = yaml.safe_load(path.read_text("utf-8"))["models"]
    return [column["name"] for column in model["columns"]]
