"""The month close on the command line, in two steps with two people."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.table import Table

from publish.close import Approval, Draft, draft, post
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError
from tallywatch.money import yuan
from tallywatch.settings import Settings


def show_draft(settings: Settings, month: str, cut_off: str | None) -> tuple[Table, str]:
    """What closing the month would post, per partner and direction, and the hash to approve."""
    made = draft(settings, month, instant(cut_off))
    return _table(made), made.content_hash


def approve_draft(
    settings: Settings,
    month: str,
    cut_off: str | None,
    content_hash: str,
    requested_by: str,
    approved_by: str,
) -> str:
    """Post the month as approved; the draft is computed anew and must have the same hash."""
    draft(settings, month, instant(cut_off))
    approval = Approval(
        approved_by=approved_by,
        approved_at=utc_now(),
        requested_by=requested_by,
        content_hash=content_hash,
    )
    posting = post(settings, month, content_hash, approval)
    return (
        f"{month} is closed: {posting.line_count} postings, chain {posting.chain_hash[:12]}; "
        f"next: tallywatch build, check, release, statement {month}"
    )


def instant(text: str | None) -> datetime | None:
    """An instant in UTC from ISO 8601; without an offset it is UTC already.

    Raises:
        TerminalError: the text is no instant.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TerminalError(
            f"cut-off {text!r}", "an instant such as 2026-10-08T00:00:00Z", "correct it"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _table(made: Draft) -> Table:
    table = Table("partner", "direction", "lines", "net", "tax", "gross", box=None)
    for total in made.totals:
        table.add_row(
            total.partner_id,
            total.direction_code,
            str(total.line_count),
            yuan(total.net_fen),
            yuan(total.tax_fen),
            yuan(total.gross_fen),
        )
    return table
