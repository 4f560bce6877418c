"""Commission lines and postings: no amount is missing, and the amounts of a line add up."""

from __future__ import annotations

from expectations.suites import Expected, Suite, between, never_null, none_where, one_of, unique

LOCATOR = ("source_delivery_id", "source_line_number")
DIRECTIONS = ("payable", "receivable")
DEAL_TYPES = ("percentage", "graduated")
REASONS = ("earned", "late_deal", "reversal", "amended_deal", "terms_corrected", "tier_rerated")
MILLION = 1_000_000


def suites() -> list[Suite]:
    """The suites of commission lines and of commission postings."""
    return [_lines(), _postings()]


def _lines() -> Suite:
    return Suite(
        name="release_commission_lines",
        table="marts.fct_commission_lines",
        locator=LOCATOR,
        expected=(
            never_null("line_key"),
            unique("line_key"),
            *_amounts(),
            never_null("amount_fen"),
            never_null("terms_known_from"),
        ),
    )


def _postings() -> Suite:
    return Suite(
        name="release_commission_postings",
        table="marts.fct_commission_postings",
        locator=LOCATOR,
        expected=(
            never_null("posting_id"),
            unique("posting_id"),
            *_amounts(),
            never_null("posting_month"),
            never_null("cut_off_at"),
            one_of("posting_type", ("earned", "adjustment")),
            one_of("reason_code", REASONS),
            none_where(
                "is not posted before the month in which it arose",
                "posting_month < origin_month",
                LOCATOR,
                "posting_month",
            ),
            none_where(
                "is earned in its own month and an adjustment in any later one",
                "(posting_type = 'earned') <> (posting_month = origin_month)",
                LOCATOR,
                "posting_type",
            ),
        ),
    )


def _amounts() -> tuple[Expected, ...]:
    """What lines and postings have in common."""
    return (
        *map(
            never_null,
            (
                "agreement_id",
                "partner_id",
                "direction_code",
                "deal_type",
                "origin_month",
                "net_fen",
                "tax_fen",
                "gross_fen",
                "tax_rate_ppm",
                "rule_version",
            ),
        ),
        one_of("direction_code", DIRECTIONS),
        one_of("deal_type", DEAL_TYPES),
        between("tax_rate_ppm", 0, MILLION),
        none_where(
            "is the net amount plus the tax",
            "net_fen + tax_fen <> gross_fen",
            LOCATOR,
            "gross_fen",
        ),
    )
