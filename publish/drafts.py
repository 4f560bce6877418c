"""What closing a month would post, as computed, and kept until it is approved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from publish.files import to_json, write_whole
from publish.posting_chain import Posting
from publish.posting_table import content_hash
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

UNPOSTED = "intermediate.int_commission__unposted"
"""The model that a draft is read from and a posting written from."""


@dataclass(frozen=True)
class Total:
    """What a draft posts for one partner in one direction; net + tax = gross, in fen."""

    partner_id: str
    direction_code: str
    line_count: int
    earned_gross_fen: int
    adjustment_gross_fen: int
    net_fen: int
    tax_fen: int
    gross_fen: int


@dataclass(frozen=True)
class Draft:
    """What closing `month` would post. `cut_off_at` is a text in UTC, `YYYY-MM-DD HH:MM:SS`.

    `inputs` names the state of ledger and chain that it was computed from; while that is the same,
    computing again would give the same.
    """

    month: str
    cut_off_at: str
    content_hash: str
    line_count: int
    totals: tuple[Total, ...]
    inputs: str


def inputs_of(con: duckdb.DuckDBPyConnection, chain: Sequence[Posting]) -> str:
    """The deliveries in the ledger and the head of the chain, as a short text."""
    row = con.execute("select count(*), max(loaded_at) from ledger.batches").fetchone()
    count, last_loaded_at = row or (0, None)
    return (
        f"{count} deliveries to {last_loaded_at}, {chain[-1].chain_hash if chain else 'no'} chain"
    )


def computed_draft(
    con: duckdb.DuckDBPyConnection, month: str, cut_off: str, chain: Sequence[Posting]
) -> Draft:
    """The draft that the models last computed, for `month` with `cut_off`, on top of `chain`."""
    rows = con.execute(
        f"""
        select
            partner_id,
            direction_code,
            count(*),
            coalesce(sum(gross_fen) filter (posting_type = 'earned'), 0)::bigint,
            coalesce(sum(gross_fen) filter (posting_type = 'adjustment'), 0)::bigint,
            sum(net_fen)::bigint,
            sum(tax_fen)::bigint,
            sum(gross_fen)::bigint
        from {UNPOSTED}
        group by partner_id, direction_code
        order by partner_id, direction_code
        """
    ).fetchall()
    totals = tuple(Total(*row) for row in rows)
    return Draft(
        month=month,
        cut_off_at=cut_off,
        content_hash=content_hash(con, UNPOSTED, month, cut_off),
        line_count=sum(total.line_count for total in totals),
        totals=totals,
        inputs=inputs_of(con, chain),
    )


def keep_draft(settings: Settings, made: Draft) -> None:
    """Keep a draft, so that its cut-off is known when it is approved."""
    write_whole(_path(settings, made.month, made.content_hash), to_json(asdict(made)))


def read_draft(settings: Settings, month: str, content_hash: str) -> Draft:
    """The draft of `month` that was made with this content.

    Raises:
        TerminalError: none was.
    """
    path = _path(settings, month, content_hash)
    if not path.is_file():
        raise TerminalError(
            f"no draft of {month} with content {content_hash[:12]}",
            "the content hash of a draft",
            "draft the month and have that draft approved",
        )
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Draft(**kept | {"totals": tuple(Total(**total) for total in kept["totals"])})


def _path(settings: Settings, month: str, content_hash: str) -> Path:
    return settings.postings / "drafts" / f"{month}-{content_hash[:16]}.json"
