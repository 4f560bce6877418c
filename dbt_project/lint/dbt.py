"""Stand-in for dbt's `dbt` namespace while sqlfluff renders a model without a warehouse."""

from __future__ import annotations


def type_string() -> str:
    """Text."""
    return "varchar"


def type_bigint() -> str:
    """Whole numbers of 64 bits."""
    return "bigint"


def type_timestamp() -> str:
    """Instants."""
    return "timestamp"


def type_int() -> str:
    """Whole numbers of 32 bits."""
    return "integer"


def type_boolean() -> str:
    """Truth values."""
    return "boolean"
