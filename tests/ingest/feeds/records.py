"""One invented record of every feed that comes as JSON Lines of the service or about a person."""

from __future__ import annotations

from typing import Any

PERSON = {"subject_key": "S0000001"}
AT = "2026-10-05 10:00:00"
LATER = "2026-10-06 10:00:00"
RECORDED = {"recorded_at": LATER}

RECORDS: dict[str, dict[str, Any]] = {
    "subscriptions": PERSON | RECORDED | {
        "subscription_id": "SUB1", "plan_code": "family", "period_code": "year",
        "price_fen": 36_800, "status_code": "active", "is_renewing": True, "started_at": AT,
        "paid_until_at": "2027-10-05 10:00:00", "free_extension_days": 30,
        "free_extension_reason_code": "confirmed_misuse", "free_extension_case_id": "C1",
        "service_until_at": "2027-11-04 10:00:00",
    },
    "payments": PERSON | RECORDED | {
        "payment_id": "PAY1", "paid_for_code": "subscription", "paid_for_id": "SUB1",
        "method_code": "wechat", "price_fen": 36_800, "coupon_discount_fen": 2_000,
        "points_discount_fen": 0, "amount_fen": 34_800, "coupon_id": "CP1",
        "status_code": "succeeded", "requested_at": AT, "paid_at": AT,
    },
    "refunds": PERSON | RECORDED | {
        "refund_id": "R1", "payment_id": "PAY1", "reason_code": "duplicate_payment",
        "amount_fen": 34_800, "compensation_fen": 500, "status_code": "paid",
        "requested_at": AT, "decided_at": AT, "paid_at": LATER,
    },
    "report_queries": PERSON | RECORDED | {
        "query_id": "Q1", "channel_code": "pboc_website", "report_type_code": "full",
        "verification_code": "sms_code", "is_free": False, "fee_fen": 1_000,
        "status_code": "failed", "failure_code": "timed_out", "requested_at": AT,
        "completed_at": AT,
    },
    "cases": PERSON | RECORDED | {
        "case_id": "C1", "kind_code": "loan", "severity_code": "critical", "status_code": "closed",
        "outcome_code": "confirmed_misuse", "amount_at_risk_fen": 5_000_000, "opened_at": AT,
        "confirmed_at": AT, "closed_at": LATER,
    },
    "case_steps": PERSON | RECORDED | {
        "step_id": "ST1", "case_id": "C1", "step_code": "evidence_sealed", "result_code": "done",
        "evidence_sha256": "0f" * 32, "evidence_count": 12, "author_id": "ops-1",
        "note": "call 13800000001 back", "happened_at": AT,
    },
    "declarations": PERSON | RECORDED | {
        "declaration_id": "D1", "thing_type": "phone", "phone": "13800000001",
        "source_code": "onboarding", "author_id": "ops-1", "holds_from_at": AT,
    },
    "employer_aliases": RECORDED | {
        "alias_id": "EA1", "agent": "江城人力服务有限公司", "kind_code": "payroll_agent",
        "source_name": "agents of the city", "holds_from_at": AT,
    },
    "alert_suppressions": PERSON | RECORDED | {
        "suppression_id": "SU1", "rule_pattern": "IM-BK", "reason_code": "travelling",
        "author_id": "ops-1", "created_at": AT, "expires_at": "2026-12-31 00:00:00",
    },
    "support_tickets": PERSON | RECORDED | {
        "ticket_id": "T1", "channel_code": "hotline", "topic_code": "emergency",
        "priority_code": "urgent", "status_code": "resolved", "satisfaction_score": 5,
        "question": "my number is 13800000001", "opened_at": AT, "first_answered_at": AT,
        "resolved_at": LATER,
    },
    "complaints": PERSON | RECORDED | {
        "complaint_id": "K1", "channel_code": "regulator_12378", "about_code": "late_alert",
        "status_code": "answered", "outcome_code": "upheld", "compensation_fen": 5_000,
        "wording": "write to someone@example.com", "complained_at": AT, "answered_at": LATER,
    },
    "invites": PERSON | RECORDED | {
        "invite_id": "I1", "invited_phone": "13800000001", "channel_code": "link",
        "status_code": "rewarded", "invited_subject_key": "S0000002", "reward_code": "points",
        "reward_id": "L1", "sent_at": AT, "registered_at": AT, "rewarded_at": LATER,
    },
    "coupons": PERSON | RECORDED | {
        "coupon_id": "CP1", "source_code": "invite", "kind_code": "amount_off", "value_fen": 2_000,
        "minimum_spend_fen": 0, "status_code": "used", "payment_id": "PAY1", "issued_at": AT,
        "valid_until_at": "2026-12-31 23:59:59", "used_at": LATER,
    },
    "loyalty_points": PERSON | {
        "entry_id": "L1", "entry_code": "spent", "points_count": -300, "reason_code": "benefit",
        "benefit_code": "privacy_tool", "occurred_at": AT,
    },
    "marketing_touches": PERSON | {
        "touch_id": "M1", "channel_code": "short_video", "purpose_code": "education",
        "event_code": "clicked", "visitor": "cookie-77", "keyword": "check 13800000001",
        "is_opted_in": True, "cost_fen": 35, "occurred_at": AT,
    },
    "leak_watch_hits": {
        "watcher_id": "P0007", "hit_id": "H1", "phone": "13800000001",
        "email": "someone@example.com", "source_code": "forum", "data_classes": ["Phones"],
        "severity_code": "high", "has_password": True, "leaked_date": "2026-09-01", "found_at": AT,
    },
    "platform_events": {
        "authorisation_id": "A0000001", "platform_code": "shop", "event_id": "E1",
        "platform_class": "shopping", "event_code": "login", "account": "someone@example.com",
        "device": "device-77", "ip": "203.0.113.7", "device_type_code": "phone",
        "country_code": "CN", "city_code": "330100", "latitude_microdegrees": 30_250_000,
        "longitude_microdegrees": 120_160_000, "is_proxy": False, "occurred_at": AT,
    },
}  # fmt: skip
CANARIES = ("13800000001", "someone@example.com", "cookie-77", "device-77", "203.0.113.7")

