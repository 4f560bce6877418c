"""Reports of one person, delivered in any order and twice, give the same events."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.pipeline import ingest_feed
from simulate.credit_reports import Written, write_report
from tallywatch.settings import Settings
from tests.dbt.compiled_models import DATABASE, Model, run_models
from tests.ingest.deliveries import GRANT, grant

FEED = "credit_reports"
PERSON, KIND = 188, "detailed2"
"""Between whose reports an account opens, one closes, and something of every other kind is new."""
EVENTS = """
    select
        event_type, thing_type, institution_name, thing_date, amount_fen,
        before_text, after_text, report_at
    from intermediate.int_credit__events
    order by all
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Written]:
    """Three reports of a person, five months apart."""
    folder = tmp_path_factory.mktemp("reports")
    return [write_report(folder, PERSON, KIND, snapshot=number) for number in (1, 2, 3)]


def events(settings: Settings, models: list[Model], reports: list[Written]) -> list[tuple]:
    """Deliver the reports one after the other, load them, and compute the events."""
    grant(
        settings,
        scope_code=FEED,
        granted_at="2015-01-01 00:00:00",
        expires_at="2099-01-01 00:00:00",
    )
    ingest_feed(settings, "authorisations")
    for number, written in enumerate(reports):
        received = datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=number)
        folder = settings.inbox / FEED / f"authorisation_id={GRANT}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{number}.pdf"
        path.write_bytes(written.pdf.read_bytes() + b"\n" * number)
        os.utime(path, (received.timestamp(), received.timestamp()))
        [batch] = ingest_feed(settings, FEED)
        assert not batch.is_refused
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse}' as {DATABASE}")
        connection.execute(f"use {DATABASE}")
        for schema in ("staging", "intermediate"):
            connection.execute(f"create schema if not exists {schema}")
        run_models(connection, models)
        return connection.execute(EVENTS).fetchall()


def things(written: Written, item_type: str, *names: str) -> set[tuple[str, ...]]:
    """Items of a report by what makes them the same in another one."""
    items = json.loads(written.truth.read_text())["items"]
    return {
        tuple(item.get(name, "") for name in names)
        for item in items
        if item["item_type"] == item_type
    }


def test_events_are_what_is_new(
    settings: Settings, models: list[Model], reports: list[Written]
) -> None:
    found = events(settings, models, reports)
    counts = Counter(event[0] for event in found)
    new: dict[str, set[tuple[str, ...]]] = {}
    for what, item_type, names in (
        ("account_opened", "account", ("institution_name", "opened_date", "currency_code")),
        ("liability_added", "liability", ("institution_name", "opened_date", "debtor")),
        ("enquiry", "enquiry", ("institution_name", "enquired_date", "enquirer_code")),
        ("phone", "phone", ("phone",)),
        ("address", "address", ("address",)),
        ("employer", "employer", ("employer",)),
    ):
        first, second, third = (things(written, item_type, *names) for written in reports)
        new[what] = (second | third) - first
    new["enquiry"] = {one for one in new["enquiry"] if one[2] == "institution"}
    identity = len(new["phone"]) + len(new["address"]) + len(new["employer"])
    assert counts["account_opened"] == len(new["account_opened"]) > 0
    assert counts["liability_added"] == len(new["liability_added"]) > 0
    assert counts["enquiry"] == len(new["enquiry"]) > 0
    assert counts["identity_changed"] == identity > 0
    closed = [things(written, "account", "account_id", "closed_date") for written in reports]
    closings = [{one for one in found_ if one[1]} for found_ in closed]
    assert counts["account_closed"] == len(closings[2] - closings[0]) > 0
    first_report = datetime.fromisoformat(reports[0].items[0]["report_at"]) - timedelta(hours=8)
    assert all(event[7] > first_report for event in found)


def test_one_report_gives_none(
    settings: Settings, models: list[Model], reports: list[Written]
) -> None:
    assert events(settings, models, reports[:1]) == []


def test_the_order_of_delivery_does_not_matter(
    tmp_path: Path, settings: Settings, models: list[Model], reports: list[Written]
) -> None:
    first, second, third = reports
    orders = ([first, second, third], [third, first, second], [second, third, second, first])
    answers = []
    for number, order in enumerate(orders):
        home = Settings(tmp_path / str(number), settings.keys, memory_limit="1GB")
        answers.append(events(home, models, order))
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)
