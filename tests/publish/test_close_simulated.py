"""The simulated service closed month by month, against the totals that it reckons for itself."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime

import duckdb

from ingest.pipeline import ingest_feed
from ingest.tokens import Tokeniser
from publish.close import Approval, draft, post
from simulate.world import simulate
from tallywatch.settings import Settings

FEEDS = ("partner_agreements", "partner_deals", "partner_deal_updates")
MONTHS = ("2026-09", "2026-10")
Totals = dict[tuple[str, str, str, str], tuple[int, int, int]]


def test_every_close_reaches_the_truth_to_the_fen(settings: Settings) -> None:
    simulate(settings.inbox, people=60, token_of=Tokeniser(settings.keys.token).token)
    for feed in FEEDS:
        ingest_feed(settings, feed)
    for month in MONTHS:
        made = draft(settings, month)
        approval = Approval("finn", datetime(2026, 11, 10, tzinfo=UTC), "ada", made.content_hash)
        post(settings, month, made.content_hash, approval)
    assert _posted(settings) == _truth(settings)


def _truth(settings: Settings) -> Totals:
    """Net, tax, gross of a partner's origin month as known at each close."""
    rows = json.loads((settings.home / "truth.json").read_text(encoding="utf-8"))
    return {
        (row["partner_id"], row["direction_code"], row["origin_month"], row["close_month"]): (
            row["net_fen"],
            row["tax_fen"],
            row["gross_fen"],
        )
        for row in rows["commission_totals"]
    }


def _posted(settings: Settings) -> Totals:
    """The same from postings: what was posted of an origin month up to each close."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        rows = con.execute(
            """
            select
                partner_id,
                direction_code,
                origin_month,
                posting_month,
                net_fen,
                tax_fen,
                gross_fen
            from postings.commission_postings
            """
        ).fetchall()
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for partner, direction, origin, posted, *amounts in rows:
        for month in MONTHS:
            if posted <= month:
                key = (partner, direction, origin, month)
                sums[key] = [a + b for a, b in zip(sums[key], amounts, strict=True)]
    return {key: (net, tax, gross) for key, (net, tax, gross) in sums.items()}
