"""What a person wants to know after a run, from the current release and the gates' results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb

from publish.extracts import catalogue, definition, latest_extract
from publish.gate_results import read_gates
from publish.release import Release, connect, require_release
from publish.summary_model import (
    CommissionSummary,
    ExtractSummary,
    FeedSummary,
    Refusal,
    RejectReason,
    RuleSummary,
    Summary,
)
from publish.summary_text import render
from tallywatch.settings import Settings

__all__ = ["Summary", "render", "summarise"]

SHOWN_REFUSALS = 20


def summarise(settings: Settings) -> Summary:
    """Read the current release.

    Raises:
        TerminalError: there is no release yet.
    """
    release = require_release(settings)
    with connect(settings, release) as con:
        return Summary(
            **_lineage(release),
            feeds=_feeds(con),
            refusals=_refusals(con),
            rejects=_rejects(con),
            rules=_rules(con),
            commissions=_commissions(con),
            unmatched=_unmatched(con),
            gates=tuple(read_gates(settings).values()),
            statements=tuple(sorted((settings.out / "statements").glob("*/*.xlsx"))),
            extracts=_extracts(settings),
            quality_page=page if (page := settings.quality / "index.html").exists() else None,
        )


def _lineage(release: Release) -> dict[str, Any]:
    manifest = release.manifest
    return {
        "release_id": release.release_id,
        "release_path": release.path,
        "as_of": release.as_of,
        "created_at": datetime.fromisoformat(manifest["created_at"]),
        "content_sha256": manifest["content_sha256"],
        "package_version": manifest["code"]["package_version"],
        "git_commit": manifest["code"]["git_commit"],
        "tables": tuple(
            (name, facts["rows"], facts["sha256"]) for name, facts in manifest["tables"].items()
        ),
        "rules_applied": tuple(
            (rule.get("rule_id") or rule["deal_type"], rule["rule_version"])
            for rule in manifest["rules"]
        ),
    }


def _feeds(con: duckdb.DuckDBPyConnection) -> tuple[FeedSummary, ...]:
    rows = con.execute(
        """
        select
            feed,
            count(*),
            count(*) filter (status_code = 'refused'),
            sum(physical_records)::bigint,
            sum(accepted_records)::bigint,
            sum(rejected_records)::bigint
        from rpt_feed_deliveries
        group by feed
        order by feed
        """
    ).fetchall()
    return tuple(FeedSummary(*row) for row in rows)


def _refusals(con: duckdb.DuckDBPyConnection) -> tuple[Refusal, ...]:
    rows = con.execute(
        """
        select feed, delivery_id, reason_code, found, remedy
        from rpt_feed_deliveries
        where status_code = 'refused'
        order by received_at desc, delivery_id
        limit ?
        """,
        [SHOWN_REFUSALS],
    ).fetchall()
    return tuple(Refusal(*row) for row in rows)


def _rejects(con: duckdb.DuckDBPyConnection) -> tuple[RejectReason, ...]:
    rows = con.execute(
        """
        select feed, column_name, reason_code, row_count
        from rpt_feed_rejects
        order by row_count desc, feed, reason_code, column_name nulls first
        """
    ).fetchall()
    return tuple(RejectReason(*row) for row in rows)


def _rules(con: duckdb.DuckDBPyConnection) -> tuple[RuleSummary, ...]:
    unjudged: dict[str, list[tuple[str, int]]] = {}
    for rule_id, reason, count in con.execute(
        """
        select rule_id, exit_reason, sum(row_count)::bigint
        from rpt_rule_exits
        group by rule_id, exit_reason
        order by all
        """
    ).fetchall():
        unjudged.setdefault(rule_id, []).append((reason, count))
    rows = con.execute(
        """
        with

        rules as (
            select rule_id from fct_flags
            union
            select rule_id from rpt_rule_exits
        ),

        flags as (
            select
                rule_id,
                count(*) filter (status_code = 'live') as live_count,
                count(*) filter (status_code = 'shadow') as shadow_count,
                count(*) filter (status_code = 'suppressed') as suppressed_count
            from fct_flags
            group by rule_id
        ),

        alerts as (
            select rule_id, count(*) as alert_count
            from fct_alerts
            where status_code = 'live'
            group by rule_id
        )

        select
            rule_id,
            coalesce(rule_name_zh, ''),
            coalesce(rule_name_en, ''),
            coalesce(live_count, 0),
            coalesce(shadow_count, 0),
            coalesce(suppressed_count, 0),
            coalesce(alert_count, 0)
        from rules
        left join dim_rules using (rule_id)
        left join flags using (rule_id)
        left join alerts using (rule_id)
        order by rule_id
        """
    ).fetchall()
    return tuple(
        RuleSummary(
            rule_id, zh, en, live, shadow, suppressed, alerts, tuple(unjudged.get(rule_id, ()))
        )
        for rule_id, zh, en, live, shadow, suppressed, alerts in rows
    )


def _commissions(con: duckdb.DuckDBPyConnection) -> tuple[CommissionSummary, ...]:
    rows = con.execute(
        """
        with

        amounts as (
            select
                partner_id, direction_code, posting_month as month, true as is_closed,
                net_fen, tax_fen, gross_fen
            from fct_commission_postings

            union all

            select
                partner_id, direction_code, origin_month as month, false as is_closed,
                net_fen, tax_fen, gross_fen
            from fct_commission_lines
            where origin_month > (
                select coalesce(max(posting_month), '') from fct_commission_postings
            )
        )

        select
            amounts.partner_id,
            coalesce(max(dim_partners.partner_name), amounts.partner_id),
            direction_code,
            month,
            is_closed,
            count(*),
            sum(net_fen)::bigint,
            sum(tax_fen)::bigint,
            sum(gross_fen)::bigint
        from amounts
        left join dim_partners on amounts.partner_id = dim_partners.partner_id
        group by amounts.partner_id, direction_code, month, is_closed
        order by amounts.partner_id, direction_code, month
        """
    ).fetchall()
    return tuple(CommissionSummary(*row) for row in rows)


def _unmatched(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    rows = con.execute(
        "select reason_code, count(*) from rpt_unmatched_deals group by all order by 2 desc, 1"
    ).fetchall()
    return tuple((reason, count) for reason, count in rows)


def _extracts(settings: Settings) -> tuple[ExtractSummary, ...]:
    folder = settings.out / "extracts"
    consumers = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    pulls = (
        latest_extract(settings, consumer, name) for consumer in consumers for name in catalogue()
    )
    return tuple(
        ExtractSummary(
            pull.name, definition(pull.name).title, pull.consumer, pull.path, pull.row_count
        )
        for pull in pulls
        if pull
    )
