"""What counts as an approval, on records of the shape that Airflow's REST API gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publish.close import Draft, Total
from tallywatch.errors import TerminalError

APPROVERS = ("finn", "fay")
DRAFT = Draft(
    month="2026-09",
    cut_off_at="2026-10-08 00:00:00",
    content_hash="c0ffee" + "0" * 58,
    line_count=2,
    inputs="1" * 64,
    totals=(
        Total("P0001", "payable", 1, 10_600, 0, 10_000, 600, 10_600),
        Total("P0003", "receivable", 1, 0, -1_234_567, -1_164_686, -69_881, -1_234_567),
    ),
)


def body(draft: Draft = DRAFT) -> str:
    from wiring.approval_text import approval_body

    return approval_body(draft)


def detail(**changes: Any) -> dict[str, Any]:
    """`GET …/hitlDetails` after finn chose Approve, as Airflow 3.3.2 answers."""
    return {
        "options": ["Approve", "Reject"],
        "subject": "2026-09 分润结算审批 · Commission close of 2026-09",
        "body": body(),
        "defaults": None,
        "multiple": False,
        "params": {},
        "assigned_users": [{"id": "finn", "name": "finn"}],
        "created_at": "2026-10-08T01:00:00.000001Z",
        "responded_by_user": {"id": "finn", "name": "finn"},
        "responded_at": "2026-10-08T01:23:32.172193Z",
        "chosen_options": ["Approve"],
        "params_input": {},
        "response_received": True,
        **changes,
    }


UNANSWERED = {"responded_by_user": None, "responded_at": None, "chosen_options": None}


def prove(
    answer: dict[str, Any] | None, requested_by: str | None = "olga", draft: Draft = DRAFT
) -> Any:
    from wiring.approval import ApprovalRecord, approval_of

    return approval_of(
        ApprovalRecord.of(requested_by, answer),
        approvers=APPROVERS,
        body=body(draft),
        content_hash=draft.content_hash,
    )


def test_an_approver_who_did_not_ask_approves_what_was_shown() -> None:
    approval = prove(detail())
    assert (approval.approved_by, approval.requested_by) == ("finn", "olga")
    assert approval.content_hash == DRAFT.content_hash
    assert approval.approved_at.isoformat() == "2026-10-08T01:23:32.172193+00:00"


@pytest.mark.parametrize(
    ("answer", "requested_by", "found"),
    [
        pytest.param(None, "olga", "nobody gave", id="marked_successful_before_anyone_was_asked"),
        pytest.param(
            detail(**UNANSWERED), "olga", "nobody gave", id="marked_successful_unanswered"
        ),
        pytest.param(detail(chosen_options=["Reject"]), "olga", "Reject", id="rejected"),
        pytest.param(detail(chosen_options=[]), "olga", "the answer", id="nothing_chosen"),
        pytest.param(
            detail(chosen_options=["Approve", "Reject"]), "olga", "the answer", id="both_chosen"
        ),
        pytest.param(
            detail(responded_by_user={"id": "ada", "name": "ada"}),
            "olga",
            "'ada'",
            id="no_approver",
        ),
        pytest.param(
            detail(responded_by_user={"id": "finn", "name": "mallory"}),
            "olga",
            "'mallory'",
            id="an_id_that_is_an_approvers_name",
        ),
        pytest.param(detail(), "finn", "requested and approved", id="approver_asked_himself"),
        pytest.param(detail(), None, "nobody is known", id="requester_unknown"),
        pytest.param(detail(body="Approve, please"), "olga", "something else", id="other_text"),
        pytest.param(detail(body=None), "olga", "something else", id="no_text"),
    ],
)
def test_anything_else_is_refused(
    answer: dict[str, Any] | None, requested_by: str | None, found: str
) -> None:
    with pytest.raises(TerminalError, match=found) as refused:
        prove(answer, requested_by)
    assert "nothing was posted" in refused.value.remedy


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(DRAFT, content_hash="d" * 64), id="other_content"),
        pytest.param(replace(DRAFT, cut_off_at="2026-10-09 00:00:00"), id="other_cut_off"),
        pytest.param(replace(DRAFT, month="2026-10"), id="other_month"),
        pytest.param(replace(DRAFT, totals=DRAFT.totals[:1]), id="other_totals"),
    ],
)
def test_an_approval_of_other_numbers_is_refused(changed: Draft) -> None:
    with pytest.raises(TerminalError, match="something else"):
        prove(detail(), draft=changed)


def test_finance_reads_every_total_in_yuan_and_the_hash_in_two_languages() -> None:
    text = body()
    for part in ("分润结算", "commission close", "2026-10-08 00:00:00 UTC", DRAFT.content_hash):
        assert part in text
    assert "| P0001 | 应付 payable | 1 | 100.00 | 6.00 | 106.00 |" in text
    assert "| P0003 | 应收 receivable | 1 | -11,646.86 | -698.81 | -12,345.67 |" in text


def test_ids_of_approvers_are_what_the_auth_manager_calls_them() -> None:
    from wiring.approvers import assigned_users

    by_name = assigned_users({"TALLYWATCH_APPROVERS": "finn, fay"})
    assert by_name == [{"id": "finn", "name": "finn"}, {"id": "fay", "name": "fay"}]
    by_id = assigned_users({"TALLYWATCH_APPROVERS": "finn,fay", "TALLYWATCH_APPROVER_IDS": "2,7"})
    assert by_id == [{"id": "2", "name": "finn"}, {"id": "7", "name": "fay"}]
    with pytest.raises(ValueError, match="zip"):
        assigned_users({"TALLYWATCH_APPROVERS": "finn,fay", "TALLYWATCH_APPROVER_IDS": "2"})
