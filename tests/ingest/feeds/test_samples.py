"""Real messages and breach lists, where they are at hand: every row comes in, and is understood."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.batch import BatchReport
from tallywatch.settings import Settings
from tests.ingest.feeds.taking import Row, allow, rows_of, take_file

Shared = Callable[[str], Path]

FOREIGN = re.compile(r"日元|美元|港币|欧元")
"""An amount in another currency is not taken for one in yuan."""
LEAST_SHARE = 0.95


def take_folder(settings: Settings, feed: str, files: list[Path]) -> tuple[list[Row], Counter[str]]:
    """Accepted rows of all files and how many were quarantined for which reason."""
    rows: list[Row] = []
    reasons: Counter[str] = Counter()
    for file in files:
        report = take_file(settings, feed, file)
        assert not report.is_refused, (file.name, report.found)
        assert report.accepted_records + report.rejected_records == report.physical_records > 0
        reasons.update(f"{column} {reason}" for column, reason in report.reasons)
        rows += rows_of(settings, report)
    return rows, reasons


@pytest.mark.parametrize(
    ("feed", "folder", "body"),
    [("sms_messages", "sms_bank", "body"), ("app_notices", "app_notice", "text")],
)
def test_real_messages_are_understood(
    feed: str, folder: str, body: str, shared: Shared, settings: Settings
) -> None:
    allow(settings, feed)
    files = sorted(shared(f"samples/{folder}").glob("*.txt"))
    texts = [json.loads(file.read_text("utf-8")) for file in files]
    rows, reasons = take_folder(settings, feed, files)
    assert (len(rows), reasons) == (len(files), Counter())
    understood = [
        row["message_class"] != "other"
        and row["direction_code"] is not None
        and (row["amount_fen"] is not None or FOREIGN.search(text[body]) is not None)
        for row, text in zip(rows, texts, strict=True)
    ]
    assert sum(understood) >= LEAST_SHARE * len(files)
    for row, text in zip(rows, texts, strict=True):
        kept = " ".join(str(value) for value in row.values())
        assert text[body][:20] not in kept


def test_real_breach_lists_of_every_generation_come_in(shared: Shared, settings: Settings) -> None:
    files = sorted(shared("samples/hibp").glob("*.json"))
    rows, reasons = take_folder(settings, "breaches", files)
    assert reasons == Counter()
    assert len(rows) == sum(len(json.loads(file.read_text("utf-8"))) for file in files)
    assert all(isinstance(json.loads(row["data_classes"]), list) for row in rows)
    assert not any("<a href" in str(value) for row in rows for value in row.values())


def test_real_look_ups_of_breaches_come_in(shared: Shared, settings: Settings) -> None:
    allow(settings, "breach_exposures")
    file = shared("samples/hibp/themains__YGOV1058_pwned.csv")
    report: BatchReport = take_file(settings, "breach_exposures", file)
    assert (report.rejected_records, report.reasons) == (0, {})
    assert report.accepted_records == len(file.read_text("utf-8").splitlines()) - 1
