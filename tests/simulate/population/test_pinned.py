"""What the generator draws stays as it is: published figures rest on it.

Who means to change it changes these numbers, and runs `make score`, in the same commit.
"""

from __future__ import annotations

from pathlib import Path

from simulate.population import Plan, make_population

ROWS = {
    "bank_statements": 6595,
    "alipay_bills": 2405,
    "wechat_bills": 4507,
    "credit_reports": 6170,
    "sms_messages": 5614,
    "platform_events": 2300,
    "social_insurance_payments": 2575,
    "housing_fund_payments": 2146,
    "registered_lines": 822,
    "declarations": 6497,
}
TRUTH = {"events": 3, "incidents": 1, "decoys": 395, "people": 300}


def test_a_small_world_has_the_rows_that_it_had(tmp_path: Path) -> None:
    made = make_population(tmp_path / "world", Plan(people=300, days=40, seed=9))
    assert {feed: made.rows[feed] for feed in ROWS} == ROWS
    assert made.truth == TRUTH
