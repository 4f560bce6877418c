"""Which month may be closed with which cut-off, and whose approval counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from publish.close_rules import Approval, cut_off_of, require_approval, require_open
from publish.posting_chain import Posting
from tallywatch.errors import TerminalError

HASH = "a" * 64


def _posted(month: str, cut_off_at: str) -> Posting:
    return Posting(month, cut_off_at, HASH, 1, HASH, "ada", "finn", cut_off_at, cut_off_at, HASH)


def _approval(**changes: str) -> Approval:
    facts = {"approved_by": "finn", "requested_by": "ada", "content_hash": HASH} | changes
    return Approval(approved_at=datetime(2026, 10, 8, tzinfo=UTC), **facts)


def test_the_cut_off_is_the_eighth_of_the_following_month_in_utc() -> None:
    assert cut_off_of("2025-09") == "2025-10-08 00:00:00"
    assert cut_off_of("2025-12") == "2026-01-08 00:00:00"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2025-10-05T08:00:00+08:00", "2025-10-05 00:00:00"),
        ("2025-10-05T08:00:00Z", "2025-10-05 08:00:00"),
        ("2025-10-05 08:00:00", "2025-10-05 08:00:00"),
        (datetime(2025, 10, 5, 8, tzinfo=timezone(timedelta(hours=8))), "2025-10-05 00:00:00"),
        # The month ends at midnight in Shanghai, that is 16:00 UTC on its last day.
        ("2025-09-30T16:00:00Z", "2025-09-30 16:00:00"),
    ],
)
def test_another_cut_off_is_taken_in_utc(given: datetime | str, expected: str) -> None:
    assert cut_off_of("2025-09", given) == expected


@pytest.mark.parametrize(
    ("month", "given", "found"),
    [
        ("2025-13", None, "month '2025-13'"),
        ("2025-9", None, "month '2025-9'"),
        ("2025-09'; drop", None, "drop"),
        ("2999-01", None, "2999-01 is not over"),
        ("2025-09", "2999-01-01", "in the future"),
        ("2025-09", "2025-09-30T15:59:59Z", "before the end of 2025-09"),
        ("2025-09", "soon", "cut-off 'soon'"),
    ],
)
def test_impossible_closes_are_refused(month: str, given: str | None, found: str) -> None:
    with pytest.raises(TerminalError, match=found):
        cut_off_of(month, given)


def test_months_are_closed_once_and_forwards() -> None:
    chain = [_posted("2025-08", "2025-09-08 00:00:00"), _posted("2025-10", "2025-11-08 00:00:00")]
    require_open([], "2020-01", "2020-02-08 00:00:00")
    require_open(chain, "2025-11", "2025-12-08 00:00:00")
    with pytest.raises(TerminalError, match="2025-10 is posted already"):
        require_open(chain, "2025-10", "2025-12-08 00:00:00")
    with pytest.raises(TerminalError, match="2025-09, while 2025-10 is posted"):
        require_open(chain, "2025-09", "2025-12-08 00:00:00")
    with pytest.raises(TerminalError, match="one not before 2025-11-08 00:00:00 UTC"):
        require_open(chain, "2025-11", "2025-11-07 23:59:59")


def test_an_approval_counts_from_another_person_for_this_content() -> None:
    require_approval(_approval(), ("finn", "fay"), HASH)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"approved_by": "mallory"}, "approved by 'mallory'"),
        ({"requested_by": "finn"}, "requested and approved by 'finn'"),
        ({"content_hash": "b" * 64}, "an approval of content bbbb"),
    ],
)
def test_other_approvals_do_not_count(changes: dict[str, str], found: str) -> None:
    with pytest.raises(TerminalError, match=found):
        require_approval(_approval(**changes), ("finn", "fay"), HASH)
