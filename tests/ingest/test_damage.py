"""Whatever happens to a file: it is refused with a reason, or all its records are accounted for."""

from __future__ import annotations

import io
import json
import zlib
from pathlib import Path

import pytest

from ingest.conformance.results import Outcome
from ingest.conformance.trial import Trial
from ingest.contracts import read_contracts
from ingest.formats import open_delivery
from ingest.reasons import DeliveryRefused
from tallywatch.settings import Settings
from tests.ingest.damage import archived, damaged, with_line_ends
from tests.ingest.deliveries import alipay, alipay_row, deal, deals_csv
from tests.ingest.feeds import bank_files, merchant_bill_files, network_pages, partner_files
from tests.ingest.feeds.messages import one_file, spend
from tests.ingest.feeds.records import BREACHES
from tests.ingest.formats import statements
from tests.ingest.formats.bills import wechat_csv
from tests.ingest.formats.statement_pdfs import cmb_debit
from tests.ingest.formats.test_statement_pdf import CMB_ROWS
from tests.ingest.formats.test_xls import sheet as xls_sheet
from tests.ingest.formats.test_xlsx import sheet as xlsx_sheet

CONTRACTS = read_contracts()
LINES: dict[str, tuple[str, bytes]] = {
    "alipay": ("alipay_bills", alipay(*map(alipay_row, range(1, 6)))),
    "wechat": ("wechat_bills", wechat_csv()),
    "icbc": ("bank_statements", bank_files.ICBC_CREDIT.encode()),
    "boc": ("bank_statements", bank_files.BOC_DEBIT.encode("gb18030")),
    "bocom page": ("bank_statements", bank_files.BOCOM_PAGE.encode()),
    "mt940": ("bank_statements", statements.MT940.encode()),
    "camt": ("bank_statements", statements.CAMT.format(version=2, closing="73.85").encode()),
    "ofx 1": ("bank_statements", statements.OFX_1.format(charset="1252").encode("cp1252")),
    "ofx 2": ("bank_statements", statements.OFX_2.encode()),
    "deals": ("partner_deals", deals_csv(deal(1), deal(2))),
    "flat file": ("partner_flat_files", next(iter(partner_files.FLAT_FILES.values()))),
    "funds": ("fund_confirmations", partner_files.fund_file(partner_files.confirmation())),
    "merchant": ("wechat_merchant_bills", merchant_bill_files.wechat_all()),
    "message": ("sms_messages", one_file(spend("12.50"))),
    "breaches": ("breaches", json.dumps(BREACHES, indent=1).encode()),
    "awin": ("awin_transactions", network_pages.page([network_pages.awin()] * 3)),
}
"""Text in lines; by name, with the feed that it is of."""
WHOLE: dict[str, tuple[str, bytes]] = {
    "xls": ("bank_statements", xls_sheet(*bank_files.SPDB)),
    "xlsx": ("bank_statements", xlsx_sheet(*bank_files.CCB)),
    "pdf": ("bank_statements", cmb_debit(*CMB_ROWS)),
}
FIXTURES = LINES | WHOLE


def records_of(feed: str, content: bytes) -> int:
    """Records that a reading gives; held against those that it counts otherwise."""
    reading = open_delivery(io.BytesIO(content), CONTRACTS[feed])
    given = sum(batch.num_rows for batch in reading.batches())
    assert given == reading.tally.physical_records
    return given


@pytest.mark.parametrize("name", FIXTURES)
def test_a_damaged_file_is_refused_or_accounted_for(name: str) -> None:
    feed, content = FIXTURES[name]
    for seed in range(3):
        for damage, delivery in damaged(content, zlib.crc32(name.encode()) + seed):
            try:
                records_of(feed, delivery)
            except DeliveryRefused:
                continue
            except Exception as error:
                raise AssertionError(f"{damage}, seed {seed}") from error


@pytest.mark.parametrize("name", FIXTURES)
def test_an_archive_around_it_makes_no_difference(name: str) -> None:
    feed, content = FIXTURES[name]
    assert records_of(feed, archived(content)) == records_of(feed, content) > 0


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("name", LINES)
def test_the_ends_of_lines_make_no_difference(name: str, end: bytes) -> None:
    feed, content = LINES[name]
    assert records_of(feed, with_line_ends(content, end)) == records_of(feed, content)


@pytest.mark.parametrize("name", ["alipay", "ofx 1", "xls", "pdf"])
def test_a_trial_says_what_became_of_every_record(
    name: str, tmp_path: Path, settings: Settings
) -> None:
    """The name of the file says nothing: all are called photos."""
    trial = Trial(settings, CONTRACTS)
    feed, content = FIXTURES[name]
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    assert trial.run(path, path.name).feed == feed
    for damage, delivery in list(damaged(content, 1))[::5]:
        path.write_bytes(delivery)
        result = trial.run(path, path.name)
        assert result.outcome not in {Outcome.CRASH, Outcome.LOST_ROWS}, (damage, result.where)
        assert result.accepted + result.quarantined == result.rows
