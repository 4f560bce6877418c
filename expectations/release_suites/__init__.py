"""The suites at the door out, written by hand over the marts, one module per subject.

Whatever table a release holds, known here or not, is also searched for identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from expectations.identifiers import no_identifiers
from expectations.release_suites import (
    alerts,
    clocks,
    commission,
    deliveries,
    flags,
    incidents,
    scores,
    statements,
)
from expectations.suites import Suite

SCHEMA = "marts"
LOCATORS = (
    ("delivery_id", "line_number"),
    ("source_delivery_id", "source_line_number"),
    ("partner_id", "posting_month"),
)


def release_suites(tables: Mapping[str, Mapping[str, str]]) -> list[Suite]:
    """All suites of the release. `tables`: what the marts hold, table to column to DuckDB type."""
    written = {
        suite.table: suite
        for module in (
            flags,
            alerts,
            scores,
            incidents,
            clocks,
            commission,
            statements,
            deliveries,
        )
        for suite in module.suites()
    }
    for table, columns in tables.items():
        name = f"{SCHEMA}.{table}"
        texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
        suite = written.get(name) or Suite(f"release_{table}", name, (), _locator(columns))
        if texts:
            search = no_identifiers(texts, _locator(columns))
            written[name] = replace(suite, expected=(*suite.expected, search))
    return list(written.values())


def _locator(columns: Mapping[str, str]) -> tuple[str, str] | None:
    return next((pair for pair in LOCATORS if set(pair) <= set(columns)), None)
