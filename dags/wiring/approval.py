"""The proof that finance approved exactly what is about to be posted.

A task can be marked successful by hand and an XCom can be edited, so nothing after the approval
believes either: what counts is the record that Airflow keeps of the answer, and the text that it
says the approver was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tallywatch.errors import TerminalError

if TYPE_CHECKING:
    from publish.close import Approval

APPROVE = "Approve"


@dataclass(frozen=True)
class ApprovalRecord:
    """What Airflow knows of an approval: who triggered the run, what text somebody was shown, what
    they chose. Empty where nobody was asked or nobody answered."""

    requested_by: str | None
    body: str = ""
    chosen_options: tuple[str, ...] = ()
    responded_by: str | None = None
    responded_at: datetime | None = None

    @classmethod
    def of(cls, requested_by: str | None, detail: dict[str, Any] | None) -> ApprovalRecord:
        """Read a `hitlDetails` answer of the REST API; None when there is none."""
        if detail is None:
            return cls(requested_by)
        at = detail.get("responded_at")
        return cls(
            requested_by=requested_by,
            body=detail.get("body") or "",
            chosen_options=tuple(detail.get("chosen_options") or ()),
            responded_by=(detail.get("responded_by_user") or {}).get("name"),
            responded_at=datetime.fromisoformat(at) if at else None,
        )


def approval_of(
    record: ApprovalRecord, *, approvers: tuple[str, ...], body: str, content_hash: str
) -> Approval:
    """The approval that the record proves.

    Args:
        record: read from Airflow just now.
        approvers: users that may approve.
        body: the text that belongs to the draft about to be posted.
        content_hash: that draft's.

    Raises:
        TerminalError: there was no answer, it was not to approve, it was not given by an approver
            or was given by the one who asked, or the approver was shown something else.
    """
    from publish.close import Approval

    if record.responded_by is None or record.responded_at is None:
        raise _refusal("an approval that nobody gave", "a recorded answer of a person")
    if record.chosen_options != (APPROVE,):
        raise _refusal(f"the answer {list(record.chosen_options)}", f"the answer {[APPROVE]}")
    if record.responded_by not in approvers:
        raise _refusal(
            f"approved by {record.responded_by!r}", f"approved by one of {sorted(approvers)}"
        )
    if record.requested_by is None:
        raise _refusal("a run that nobody is known to have asked for", "a signed-in requester")
    if record.responded_by == record.requested_by:
        raise _refusal(f"requested and approved by {record.responded_by!r}", "two different people")
    if record.body != body or content_hash not in record.body:
        raise _refusal(
            f"an approver who was shown something else than draft {content_hash[:12]}",
            "the same content hash, cut-off and totals",
        )
    return Approval(
        approved_by=record.responded_by,
        approved_at=record.responded_at,
        requested_by=record.requested_by,
        content_hash=content_hash,
    )


def _refusal(found: str, expected: str) -> TerminalError:
    return TerminalError(
        found, expected, "nothing was posted; trigger close_month again and have finance answer it"
    )
