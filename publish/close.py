"""Closing a month of commission: draft what would be posted, then post it once it is approved.

A closed month is never computed again. Closing posts, for every month up to it, what the facts
known at the cut-off give less what was posted before; so late deals, reversals and corrected terms
of earlier months become adjustments of the month that is closed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from publish import posting_chain, posting_table
from publish.close_rules import (
    Approval,
    cut_off_of,
    require_approval,
    require_open,
    utc_text,
)
from publish.drafts import UNPOSTED, Draft, Total, computed_draft, inputs_of, keep_draft, read_draft
from publish.files import only_one
from publish.posting_chain import Posting, verified_chain
from tallywatch.build import build
from tallywatch.clock import utc_now
from tallywatch.errors import TerminalError, TransientError
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse

__all__ = ["Approval", "Draft", "Posting", "Total", "draft", "post", "read_draft", "rebuild"]


def draft(settings: Settings, month: str, cut_off_at: datetime | str | None = None) -> Draft:
    """Compute what closing `month` (`YYYY-MM`) would post; nothing is posted.

    `cut_off_at` (aware, or ISO 8601 text, in UTC unless it says otherwise) is by default the start
    of the eighth of the following month. The same facts give the same draft and content hash.

    Raises:
        TerminalError: the month is not over or posted, an earlier one with lines is open, the
            cut-off is impossible, the chain of postings is broken, a model or test failed.
        WarehouseBusyError: another process writes the warehouse.
    """
    cut_off = cut_off_of(month, cut_off_at)
    chain = verified_chain(settings.postings)
    require_open(chain, month, cut_off)
    with open_warehouse(settings) as con:
        _follow_chain(settings, con, chain)
    _compute(settings, month, cut_off)
    with open_warehouse(settings) as con:
        _require_earlier_closed(con, month, chain)
        made = computed_draft(con, month, cut_off, chain)
    keep_draft(settings, made)
    return made


def post(settings: Settings, month: str, content_hash: str, approval: Approval) -> Posting:
    """Post the draft of `month` that has `content_hash`, as approved: files first, then the table.

    Called again with the same content it changes nothing, but finishes what a killed run left.

    Raises:
        TerminalError: the approval does not count, the facts changed since the draft, the month is
            posted with other content, or any reason for which a draft is refused.
        TransientError: another process posts.
        WarehouseBusyError: another process writes the warehouse.
    """
    require_approval(approval, settings.approvers, content_hash)
    with only_one(settings.postings, "a posting"):
        chain = verified_chain(settings.postings)
        same = [p for p in chain if (p.month, p.content_hash) == (month, content_hash)]
        if same:
            posted = same[0]
        else:
            made = _approved_draft(settings, chain, month, content_hash)
            posted = _append(settings, chain, made, approval)
        with open_warehouse(settings) as con:
            _follow_chain(settings, con, verified_chain(settings.postings))
    return posted


def rebuild(settings: Settings) -> list[Posting]:
    """Load the postings table anew from the files; returns the months that it now holds.

    Raises:
        TerminalError: the chain is broken, or lost a month that the table still has.
        WarehouseBusyError: another process writes the warehouse.
    """
    chain = verified_chain(settings.postings)
    with open_warehouse(settings) as con:
        _require_no_month_lost(con, chain)
        _load(settings, con, chain)
    return chain


def _compute(settings: Settings, month: str, cut_off: str) -> None:
    report = build(
        settings,
        select="+int_commission__unposted",
        exclude="test_type:unit",
        variables={"close_month": month, "cut_off_at": cut_off},
    )
    if not report.succeeded:
        raise TerminalError(
            f"computing {month} failed: {'; '.join(report.failures)}",
            "every model builds and every test passes",
            "mend the model or the data behind it, then draft again",
        )


def _approved_draft(
    settings: Settings, chain: list[Posting], month: str, content_hash: str
) -> Draft:
    """The approved draft, when the warehouse still holds it or gives it again."""
    approved = read_draft(settings, month, content_hash)
    with open_warehouse(settings) as con:
        if inputs_of(con, chain) == approved.inputs and _holds(con, approved):
            return approved
    again = draft(settings, month, approved.cut_off_at)
    if again.content_hash != content_hash:
        raise TerminalError(
            f"content {again.content_hash[:12]} of {month} as it is computed now",
            f"the approved content {content_hash[:12]}",
            "facts arrived since; nothing was posted; have the new draft approved",
        )
    return again


def _append(settings: Settings, chain: list[Posting], made: Draft, approval: Approval) -> Posting:
    posting = Posting(
        month=made.month,
        cut_off_at=made.cut_off_at,
        content_hash=made.content_hash,
        line_count=0,
        parquet_sha256="",
        requested_by=approval.requested_by,
        approved_by=approval.approved_by,
        approved_at=utc_text(approval.approved_at),
        posted_at=utc_text(utc_now()),
        previous_chain_hash=chain[-1].chain_hash if chain else posting_chain.BEFORE_THE_FIRST,
    )
    with open_warehouse(settings) as con:

        def write(path: Path) -> int:
            _require_content(con, made)
            return posting_table.write_parquet(con, UNPOSTED, made.month, path)

        return posting_chain.append(settings.postings, posting, write)


def _holds(con: duckdb.DuckDBPyConnection, made: Draft) -> bool:
    try:
        found = posting_table.content_hash(con, UNPOSTED, made.month, made.cut_off_at)
    except duckdb.CatalogException:
        return False
    return found == made.content_hash


def _require_content(con: duckdb.DuckDBPyConnection, made: Draft) -> None:
    """Between the draft and this connection another build may have run."""
    found = posting_table.content_hash(con, UNPOSTED, made.month, made.cut_off_at)
    if found != made.content_hash:
        raise TransientError(
            f"content {found[:12]} of {made.month} in the warehouse",
            f"content {made.content_hash[:12]}, computed a moment ago",
            "another build ran meanwhile; try again",
        )


def _follow_chain(settings: Settings, con: duckdb.DuckDBPyConnection, chain: list[Posting]) -> None:
    """Load again each month whose rows in the table are not what was posted."""
    _require_no_month_lost(con, chain)
    differing = [
        posting
        for posting in chain
        if posting_table.content_hash(con, posting_table.TABLE, posting.month, posting.cut_off_at)
        != posting.content_hash
    ]
    if differing:
        _load(settings, con, differing)


def _load(settings: Settings, con: duckdb.DuckDBPyConnection, chain: list[Posting]) -> None:
    months = [posting.month for posting in chain]
    files = [posting_chain.parquet_path(settings.postings, month) for month in months]
    posting_table.replace_months(con, months, files)


def _require_no_month_lost(con: duckdb.DuckDBPyConnection, chain: list[Posting]) -> None:
    lost = posting_table.posted_months(con) - {posting.month for posting in chain}
    if lost:
        raise TerminalError(
            f"the warehouse holds postings of {', '.join(sorted(lost))}, the chain does not",
            "every posted month in postings/",
            "restore postings/ from a backup; nothing may be posted until then",
        )


def _require_earlier_closed(
    con: duckdb.DuckDBPyConnection, month: str, chain: list[Posting]
) -> None:
    last = chain[-1].month if chain else ""
    first = con.execute(
        f"select min(origin_month) from {UNPOSTED} where origin_month > ? and origin_month < ?",
        [last, month],
    ).fetchone()
    if first and first[0]:
        raise TerminalError(
            f"{first[0]} has commission and is not closed",
            "months closed in order",
            f"close {first[0]}",
        )
