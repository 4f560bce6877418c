"""What a partner's statement of one month says.

All amounts are integer fen. A balance is what was posted up to the month, payments aside, and is
kept per direction: `payable` is what we owe the partner, `receivable` what the partner owes us.
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

CURRENCY = "CNY"


@dataclass(frozen=True)
class Amounts:
    """Sums over postings; net + tax = gross."""

    posting_count: int
    net_fen: int
    tax_fen: int
    gross_fen: int

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.posting_count + other.posting_count,
            self.net_fen + other.net_fen,
            self.tax_fen + other.tax_fen,
            self.gross_fen + other.gross_fen,
        )


@dataclass(frozen=True)
class Account:
    """One direction of a statement."""

    direction_code: str
    opening_fen: int
    earned: Amounts
    adjusted: Amounts
    closing_fen: int

    @property
    def total(self) -> Amounts:
        """What the month posted, adjustments included."""
        return self.earned + self.adjusted


@dataclass(frozen=True)
class TaxGroup:
    """The month's postings of one direction and VAT rate, as an invoice would carry them."""

    direction_code: str
    tax_rate_ppm: int
    amounts: Amounts

    @property
    def tax_on_total_fen(self) -> int:
        """The tax contained in the gross total, rounded once, half away from zero."""
        gross = self.amounts.gross_fen
        whole = 1_000_000 + self.tax_rate_ppm
        rounded = (2 * abs(gross) * self.tax_rate_ppm + whole) // (2 * whole)
        return rounded if gross >= 0 else -rounded


@dataclass(frozen=True)
class AdjustmentGroup:
    """Adjustments of one direction, original month and reason."""

    direction_code: str
    origin_month: str
    reason_code: str
    amounts: Amounts


@dataclass(frozen=True)
class Statement:
    """A partner's statement; `postings` has one row per posting of the month, in print order."""

    month: str
    partner_id: str
    partner_name: str
    cut_off_at: datetime
    accounts: tuple[Account, ...]
    tax_groups: tuple[TaxGroup, ...]
    adjustment_groups: tuple[AdjustmentGroup, ...]
    postings: pa.Table

    @property
    def number(self) -> str:
        """The statement's number: one per month and partner, for ever the same."""
        return f"TW-{self.month.replace('-', '')}-{self.partner_id}"

    @property
    def period(self) -> tuple[str, str]:
        """First and last day of the month."""
        year, month = map(int, self.month.split("-"))
        return f"{self.month}-01", f"{self.month}-{calendar.monthrange(year, month)[1]:02d}"

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over the ids of the postings; equal postings, equal fingerprint."""
        ids = sorted(self.postings.column("posting_id").to_pylist())
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
