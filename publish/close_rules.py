"""Which month may be closed with which cut-off, and whose approval counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from publish.posting_chain import Posting
from tallywatch.clock import SHANGHAI, utc_now
from tallywatch.errors import TerminalError

CUT_OFF_DAY = 8
"""Without another, the cut-off is the start (UTC) of this day of the following month."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_INSTANT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Approval:
    """Who approved which content, when (aware), and who had asked."""

    approved_by: str
    approved_at: datetime
    requested_by: str
    content_hash: str


def utc_text(instant: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC; the instant must be aware."""
    return instant.astimezone(UTC).strftime(_INSTANT)


def cut_off_of(month: str, given: datetime | str | None = None) -> str:
    """The cut-off of closing `month`, as text in UTC, whole seconds.

    Args:
        month: `YYYY-MM`.
        given: an aware instant, or ISO 8601 text, UTC unless it says otherwise; by default the
            eighth of the following month.

    Raises:
        TerminalError: the month is none or not over, the cut-off lies in the future or before the
            end of the month.
    """
    if not _MONTH.fullmatch(month):
        raise TerminalError(f"month {month[:20]!r}", "a month such as 2026-09", "correct it")
    end = _next_month(month, day=1, zone=SHANGHAI)
    now = utc_now()
    if now < end:
        raise TerminalError(
            f"{month} is not over", f"a close after {utc_text(end)} UTC", "wait for its end"
        )
    cut_off = _instant(given) if given else _next_month(month, day=CUT_OFF_DAY, zone=UTC)
    if cut_off > now:
        raise TerminalError(
            f"cut-off {utc_text(cut_off)} UTC lies in the future",
            "a cut-off that has passed, so that the facts are all in",
            "wait for it, or give an earlier one",
        )
    if cut_off < end:
        raise TerminalError(
            f"cut-off {utc_text(cut_off)} UTC lies before the end of {month}",
            f"one from {utc_text(end)} UTC on",
            "give a later cut-off",
        )
    return utc_text(cut_off)


def require_open(chain: Sequence[Posting], month: str, cut_off: str) -> None:
    """Return when `month` may be closed after the months of `chain`.

    Raises:
        TerminalError: it or a later month is posted, or the cut-off goes back behind the last.
    """
    if not chain:
        return
    last = chain[-1]
    remedy = "what changed since becomes an adjustment when the next month is closed"
    if month in {posting.month for posting in chain}:
        raise TerminalError(f"{month} is posted already", f"a month after {last.month}", remedy)
    if month < last.month:
        raise TerminalError(
            f"{month}, while {last.month} is posted", f"a month after {last.month}", remedy
        )
    if cut_off < last.cut_off_at:
        raise TerminalError(
            f"cut-off {cut_off} UTC",
            f"one not before {last.cut_off_at} UTC, the cut-off of {last.month}",
            "give a later cut-off",
        )


def require_approval(approval: Approval, approvers: Sequence[str], content_hash: str) -> None:
    """Return when `approval` is of this content, by an approver who did not ask for it.

    Raises:
        TerminalError: it is not.
    """
    remedy = "nothing was posted; draft again and have it approved"
    if approval.approved_by not in approvers:
        raise TerminalError(
            f"approved by {approval.approved_by!r}", f"one of {sorted(approvers)}", remedy
        )
    if approval.approved_by == approval.requested_by:
        raise TerminalError(
            f"requested and approved by {approval.approved_by!r}", "two different people", remedy
        )
    if approval.content_hash != content_hash:
        raise TerminalError(
            f"an approval of content {approval.content_hash[:12]}",
            f"one of content {content_hash[:12]}",
            remedy,
        )


def _next_month(month: str, day: int, zone: object) -> datetime:
    year, number = map(int, month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, day, tzinfo=zone)


def _instant(given: datetime | str) -> datetime:
    try:
        instant = datetime.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise TerminalError(
            f"cut-off {given!r}", "an instant such as 2026-10-08T00:00:00Z", "correct it"
        ) from None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)
