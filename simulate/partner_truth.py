"""What the partners' deals add up to at every close, computed beside the pipeline, not by it."""

from __future__ import annotations

import numpy as np

from simulate.agreements import VAT_PPM, Terms, known_at
from simulate.calendar import Calendar
from simulate.partners import AMENDED, APPROVED, REVERSED, Deals
from simulate.truth import CommissionTotal, DealTotal

MILLION = 1_000_000


def add_up(
    all_deals: list[Deals], versions: tuple[Terms, ...], calendar: Calendar
) -> tuple[tuple[DealTotal, ...], tuple[CommissionTotal, ...]]:
    """Totals per partner and origin month, as known at each close from that month on."""
    deal_totals, commissions = [], []
    for close in range(calendar.months):
        cut_off = calendar.cut_off(close)
        terms = known_at(versions, cut_off)
        for deals in all_deals:
            is_known, is_eligible, fen = _state(deals, cut_off)
            for origin in range(close + 1):
                of_month = deals.month == origin
                chosen = fen[of_month & is_eligible]
                names = (calendar.month_text(origin), calendar.month_text(close))
                deal_totals.append(
                    DealTotal(
                        deals.partner_id,
                        *names,
                        int(np.count_nonzero(of_month & is_known)),
                        len(chosen),
                        int(chosen.sum()),
                    )
                )
                agreed = _in_force(terms, deals.partner_id, calendar.day(origin, 1))
                commissions.append(
                    CommissionTotal(
                        deals.partner_id,
                        agreed.direction_code,
                        *names,
                        *_commission(agreed, chosen),
                    )
                )
    return tuple(deal_totals), tuple(commissions)


def _state(deals: Deals, cut_off: np.datetime64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    is_known = deals.received <= cut_off
    heard = deals.heard <= cut_off

    def about(code: int) -> np.ndarray:
        mask = np.zeros(len(deals.at), bool)
        mask[deals.of[heard & (deals.code == code)]] = True
        return mask

    fen = deals.fen.copy()
    amended = heard & (deals.code == AMENDED)
    fen[deals.of[amended]] = deals.new_fen[amended]
    is_approved = deals.is_approved | about(APPROVED)
    return is_known, is_known & is_approved & ~about(REVERSED) & deals.is_covered, fen


def _in_force(terms: tuple[Terms, ...], partner_id: str, day: np.datetime64) -> Terms:
    """Terms begin and end with months here, so that one version covers a whole month."""
    return max(
        (
            t
            for t in terms
            if t.partner_id == partner_id
            and t.valid_from <= day
            and (t.valid_to is None or day < t.valid_to)
        ),
        key=lambda t: t.valid_from,
    )


def _commission(terms: Terms, fen: np.ndarray) -> tuple[int, int, int]:
    """Net, tax and gross in fen: one line per deal, or per tier that the month's sum reaches."""
    if terms.deal_type == "percentage":
        bases, rates = fen, np.full(len(fen), terms.tiers[0][1])
    else:
        total, lower = int(fen.sum()), 0
        slices = []
        for up_to, rate in terms.tiers:
            upper = total if up_to is None else min(total, up_to)
            slices.append((max(upper - lower, 0), rate))
            lower = upper
        bases, rates = (np.array(column) for column in zip(*slices, strict=True))
    amounts = (bases * rates * 2 + MILLION) // (2 * MILLION)
    if terms.is_tax_inclusive:
        whole = MILLION + VAT_PPM
        tax = (amounts * VAT_PPM * 2 + whole) // (2 * whole)
        return int((amounts - tax).sum()), int(tax.sum()), int(amounts.sum())
    tax = (amounts * VAT_PPM * 2 + MILLION) // (2 * MILLION)
    return int(amounts.sum()), int(tax.sum()), int((amounts + tax).sum())
