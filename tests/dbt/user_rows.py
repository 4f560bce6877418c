"""Invented raw rows of what people let us read and of the service's own records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

Row = dict[str, Any]

PERSON = {"subject_key": "S0000001", "authorisation_id": "A0000001"}
SENT = datetime(2026, 8, 20, 2)
STATED_TIMES = (
    "2025-12-30 10:05", "2025-12-30 ??:??", "????-08-19 23:30", "????-12-31 23:30",
    "????-08-21 00:01", "????-??-01 19:09", "????-??-31 19:09", "????-??-?? 00:59",
    "2026-02-30 00:59", None,
)  # fmt: skip
"""Every way in which messages leave out parts of the time, and a day that there is not."""


def user_rows() -> dict[str, list[Row]]:
    """Rows by raw table."""
    message = PERSON | {
        "template_hash": "a", "message_class": "bank_spend", "platform_class": "unknown",
        "amount_fen": 4_500, "sent_at": SENT, "has_link": False,
    }  # fmt: skip
    messages = [
        message | {"template_hash": f"t{number}", "stated_time": stated}
        for number, stated in enumerate(STATED_TIMES)
    ]
    for number, row in enumerate(messages):
        row["sent_at"] = SENT.replace(second=number)
    constant = [
        message | {"template_hash": f"c{n}", "sent_at": datetime(2024, 3, 25)} for n in "123"
    ]
    insured = PERSON | {
        "region_code": "440100", "insurance_code": "several", "first_month": "2026-01",
        "last_month": "2026-06", "paid_for_date": date(2026, 6, 1), "months_count": 6,
        "pension_employer_fen": 100, "pension_personal_fen": 50, "work_injury_employer_fen": 0,
    }  # fmt: skip
    booked = PERSON | {"region_code": "440100", "posted_date": date(2026, 8, 1)}
    query = {
        "subject_key": "S0000001", "channel_code": "pboc_website", "is_free": True, "fee_fen": 0,
        "status_code": "ready", "recorded_at": SENT,
    }  # fmt: skip
    breach = {"title": "Blue Shop", "accounts_count": 5, "added_at": SENT, "data_classes": "A, B"}
    return {
        "raw.sms_messages": [*messages, messages[0], message | {"sent_at": None}, *constant],
        "raw.app_notices": [message | {"app_id": "com.icbc", "app_platform_class": "bank"}],
        "raw.social_insurance_payments": [
            insured,
            insured | {"insurance_code": "medical", "employer_fen": 70, "personal_fen": 20},
        ],
        "raw.housing_fund_payments": [
            booked | {"business_code": "withdrawal", "change_fen": 500},
            booked | {"business_code": "back_payment", "change_fen": 0, "back_payment_fen": 40},
            booked | {"business_code": "sealed"},
        ],
        "raw.registered_lines": [
            PERSON | {"carrier_name": name, "lines_count": 2, "answered_at": SENT}
            for name in ("中国移动", "海风通信")
        ],
        "raw.report_queries": [
            query
            | {"query_id": f"Q{month}", "requested_at": datetime(2025, 12, 31, 16 - month % 2)}
            for month in range(4)
        ],
        "raw.case_steps": [
            {"step_id": code, "step_code": code, "happened_at": SENT, "recorded_at": SENT}
            for code in ("objection_accepted", "complaint_accepted", "closed")
        ],
        "raw.breaches": [breach, breach | {"breach_name": "BlueShop2020", "modified_at": SENT}],
        "raw.breach_exposures": [PERSON | breach | {"looked_up_token": "ac_1"}],
    }
