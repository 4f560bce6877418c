"""A report through the door: tokens instead of identifiers, fen instead of yuan, consent first."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.batch import lake_path
from ingest.contracts import read_contracts
from ingest.landing import delivered, land
from ingest.pipeline import contract_of, ingest_feed
from ingest.recognise import recognise
from ingest.screen import screen
from simulate.credit_reports import KINDS, write_report
from tallywatch.settings import Settings
from tests.ingest.deliveries import GRANT, grant

FEED = "credit_reports"
IDENTIFIERS = ("full_name", "id_number", "phone", "address", "employer", "account_id", "debtor")


def test_a_report_comes_in_whole(settings: Settings, tmp_path: Path) -> None:
    written = write_report(tmp_path, 2, "detailed2")
    grant(
        settings,
        scope_code=FEED,
        granted_at="2015-01-01 00:00:00",
        expires_at="2099-01-01 00:00:00",
    )
    ingest_feed(settings, "authorisations")
    contract = contract_of(FEED)
    landed = land(settings, delivered(contract, written.pdf, (("authorisation_id", GRANT),)))
    report = screen(settings, contract, landed)
    assert (report.accepted_records, report.reasons) == (len(written.items), {})
    rows = pq.read_table(lake_path(settings, FEED, landed.delivery_id)).to_pylist()
    for row, truth in zip(rows, written.items, strict=True):
        for name, text in truth.items():
            if name.endswith("_yuan"):
                assert row[name.replace("_yuan", "_fen")] == int(text) * 100
            elif name.endswith("_date"):
                assert row[name].isoformat() == text
        assert row["subject_key"] == "S0000001"
    clear = {item[name] for item in written.items for name in IDENTIFIERS if name in item}
    texts = {text for row in rows for text in row.values() if isinstance(text, str)}
    assert len(clear) > 10
    assert not clear & texts


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_is_told_by_its_content(kind: str, tmp_path: Path) -> None:
    with write_report(tmp_path, 2, kind).pdf.open("rb") as stream:
        [(feed, *_)] = recognise(stream, read_contracts().values())
    assert feed == FEED


def test_without_a_grant_nothing_comes_in(settings: Settings, tmp_path: Path) -> None:
    written = write_report(tmp_path, 2, "brief2")
    contract = contract_of(FEED)
    landed = land(settings, delivered(contract, written.pdf, (("authorisation_id", GRANT),)))
    report = screen(settings, contract, landed)
    assert report.accepted_records == 0
    assert report.reasons == {("authorisation_id", "consent_missing"): len(written.items)}
