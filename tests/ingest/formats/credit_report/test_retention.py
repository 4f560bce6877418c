"""Adverse items go five years after the end of the act (征信业管理条例, article 16), not before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingest.contracts import read_contracts
from ingest.pipeline import ingest_feed
from ingest.rebuild import rebuild_raw
from simulate.credit_reports import Written, write_report
from tallywatch.retaining import retain
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse
from tests.ingest.deliveries import GRANT, grant, put

FEED = "credit_reports"
PERSON, KIND = 290, "detailed2"
"""Has two judgments and two penalties that ended on four days, and taxes that are still owed."""
DAY = timedelta(days=1)
ENDS = {"judgment": "effective_date", "enforcement": "closed_date", "penalty": "end_date"}


@pytest.fixture
def report(settings: Settings, tmp_path: Path) -> Written:
    """A report that was taken in."""
    grant(
        settings,
        scope_code=FEED,
        granted_at="2015-01-01 00:00:00",
        expires_at="2099-01-01 00:00:00",
    )
    written = write_report(tmp_path, PERSON, KIND)
    path = f"authorisation_id={GRANT}/report"
    put(settings, FEED, written.pdf.read_bytes(), path)
    for feed in ("authorisations", FEED):
        ingest_feed(settings, feed)
    return written


def left(settings: Settings) -> list[tuple[str, int]]:
    """Type and number of every item that is there."""
    with open_warehouse(settings) as warehouse:
        return warehouse.execute(
            f"select item_type, item_number from raw.{FEED} order by item_number"
        ).fetchall()


def is_act(item: dict[str, str]) -> bool:
    """Whether an item is one of the adverse acts of the public part."""
    return item["item_type"] in {*ENDS, "tax_arrear"}


def ended(item: dict[str, str]) -> date | None:
    """When an adverse act of the public part ended, as far as the report prints it."""
    text = item.get(ENDS.get(item["item_type"], ""))
    if text is None and item["item_type"] == "penalty":
        text = item.get("effective_date")
    return date.fromisoformat(text) if text else None


def test_the_contract_says_five_years_from_the_end() -> None:
    contract = read_contracts()[FEED]
    assert (contract.retention.value, contract.retention.unit) == (5, "years")
    assert contract.retained_from_column == "kept_from_date"


def test_adverse_items_go_five_years_after_their_end(settings: Settings, report: Written) -> None:
    acts = {int(item["item_number"]): ended(item) for item in report.items if is_act(item)}
    ends = sorted({end for end in acts.values() if end})
    assert len(ends) == 4
    end = ends[1]
    last_day = datetime(end.year + 5, end.month, end.day, 4, tzinfo=UTC)
    for today, gone_until in ((last_day, end - DAY), (last_day + DAY, end)):
        retain(settings, now=today)
        there = acts.keys() & {number for _, number in left(settings)}
        assert there == {number for number, day in acts.items() if not day or day > gone_until}


def test_an_act_that_goes_on_stays(settings: Settings, report: Written) -> None:
    late = datetime(2060, 1, 1, tzinfo=UTC)
    open_acts = {int(i["item_number"]) for i in report.items if is_act(i) and not ended(i)}
    assert len(open_acts) == 2
    retain(settings, now=late)
    types = left(settings)
    assert open_acts <= {number for _, number in types}
    assert not {kind for kind, _ in types} & {"report", "identity", "enquiry", "phone", "address"}
    assert rebuild_raw(settings)[FEED] == len(types)
