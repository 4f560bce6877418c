"""The page of the newest results: readable without a network, and free of identifiers."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from expectations.page import write_page
from expectations.report import latest_report, past_reports, save_report

if TYPE_CHECKING:
    from tallywatch.settings import Settings
    from tests.expectations.conftest import Warehouse

PHONE, ID_NUMBER, EMAIL, NAME = (
    "13800138000",
    "11010119900307123X",
    "some.one@example.com",
    "欧阳娜娜",
)


def test_before_any_run_the_page_says_so(settings: Settings) -> None:
    page = write_page(settings).read_text(encoding="utf-8")
    assert page.count("This gate has not run yet") == 2


def test_no_value_from_the_data_reaches_the_reports_or_the_page(raw_warehouse: Warehouse) -> None:
    raw_warehouse.change(
        f"""update raw.bills set
            bill_id = '{ID_NUMBER}', direction_code = '{NAME}', phone_token = '{PHONE}',
            remark = '{EMAIL}', amount_fen = {PHONE}, _feed = '{NAME}'
        where _line_number = 2""",
        "update raw.bills set _received_at = occurred_at - interval 1 day where _line_number = 3",
    )
    report = raw_warehouse.check()
    write_page(raw_warehouse.settings)
    assert len(report.failures) == 7
    written = [p for p in raw_warehouse.settings.quality.rglob("*") if p.is_file()]
    assert len(written) == 3
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert not [value for value in (PHONE, ID_NUMBER, EMAIL, NAME) if value in text]


def test_an_error_that_quotes_a_value_is_not_repeated(
    raw_warehouse: Warehouse,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    raw_warehouse.change(
        "alter table raw.bills rename to kept",
        f"update raw.kept set remark = '{PHONE}x' where _line_number = 2",
        """create view raw.bills as
            select * replace (cast(remark as bigint) as amount_fen) from raw.kept""",
    )
    report = raw_warehouse.check()
    write_page(raw_warehouse.settings)
    found = {c.observed for c in report.failures if c.column == "amount_fen"}
    assert found == {"could not be evaluated (Conversion Error)"}
    written = [p.read_text(encoding="utf-8") for p in raw_warehouse.settings.quality.rglob("*.*")]
    assert PHONE not in "".join([*written, caplog.text, *capfd.readouterr()])


def test_the_page_shows_what_blocks_where_and_loads_nothing(raw_warehouse: Warehouse) -> None:
    raw_warehouse.check()
    raw_warehouse.change("update raw.bills set amount_fen = -1 where _line_number = 2")
    raw_warehouse.check()
    page = write_page(raw_warehouse.settings).read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", page)
    assert "d1:2" in text
    assert "is at least 0 and at most 1,000" in text
    assert page.count("<rect ") == 2
    assert re.findall(r"""(?:src|href|url)\s*[=(]""", page) == []
    assert "prefers-color-scheme: dark" in page


def test_reports_are_kept_and_read_back_as_they_were(
    raw_warehouse: Warehouse,
) -> None:
    settings = raw_warehouse.settings
    report = raw_warehouse.check()
    assert latest_report(settings, "raw") == report
    assert latest_report(settings, "release") is None
    later = replace(report, run_at=report.run_at + timedelta(hours=1), passed=False)
    save_report(settings, later)
    assert latest_report(settings, "raw") == later
    assert past_reports(settings, "raw", 9) == [report, later]
    assert past_reports(settings, "raw", 1) == [later]
