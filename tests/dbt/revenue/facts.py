"""Terms, deals and updates in the columns of the raw tables, with as little writing as possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

KNOWN_EARLY = datetime(2026, 8, 1)
VALID_FROM = date(2026, 1, 1)


@dataclass
class Facts:
    """Rows for the three partner feeds."""

    agreements: list[dict[str, Any]] = field(default_factory=list)
    deals: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)

    def terms(
        self,
        agreement_id: str,
        partner_id: str,
        tiers: Sequence[tuple[int | None, int]],
        *,
        deal_type: str = "percentage",
        direction: str = "payable",
        tax_rate_ppm: int = 60_000,
        is_tax_inclusive: bool = True,
        valid_from: date = VALID_FROM,
        valid_to: date | None = None,
        received_at: datetime = KNOWN_EARLY,
    ) -> None:
        """One version of an agreement; a tier is its upper edge (None: open) and its rate."""
        for number, (up_to, rate) in enumerate(tiers, 1):
            self.agreements.append(
                {
                    "agreement_id": agreement_id,
                    "partner_id": partner_id,
                    "partner_name": f"合作方 {partner_id}",
                    "direction_code": direction,
                    "product_code": "report",
                    "deal_type": deal_type,
                    "tier_number": number,
                    "tier_up_to_fen": up_to,
                    "rate_ppm": rate,
                    "tax_rate_ppm": tax_rate_ppm,
                    "is_tax_inclusive": is_tax_inclusive,
                    "currency_code": "CNY",
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                    **_lineage("partner_agreements", received_at, number),
                }
            )

    def deal(
        self,
        partner_id: str,
        deal_id: str,
        amount_fen: int,
        occurred_at: datetime,
        *,
        received_at: datetime | None = None,
        status: str = "approved",
    ) -> None:
        """One deal, received when it was made unless told otherwise."""
        self.deals.append(
            {
                "partner_id": partner_id,
                "deal_id": deal_id,
                "product_code": "report",
                "occurred_at": occurred_at,
                "amount_fen": amount_fen,
                "currency_code": "CNY",
                "status_code": status,
                **_lineage("partner_deals", received_at or occurred_at, len(self.deals) + 1),
            }
        )

    def update(
        self,
        partner_id: str,
        deal_id: str,
        code: str,
        occurred_at: datetime,
        *,
        amount_fen: int | None = None,
        received_at: datetime | None = None,
    ) -> None:
        """One event on a deal."""
        number = len(self.updates) + 1
        self.updates.append(
            {
                "partner_id": partner_id,
                "update_id": f"U{number:06d}",
                "deal_id": deal_id,
                "update_code": code,
                "amount_fen": amount_fen,
                "occurred_at": occurred_at,
                **_lineage("partner_deal_updates", received_at or occurred_at, number),
            }
        )

    def known_by(self, cut_off: datetime) -> Facts:
        """The rows received until the cut-off."""
        return Facts(
            *(
                [row for row in rows if row["_received_at"] <= cut_off]
                for rows in (self.agreements, self.deals, self.updates)
            )
        )

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Rows by feed."""
        return {
            "partner_agreements": self.agreements,
            "partner_deals": self.deals,
            "partner_deal_updates": self.updates,
        }


def _lineage(feed: str, received_at: datetime, line_number: int) -> dict[str, Any]:
    delivery_id = f"{feed}-{received_at:%Y%m%d%H%M%S}"
    return {
        "_feed": feed,
        "_delivery_id": delivery_id,
        "_file_sha256": f"sha-{delivery_id}",
        "_line_number": line_number,
        "_received_at": received_at,
        "_business_date": received_at.date(),
    }
