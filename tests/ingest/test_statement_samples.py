"""Real statements and bills, where they are at hand: every row comes in or says why it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.batch import BatchReport
from ingest.contracts import read_contracts
from ingest.recognise import recognise
from tallywatch.settings import Settings
from tests.ingest.feeds.taking import allow, take_file

Shared = Callable[[str], Path]
Reasons = dict[tuple[str, str], int]

FOLDERS = {
    **dict.fromkeys(
        (
            *("bank_abc", "bank_boc", "bank_cgb", "bank_citic", "bank_cmb", "bank_icbc"),
            *("bank_spdb", "generic_sheet", "mt940", "camt", "ofx"),
        ),
        ("bank_statements", "bank_statements"),
    ),
    "broker": ("broker_statements", "broker_statements"),
    "jd": ("jd_bills", "wallet_bills"),
    "meituan": ("meituan_bills", "wallet_bills"),
}
"""Folder of samples to feed and the grant that it needs."""

NO_DAY: Reasons = {("transaction_date", "missing_required"): 1}
IMPOSSIBLE_DAY: Reasons = {("value_date", "bad_date"): 1}


def no_amount(rows: int) -> Reasons:
    """A transfer of securities moves no money."""
    return {("amount_fen", "missing_required"): rows, ("direction_code", "missing_required"): rows}


QUARANTINED: dict[str, Reasons] = {
    "genkgo__camt052.v2.with-account-name.xml": NO_DAY,
    "genkgo__camt054.v2.with-account-name.xml": NO_DAY,
    "genkgo__camt054.v8-with-UETR.xml": NO_DAY,
    "genkgo__camt054.v8-with-financial-institution.xml": NO_DAY,
    "jseutter__fail_nice_date_missing.ofx": {
        ("booked_date", "bad_date"): 1,
        ("transaction_date", "bad_date"): 1,
        ("transaction_date", "missing_required"): 2,
    },
    "jseutter__fail_nice_decimal_error.ofx": {
        ("amount_fen", "bad_amount"): 1,
        ("booked_date", "bad_date"): 1,
        ("transaction_date", "bad_date"): 1,
    },
    "jseutter__fidelity-savings.ofx": {("amount_fen", "bad_amount"): 3},
    "jseutter__investment_401k.ofx": no_amount(2),
    "jseutter__tiaacref.ofx": no_amount(1),
    "jseutter__vanguard401k.ofx": no_amount(1),
    "wolph__self-provided_february_30.sta": IMPOSSIBLE_DAY,
    "wolph__self-provided_transaction_details_wrapped.sta": IMPOSSIBLE_DAY,
    "wolph__self-provided_wrapped_timestamp.sta": IMPOSSIBLE_DAY,
}
"""Everything that a real file's rows are quarantined for; each was looked at, and is true."""

REFUSED = {
    "OCA__original_currency_no_header.csv": "header_missing",
    "genkgo__camt053.v2.wrong.xml": "no_statement",
    "jseutter__account_listing_aggregation.ofx": "no_statement",
    "jseutter__bank_small.ofx": "no_statement",
    "jseutter__error_message.ofx": "sender_error",
    "jseutter__signon_fail.ofx": "sender_error",
    "jseutter__signon_success.ofx": "no_statement",
    "jseutter__signon_success_no_message.ofx": "no_statement",
    "wolph__betterplace_currency_in_25.sta": "no_statement",
    "wolph__betterplace_empty_86.sta": "no_statement",
    "wolph__betterplace_empty_line.sta": "no_statement",
    "wolph__betterplace_missing_crlf_at_end.sta": "no_statement",
    "wolph__cmxl_account_identification_iban.sta": "no_statement",
    "wolph__cmxl_account_identification_legacy.sta": "no_statement",
    "wolph__cmxl_available_balance.sta": "no_statement",
    "wolph__cmxl_closing_balance.sta": "no_statement",
    "wolph__cmxl_reference.sta": "no_statement",
    "wolph__cmxl_statement_number.sta": "no_statement",
    "wolph__self-provided_account_identification.sta": "no_statement",
    "wolph__self-provided_empty_non_swift.sta": "header_missing",
    "wolph__self-provided_invalid_statement.sta": "header_missing",
}
"""Files that are no statement: parts of one, answers without one, or broken on purpose."""


@dataclass(frozen=True)
class Figures:
    """What came of the files of a folder."""

    files: int
    rows: int
    accepted: int
    refused: int


WHOLE = {
    "bank_icbc": Figures(2, 20, 20, 0),
    "bank_boc": Figures(2, 31, 31, 0),
    "bank_citic": Figures(1, 13, 13, 0),
    "broker": Figures(1, 10, 10, 0),
    "jd": Figures(1, 26, 26, 0),
    "meituan": Figures(1, 29, 29, 0),
    "mt940": Figures(43, 175, 172, 13),
    "camt": Figures(26, 25, 21, 1),
    "ofx": Figures(24, 48, 37, 6),
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_row_comes_in_or_says_why_it_does_not(
    folder: str, shared: Shared, settings: Settings
) -> None:
    feed, scope = FOLDERS[folder]
    allow(settings, scope)
    files = sorted(shared(f"samples/{folder}").iterdir())
    reports = {file.name: take_file(settings, feed, file) for file in files}
    assert reports
    for name, report in reports.items():
        assert _outcome(report) == (REFUSED.get(name), QUARANTINED.get(name, {})), name
        assert report.accepted_records + report.rejected_records == report.physical_records
    if folder in WHOLE:
        assert WHOLE[folder] == Figures(
            len(reports),
            sum(report.physical_records for report in reports.values()),
            sum(report.accepted_records for report in reports.values()),
            sum(report.is_refused for report in reports.values()),
        )


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_feed_is_told_from_the_content(folder: str, shared: Shared) -> None:
    contracts = list(read_contracts().values())
    for file in sorted(shared(f"samples/{folder}").iterdir()):
        if REFUSED.get(file.name) == "header_missing":
            continue
        with file.open("rb") as stream:
            feeds = [feed for feed, *_ in recognise(stream, contracts)]
        assert feeds[:1] == [FOLDERS[folder][0]], file.name


def _outcome(report: BatchReport) -> tuple[str | None, Reasons]:
    return report.reason_code, report.reasons