BREACHES: tuple[dict[str, Any], ...] = (
    {
        "Title": "Blue Shop", "Name": "BlueShop", "Domain": "shop.example",
        "BreachDate": "2012-01-01", "AddedDate": "2016-10-08T07:46:05Z",
        "ModifiedDate": "2016-10-08T07:46:05Z", "PwnCount": 6_414_191,
        "Description": "<a href=\"http://shop.example\">Blue</a> &quot;leaked&quot;",
        "DataClasses": ["Email addresses", "Passwords"], "IsVerified": False,
        "IsFabricated": False, "IsSensitive": False, "IsActive": True, "IsRetired": False,
        "IsSpamList": False, "LogoType": "svg",
    },
    {
        "Name": "RedPost", "Title": "Red Post", "Domain": "", "BreachDate": "2025-01-01",
        "AddedDate": "2025-02-08T07:46:05Z", "ModifiedDate": "2025-02-08T07:46:05Z",
        "PwnCount": 12, "Description": "x", "LogoPath": "https://logos.example/x.png",
        "DataClasses": ["Names"], "IsVerified": True, "IsFabricated": False, "IsSensitive": True,
        "IsRetired": False, "IsSpamList": False, "IsMalware": True, "IsSubscriptionFree": False,
        "IsStealerLog": True,
    },
    {
        "Description": "x", "PwnCount": 3, "AddedDate": "2026-08-22T07:17:23Z",
        "DataClasses": ["Genders", "Names"], "LogoPath": "x", "Title": "Green Golf",
    },
)  # fmt: skip
"""A breach as each generation of the catalogue writes it: 2018, 2025, and the short list."""
