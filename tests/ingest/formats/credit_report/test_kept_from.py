"""From when an item's time of keeping runs."""

from __future__ import annotations

import pytest

from ingest.formats.credit_report.items import Item
from ingest.formats.credit_report.retention import kept_from

REPORTED = "2026-10-05"
CLOSED = Item("account", 1, {"status_code": "closed", "closed_month": "2024-02"})
OVERDUE = Item("account", 1, {"status_code": "overdue"})


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (Item("enquiry", 1), REPORTED),
        (CLOSED, "2024-02-29"),
        (Item("account_month", 1, {"repayment_code": "3"}, CLOSED), "2024-02-29"),
        (Item("account_month", 1, {"repayment_code": "3"}, OVERDUE), None),
        (OVERDUE, None),
        (Item("account", 1, {"status_code": "bad_debt"}), None),
        (Item("account", 1, {"status_code": "active", "is_overdue": "true"}), None),
        (Item("advance", 1, {"status_code": "settled", "closed_month": "2020-01"}), "2020-01-31"),
        (Item("disposal", 1, {"balance_yuan": "700"}), None),
        (Item("tax_arrear", 1, {"as_of_date": "2020-01-31"}), None),
        (Item("judgment", 1, {"effective_date": "2020-01-31"}), "2020-01-31"),
        (Item("enforcement", 1, {"filed_date": "2020-01-31"}), None),
        (
            Item("penalty", 1, {"effective_date": "2020-01-31", "end_date": "2021-01-31"}),
            "2021-01-31",
        ),
        (Item("postpaid", 1, {"overdue_yuan": "9"}), None),
        (Item("postpaid", 1, {"overdue_yuan": "0"}), REPORTED),
    ],
)
def test_the_end_of_the_act_counts(item: Item, expected: str | None) -> None:
    assert kept_from(item, REPORTED) == expected
