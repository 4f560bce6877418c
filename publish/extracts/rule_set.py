"""The version of the rule set as a whole: a hash over every rule's version and thresholds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import duckdb

from publish.release import Release

TABLES = {
    "dim_rules": "rule_id, rule_version, status_code, severity_code, stage_code, base_score, "
    "dedup_gap_days",
    "dim_rule_thresholds": "rule_id, threshold_name, threshold_value, valid_from, valid_to",
}


def rule_set(con: duckdb.DuckDBPyConnection, release: Release) -> dict[str, Any]:
    """Every rule of the release with its thresholds; equal rule sets give equal hashes."""
    there = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    if not TABLES.keys() <= there:
        # A release of an earlier version of the marts.
        return {"rules": release.manifest["rules"]}
    return {table: _rows(con, table, columns) for table, columns in TABLES.items()}


def rule_set_version(con: duckdb.DuckDBPyConnection, release: Release) -> str:
    """Its hash."""
    text = json.dumps(rule_set(con, release), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows(con: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[dict[str, Any]]:
    found = con.execute(f"select {columns} from {table} order by all")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
