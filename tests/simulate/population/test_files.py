"""A few people's world as files goes through the door whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.contracts import read_contracts
from ingest.pipeline import feeds_in_order, land_and_screen_feed, load_feed
from ingest.tokens import Tokeniser
from simulate.population import Plan, make_deliveries
from simulate.population.files import LEFT_OUT, PER_PERSON
from simulate.population.senders import CLASSES
from tallywatch.errors import TerminalError
from tallywatch.settings import Keys, Settings
from tallywatch.warehouse import read_warehouse

pytestmark = pytest.mark.slow

FEW = Plan(people=30, days=60, seed=5, misuse_ppm=400_000)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, int]]:
    """A home into which everything was taken, and how many rows each feed was given."""
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), keys=Keys(b"t" * 32, b"a" * 32, b"v" * 32)
    )
    made = make_deliveries(settings.inbox, FEW, Tokeniser(settings.keys.token).token)
    for feed in feeds_in_order():
        if feed in made.rows:
            land_and_screen_feed(settings, feed)
            load_feed(settings, feed)
    return settings, made.rows


def test_every_record_is_accepted(taken_in: tuple[Settings, dict[str, int]]) -> None:
    settings, written = taken_in
    with read_warehouse(settings) as connection:
        refused = connection.execute(
            "select feed, found, expected from ledger.batches where status_code = 'refused'"
        ).fetchall()
        rejected = connection.execute(
            "select feed, column_name, reason_code from ledger.rejected_rows"
        ).fetchall()
        accepted = connection.execute(
            "select feed, sum(accepted_records) from ledger.batches group by feed"
        ).fetchall()
    assert refused == []
    assert rejected == []
    assert dict(accepted) == written


def test_messages_are_read_as_they_were_meant(taken_in: tuple[Settings, dict[str, int]]) -> None:
    settings, _ = taken_in
    with read_warehouse(settings) as connection:
        found = connection.execute(
            "select distinct message_class, institution_code is not null from raw.sms_messages"
        ).fetchall()
    assert {name for name, _ in found} <= set(CLASSES)
    assert ("one_time_code", True) in found


def test_the_truth_names_files_and_tokens(taken_in: tuple[Settings, dict[str, int]]) -> None:
    settings, _ = taken_in
    truth = f"read_parquet('{settings.inbox.parent}/truth/events/*.parquet')"
    with read_warehouse(settings) as connection:
        events = connection.execute(
            f"select count(*), count(rows.subject_key) from {truth} as events "
            "left join raw.bank_statements as rows on events.subject_key = rows.subject_key "
            "and events.thing_key = rows.counterparty_token and events.event_at = rows.occurred_at "
            "where events.feed = 'bank_statements' and events.delivery_id is not null"
        ).fetchone()
    assert events[0] == events[1] > 0


def test_files_of_one_person_are_those_whose_grant_stands_in_the_folder() -> None:
    contracts = read_contracts()
    for feed in PER_PERSON:
        sources = {column.name: column.source for column in contracts[feed].columns}
        assert sources["authorisation_id"] == "delivery"
    assert set(contracts) >= LEFT_OUT


def test_too_many_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TerminalError, match="write rows instead"):
        make_deliveries(tmp_path / "inbox", Plan(20_001, 60, 5), lambda kind, value: None)
