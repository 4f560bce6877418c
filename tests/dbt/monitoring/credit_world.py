"""Credit reports of invented people in several snapshots, and what the rules make of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tests.dbt.compiled_models import DATABASE, Model, run_models
from tests.dbt.credit.rows import FEED, report_rows
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.seeds import load_seeds

Row = dict[str, Any]
COLUMNS = (
    "flag_id", "rule_id", "subject_key", "dedup_key", "severity_code", "base_score", "event_at",
    "available_at", "detected_at", "evidence", "exit_reason", "suppression_reason",
    "institution_group", "amount_fen",
)  # fmt: skip
CARDS = ("credit_card", "quasi_credit_card")


def snapshots(people: Iterable[int], kinds: Iterable[str]) -> list[Row]:
    """Reports of each person, five months apart, each received a day after it was made."""
    asked = [
        (f"S{person:07d}", person, kind, number)
        for person in people
        for number, kind in enumerate(kinds, start=1)
    ]
    rows = report_rows(asked)
    made = {
        row["_delivery_id"]: (
            row["report_at"],
            asked[int(row["_delivery_id"].split("-")[1]) - 1][3],
        )
        for row in rows
    }
    for row in rows:
        row["_received_at"] = made[row["_delivery_id"]][0] + timedelta(days=1)
        row["snapshot"] = made[row["_delivery_id"]][1]
    return rows


def added(rows: list[Row], subject: str, snapshot: int, **cells: Any) -> Row:
    """An item more in one of the reports, as the last of it."""
    of_report = [r for r in rows if r["subject_key"] == subject and r["snapshot"] == snapshot]
    last = max(of_report, key=lambda row: row["item_number"])
    keep = (
        "report_number_token", "report_at", "version_code", "generation_code", "page_number",
        "subject_key", "authorisation_id", "snapshot", "_delivery_id", "_received_at",
    )  # fmt: skip
    number = last["item_number"] + 1
    item: Row = dict.fromkeys(last) | {name: last[name] for name in keep if name in last}
    item |= cells | {"item_number": number, "_line_number": number}
    rows.append(item)
    return item


def group(name: str) -> str:
    """An institution without branch, legal form and later names."""
    former = re.search(r"\(原:(.+)\)$", name)
    name = former[1] if former else name
    firm = re.match(r".+?公司", name) or re.match(r".+?银行", name)
    return re.sub(r"(股份)?有限(责任)?公司$", "", firm[0] if firm else name)


def institution(name: str, subject: str, since: datetime, number: int = 1) -> Row:
    """A person acknowledges an institution."""
    return {
        "declaration_id": f"D{subject}-{number}",
        "subject_key": subject,
        "thing_type": "institution",
        "institution_name": name,
        "source_code": "onboarding",
        "author_id": "ops1",
        "holds_from_at": since,
        "recorded_at": since,
        "_received_at": since,
        "_delivery_id": f"declarations-{subject}-{number}",
    }


def flags(models: list[Model], rows: list[Row], **others: list[Row]) -> list[Row]:
    """What the rules make of those reports, whatever else is in raw (by table)."""
    tables: Mapping[str, list[Row]] = {
        f"raw.{FEED}": [{k: v for k, v in row.items() if k != "snapshot"} for row in rows],
        **{f"raw.{table}": given for table, given in others.items()},
    }
    rules = [m.relation for m in models if ".rule_im_cr_" in m.relation]
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {DATABASE}")
        connection.execute(f"use {DATABASE}")
        prepare_tables(connection)
        for schema in ("seeds", "staging", "intermediate"):
            connection.execute(f"create schema if not exists {schema}")
        load_seeds(connection)
        insert_rows(connection, tables)
        run_models(connection, models)
        union = " union all ".join(f"select {', '.join(COLUMNS)} from {rule}" for rule in rules)
        found = connection.execute(f"{union} order by flag_id").fetchall()
    return [dict(zip(COLUMNS, flag, strict=True)) for flag in found]
