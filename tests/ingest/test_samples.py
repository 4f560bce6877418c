"""Real exports, where they are at hand: every row is accepted, or quarantined for a true reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.landing import delivered, land
from ingest.pipeline import contract_of, ingest_feed
from ingest.screen import screen
from tallywatch.settings import Settings
from tests.ingest.deliveries import GRANT, grant

RECORD = re.compile(r"^(?:20\d\d-|(?:支出|收入|其他|不计收支)\s*,)")


def rows_of(file: Path) -> int:
    """Data lines of a delimited export, told by how they begin."""
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return sum(RECORD.match(line) is not None for line in text.splitlines())


@pytest.mark.parametrize(
    ("feed", "folder"), [("alipay_bills", "alipay"), ("wechat_bills", "wechat")]
)
def test_real_exports_come_in_whole(
    feed: str, folder: str, shared: Callable[[str], Path], settings: Settings
) -> None:
    grant(settings, granted_at="2015-01-01 00:00:00", expires_at="2099-01-01 00:00:00")
    ingest_feed(settings, "authorisations")
    contract = contract_of(feed)
    files = sorted(shared(f"samples/{folder}").iterdir())
    assert files
    for file in files:
        report = screen(
            settings,
            contract,
            land(settings, delivered(contract, file, (("authorisation_id", GRANT),))),
        )
        assert not report.is_refused, (file.name, report.found)
        assert report.accepted_records + report.rejected_records == report.physical_records
        assert (report.accepted_records, report.reasons) == (report.physical_records, {})
        if file.suffix == ".csv":
            assert report.physical_records == rows_of(file), file.name
