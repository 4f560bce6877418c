"""What is asked of a table, as plain values: readable, and made without importing GX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning"]

BATCH = "{batch}"
"""Stands for the suite's table in the SQL of `no_rows`."""


@dataclass(frozen=True)
class Expected:
    """One expectation: a GX type with its arguments, and what it says in words."""

    type: str
    says: str
    column: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "critical"


@dataclass(frozen=True)
class Suite:
    """Expectations on one table. `locator` names its two columns that say where a row came from."""

    name: str
    table: str
    expected: tuple[Expected, ...]
    locator: tuple[str, str] | None = None


def never_null(column: str) -> Expected:
    """No row lacks a value in `column`."""
    return Expected(
        "expect_column_values_to_not_be_null", "is never empty", column, {"column": column}
    )


def unique(column: str) -> Expected:
    """No value of `column` occurs twice."""
    return Expected("expect_column_values_to_be_unique", "is unique", column, {"column": column})


def one_of(column: str, values: Iterable[str]) -> Expected:
    """`column` is empty or one of `values`."""
    allowed = list(values)
    return Expected(
        "expect_column_values_to_be_in_set",
        f"is one of {', '.join(allowed)}",
        column,
        {"column": column, "value_set": allowed},
    )


def between(column: str, minimum: int | None = None, maximum: int | None = None) -> Expected:
    """`column` is empty or within the bounds, both inclusive."""
    bounds = {"min_value": minimum, "max_value": maximum}
    words = [
        f"{word} {bound:,}"
        for word, bound in (("at least", minimum), ("at most", maximum))
        if bound is not None
    ]
    return Expected(
        "expect_column_values_to_be_between",
        f"is {' and '.join(words)}",
        column,
        {"column": column} | {name: bound for name, bound in bounds.items() if bound is not None},
    )


def no_rows(
    says: str, query: str, column: str | None = None, severity: Severity = "critical"
) -> Expected:
    """`query` finds no row.

    `query` is DuckDB SQL over `{batch}`, the suite's table. Its first two columns say where a
    faulty row came from (delivery and line, or the best there is); a column `observed` adds a word
    on what was found. It must select no other column and nothing personal. Literals go in
    through `literal`.
    """
    return Expected(
        "unexpected_rows_expectation", says, column, {"unexpected_rows_query": query}, severity
    )


def none_where(
    says: str, condition: str, locator: tuple[str, str], column: str | None = None
) -> Expected:
    """`condition` is true of no row of the suite's table; the rows are named by `locator`."""
    place = ", ".join(locator)
    query = f"select {place} from {BATCH} where {condition}"
    return no_rows(says, query, column)


def literal(text: str) -> str:
    """`text` as an SQL expression that survives GX, which format()s the query, and SQLAlchemy,
    which reads `:word` as a parameter."""
    quoted = text.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return "(" + " || chr(58) || ".join(f"'{part}'" for part in quoted.split(":")) + ")"
