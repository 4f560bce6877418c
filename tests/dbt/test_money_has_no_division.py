"""`/` turns whole numbers into floating point; money is only ever divided by `integer_divide`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallywatch.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
OF_MONEY = (
    "macros/money.sql",
    "macros/commission_line_ctes.sql",
    "models/staging/stg_partner_*.sql",
    "models/intermediate/commission/*.sql",
    "models/intermediate/deal_types/*.sql",
    "models/marts/finance/*.sql",
    "tests/finance/*.sql",
)
NOT_CODE = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/|'[^']*'", re.DOTALL)
MONEY = re.compile(r"\w+_(fen|ppm|yuan)\b")


def divisions(sql: str) -> list[str]:
    """Lines of code with a `/` in them; comments and texts do not count."""
    code = NOT_CODE.sub("", sql)
    return [line.strip() for line in code.splitlines() if "/" in line]


def money_files() -> list[Path]:
    """Every file in which any division would be one of money."""
    return [path for pattern in OF_MONEY for path in sorted(PROJECT.glob(pattern))]


def every_file() -> Iterator[Path]:
    """All SQL outside `macros/engine`, where division is wrapped."""
    for path in PROJECT.rglob("*.sql"):
        if "macros/engine" not in path.as_posix() and "target" not in path.parts:
            yield path


@pytest.mark.parametrize("path", money_files(), ids=lambda path: path.stem)
def test_revenue_is_never_divided(path: Path) -> None:
    assert divisions(path.read_text(encoding="utf-8")) == []


def test_no_line_anywhere_divides_an_amount_or_rate() -> None:
    found = {
        path.name: lines
        for path in every_file()
        if (lines := [li for li in divisions(path.read_text(encoding="utf-8")) if MONEY.search(li)])
    }
    assert found == {}


def test_every_deal_type_is_looked_at() -> None:
    assert {path.parent.name for path in money_files()} >= {"deal_types", "commission", "finance"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select base_fen / 100", ["select base_fen / 100"]),
        ("select base_fen // 100 as a", ["select base_fen // 100 as a"]),
        ("-- net / tax\nselect 'a/b' {# a / b #}", []),
    ],
)
def test_the_search_finds_division_and_nothing_else(sql: str, expected: list[str]) -> None:
    assert divisions(sql) == expected
