"""Statements read from a release: totals from their mart, lines from the postings, and both must
agree to the fen before anything is printed."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from publish.statement_model import Account, AdjustmentGroup, Amounts, Statement, TaxGroup
from tallywatch.errors import TerminalError

_SUMS = "count(*), sum(net_fen)::bigint, sum(tax_fen)::bigint, sum(gross_fen)::bigint"


def read_statements(con: duckdb.DuckDBPyConnection, month: str) -> list[Statement]:
    """Statements of every partner with postings in `month` ('YYYY-MM') or a balance before it.

    Raises:
        TerminalError: nothing was posted for the month, or a statement does not foot.
    """
    _require_month(con, month)
    partners = con.execute(
        """
        select
            partner_id,
            max(partner_name) as partner_name,
            max(cut_off_at) as cut_off_at
        from rpt_partner_statement
        where posting_month = ?
        group by partner_id
        having sum(line_count) > 0 or bool_or(closing_gross_yuan <> 0)
        order by partner_id
        """,
        [month],
    ).fetchall()
    return [
        _read_statement(con, month, partner_id, name or partner_id, cut_off_at)
        for partner_id, name, cut_off_at in partners
    ]


def closed_months(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Months with statements, oldest first."""
    rows = con.execute("select distinct posting_month from rpt_partner_statement order by all")
    return [month for (month,) in rows.fetchall()]


def _require_month(con: duckdb.DuckDBPyConnection, month: str) -> None:
    months = closed_months(con)
    if month not in months:
        raise TerminalError(
            f"no posting in {month[:20]!r} in the current release",
            f"one of the closed months: {', '.join(months) or 'none yet'}",
            "approve the month's close, then build, check and release again",
        )


def _read_statement(
    con: duckdb.DuckDBPyConnection, month: str, partner_id: str, name: str, cut_off_at: datetime
) -> Statement:
    con.execute(
        """
        create or replace temp table statement_postings as
        select *
        from fct_commission_postings
        where partner_id = ? and posting_month = ?
        """,
        [partner_id, month],
    )
    statement = Statement(
        month=month,
        partner_id=partner_id,
        partner_name=name,
        cut_off_at=cut_off_at.replace(tzinfo=UTC),
        accounts=_accounts(con, partner_id, month),
        tax_groups=tuple(
            TaxGroup(direction, rate, Amounts(*sums))
            for direction, rate, *sums in _grouped(con, "direction_code, tax_rate_ppm")
        ),
        adjustment_groups=tuple(
            AdjustmentGroup(direction, origin, reason, Amounts(*sums))
            for direction, origin, reason, *sums in _grouped(
                con, "direction_code, origin_month, reason_code", "posting_type = 'adjustment'"
            )
        ),
        postings=_postings(con),
    )
    _require_footing(statement, con)
    return statement


def _accounts(con: duckdb.DuckDBPyConnection, partner_id: str, month: str) -> tuple[Account, ...]:
    counts = {
        (direction, kind): count
        for direction, kind, count, *_ in _grouped(con, "direction_code, posting_type")
    }
    rows = con.execute(
        """
        select
            direction_code,
            (opening_gross_yuan * 100)::bigint,
            (earned_net_yuan * 100)::bigint,
            (earned_tax_yuan * 100)::bigint,
            (earned_gross_yuan * 100)::bigint,
            (adjustment_net_yuan * 100)::bigint,
            (adjustment_tax_yuan * 100)::bigint,
            (adjustment_gross_yuan * 100)::bigint,
            (closing_gross_yuan * 100)::bigint
        from rpt_partner_statement
        where partner_id = ? and posting_month = ?
        order by direction_code
        """,
        [partner_id, month],
    ).fetchall()
    return tuple(
        Account(
            direction_code=direction,
            opening_fen=opening,
            earned=Amounts(counts.get((direction, "earned"), 0), *sums[:3]),
            adjusted=Amounts(counts.get((direction, "adjustment"), 0), *sums[3:]),
            closing_fen=closing,
        )
        for direction, opening, *sums, closing in rows
    )


def _grouped(con: duckdb.DuckDBPyConnection, columns: str, condition: str = "true") -> list[tuple]:
    return con.execute(
        f"""
        select {columns}, {_SUMS}
        from statement_postings
        where {condition}
        group by {columns}
        order by {columns}
        """
    ).fetchall()


def _postings(con: duckdb.DuckDBPyConnection) -> pa.Table:
    return con.execute(
        """
        select
            *,
            coalesce(deal_id, '第 ' || tier_number || ' 档 Tier ' || tier_number) as scope
        from statement_postings
        order by
            direction_code,
            posting_type desc,
            origin_month,
            product_code,
            tier_number nulls first,
            deal_id nulls last,
            posting_id
        """
    ).to_arrow_table()


def _require_footing(statement: Statement, con: duckdb.DuckDBPyConnection) -> None:
    posted = {
        (direction, kind): Amounts(*sums)
        for direction, kind, *sums in _grouped(con, "direction_code, posting_type")
    }
    nothing = Amounts(0, 0, 0, 0)
    for account in statement.accounts:
        code = account.direction_code
        found = (posted.get((code, "earned"), nothing), posted.get((code, "adjustment"), nothing))
        balance = account.opening_fen + account.total.gross_fen
        if found != (account.earned, account.adjusted) or balance != account.closing_fen:
            raise TerminalError(
                f"statement {statement.number} {code} does not foot",
                "opening balance and postings add up to the totals and the closing balance",
                "a mart is wrong: run `tallywatch build` and `check`, and report the statement",
            )
