"""Time as the service sees it: instants in UTC, calendar days in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Now, timezone-aware, in UTC."""
    return datetime.now(UTC)


def business_date(instant: datetime) -> date:
    """The calendar day in Shanghai on which the instant falls; the instant must be aware."""
    if instant.tzinfo is None:
        raise ValueError("business_date needs an aware datetime")
    return instant.astimezone(SHANGHAI).date()
