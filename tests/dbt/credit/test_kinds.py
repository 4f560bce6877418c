"""Brief and detailed reports of one person in turn: what is new is new, whatever printed it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.dbt.compiled_models import DATABASE, Model, run_models
from tests.dbt.credit.rows import FEED, Row, report_rows
from tests.dbt.fixture_warehouse import make_warehouse

PEOPLE = range(830_001, 830_013)
KINDS = ("brief2", "detailed2", "brief2", "detailed2")
ACCOUNT_TYPES = {"account": "", "disposal": "recovery", "advance": "recovery"}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Four reports of each person, five months apart."""
    return report_rows(
        (f"S{person}", person, kind, snapshot)
        for person in PEOPLE
        for snapshot, kind in enumerate(KINDS, start=1)
    )


def events(folder: Path, models: list[Model], rows: list[Row]) -> list[tuple]:
    """Events of those raw rows."""
    with duckdb.connect() as connection:
        path = make_warehouse(folder / "warehouse.duckdb", {f"raw.{FEED}": rows})
        connection.execute(f"attach '{path}' as {DATABASE}")
        connection.execute(f"use {DATABASE}")
        for schema in ("staging", "intermediate"):
            connection.execute(f"create schema if not exists {schema}")
        run_models(connection, models)
        return connection.execute(
            "select event_type, thing_type, subject_key, before_text, event_key "
            "from intermediate.int_credit__events order by all"
        ).fetchall()


def opened(rows: list[Row]) -> Counter[str]:
    """Accounts by person that a report lists and no earlier one did."""
    known: dict[str, Counter[tuple]] = {}
    found: Counter[str] = Counter()
    for delivery in sorted(set(map(_delivery, rows))):
        of_report = [row for row in rows if _delivery(row) == delivery]
        subject = of_report[0]["subject_key"]
        listed = Counter(map(_account, of_report))
        del listed[()]
        if subject in known:
            found[subject] += (listed - known[subject]).total()
        known[subject] = known.get(subject, Counter()) | listed
    return +found


def _delivery(row: Row) -> int:
    return int(row["_delivery_id"].rpartition("-")[2])


def _account(row: Row) -> tuple:
    if row["item_type"] not in ACCOUNT_TYPES:
        return ()
    is_card = str(row["account_kind_code"]).endswith("card")
    family = row["account_kind_code"] if is_card else ACCOUNT_TYPES[row["item_type"]] or "loan"
    currency = row["currency_code"] if is_card else None
    return row["institution_name"], row["opened_date"], family, currency


def test_an_account_opens_once(tmp_path: Path, models: list[Model], rows: list[Row]) -> None:
    found = events(tmp_path, models, rows)
    counts = Counter(event[2] for event in found if event[0] == "account_opened")
    assert counts == opened(rows)
    assert len(counts) > len(PEOPLE) / 2
    assert not any(event[3] == "closed" for event in found), "nothing that has ended opens again"


def test_the_order_of_rows_does_not_matter(
    tmp_path: Path, models: list[Model], rows: list[Row]
) -> None:
    """Items of every second report are numbered backwards; beside every open card stands an equal
    one that is closed."""
    twins = [
        row | {"status_code": "closed", "item_number": 5_000 + row["item_number"]}
        for row in rows
        if row["account_kind_code"] == "credit_card" and row["status_code"] in {"active", "normal"}
    ]
    assert len(twins) > len(PEOPLE)
    forwards = [*rows, *twins]
    backwards = [
        row | {"item_number": 10_000 - row["item_number"]} if _delivery(row) % 2 else row
        for row in forwards
    ]
    there, back = tmp_path / "there", tmp_path / "back"
    there.mkdir()
    back.mkdir()
    assert events(there, models, forwards) == events(back, models, backwards)
