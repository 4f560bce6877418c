"""Partner statements: they foot, they balance, and they carry on from one another."""

from __future__ import annotations

from expectations.suites import Expected, Suite, never_null, no_rows, none_where, unique

STATEMENT_AMOUNTS = tuple(
    f"{kind}{amount}_yuan"
    for kind in ("earned_", "adjustment_", "")
    for amount in ("net", "tax", "gross")
)
LOCATOR = ("partner_id", "posting_month")
LINE_AMOUNTS = ("net_yuan", "tax_yuan", "gross_yuan")


def suites() -> list[Suite]:
    """The suites of statements and of their lines."""
    return [_statements(), _lines()]


def _statements() -> Suite:
    return Suite(
        name="release_partner_statements",
        table="marts.rpt_partner_statement",
        locator=LOCATOR,
        expected=(
            never_null("statement_id"),
            unique("statement_id"),
            never_null("opening_gross_yuan"),
            never_null("closing_gross_yuan"),
            *map(never_null, STATEMENT_AMOUNTS),
            none_where(
                "is the net amount plus the tax",
                "net_yuan + tax_yuan <> gross_yuan",
                LOCATOR,
                "gross_yuan",
            ),
            none_where(
                "is what was earned plus the adjustments",
                "earned_gross_yuan + adjustment_gross_yuan <> gross_yuan",
                LOCATOR,
                "gross_yuan",
            ),
            none_where(
                "is the opening balance plus the movements",
                "opening_gross_yuan + gross_yuan <> closing_gross_yuan",
                LOCATOR,
                "closing_gross_yuan",
            ),
            _carried_on(),
            _foots(),
        ),
    )


def _carried_on() -> Expected:
    return no_rows(
        "is the closing balance of the statement before",
        """
        with carried as (
            select
                *,
                lag(closing_gross_yuan, 1, 0) over (
                    partition by partner_id, direction_code order by posting_month
                ) as carried_gross_yuan
            from {batch}
        )
        select partner_id, posting_month, direction_code as observed
        from carried
        where opening_gross_yuan <> carried_gross_yuan
        order by all
        """,
        "opening_gross_yuan",
    )


def _foots() -> Expected:
    return no_rows(
        "is the sum of the statement's lines, and no line is without a statement",
        """
        with lines as (
            select
                statement_id,
                partner_id,
                posting_month,
                count(*) as line_count,
                sum(net_yuan) as net_yuan,
                sum(tax_yuan) as tax_yuan,
                sum(gross_yuan) as gross_yuan
            from marts.rpt_partner_statement_lines
            group by statement_id, partner_id, posting_month
        ),
        statements as (
            select * from {batch}
        )
        select
            coalesce(s.partner_id, l.partner_id) as partner_id,
            coalesce(s.posting_month, l.posting_month) as posting_month,
            case
                when s.statement_id is null then 'lines without a statement'
                else 'statement and lines differ'
            end as observed
        from statements as s
        full join lines as l on s.statement_id = l.statement_id
        where s.statement_id is null
            or coalesce(l.line_count, 0) <> s.line_count
            or coalesce(l.net_yuan, 0) <> s.net_yuan
            or coalesce(l.tax_yuan, 0) <> s.tax_yuan
            or coalesce(l.gross_yuan, 0) <> s.gross_yuan
        order by all
        """,
        "gross_yuan",
    )


def _lines() -> Suite:
    return Suite(
        name="release_partner_statement_lines",
        table="marts.rpt_partner_statement_lines",
        locator=("source_delivery_id", "source_line_number"),
        expected=(
            never_null("posting_id"),
            unique("posting_id"),
            never_null("statement_id"),
            *map(never_null, LINE_AMOUNTS),
            no_rows(
                "stands on a statement once for every posting",
                """
                with lines as (
                    select * from {batch}
                )
                select
                    coalesce(l.source_delivery_id, p.source_delivery_id) as delivery_id,
                    coalesce(l.source_line_number, p.source_line_number) as line_number
                from lines as l
                full join marts.fct_commission_postings as p on l.posting_id = p.posting_id
                where l.posting_id is null or p.posting_id is null
                """,
                "posting_id",
            ),
        ),
    )
