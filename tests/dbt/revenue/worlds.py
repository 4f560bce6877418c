"""Generated worlds of partners' terms, deals and updates over three months and their closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.dbt.revenue.facts import Facts

CLOSES = {
    "2026-09": datetime(2026, 10, 8),
    "2026-10": datetime(2026, 11, 8),
    "2026-11": datetime(2026, 12, 8),
}
LAST = max(CLOSES.values())


@dataclass(frozen=True)
class Event:
    """What becomes of a deal."""

    code: str
    amount_fen: int | None
    hours_later: int
    received_at: datetime


@dataclass(frozen=True)
class Deal:
    """A deal of one of the world's four partners, and its events; the fourth has no terms."""

    partner: int
    amount_fen: int
    occurred_at: datetime
    status: str
    received_at: datetime
    events: tuple[Event, ...]


@dataclass(frozen=True)
class World:
    """Deals under terms of a percentage, of tiers, and of a receivable that is corrected later."""

    deals: tuple[Deal, ...]
    corrected_at: datetime
    tier_edge_fen: int
    rates_ppm: tuple[int, int]
    tax_rate_ppm: int

    def add_to(self, facts: Facts, number: int) -> None:
        """Add the world as rows; worlds of other numbers share no partner with it."""
        partners = [f"P{number}-{partner}" for partner in range(4)]
        self._add_terms(facts, partners)
        for position, deal in enumerate(self.deals):
            partner, deal_id = partners[deal.partner], f"D{position:04d}"
            facts.deal(
                partner,
                deal_id,
                deal.amount_fen,
                deal.occurred_at,
                received_at=deal.received_at,
                status=deal.status,
            )
            for event in deal.events:
                facts.update(
                    partner,
                    deal_id,
                    event.code,
                    deal.occurred_at + timedelta(hours=event.hours_later),
                    amount_fen=event.amount_fen,
                    received_at=event.received_at,
                )

    def _add_terms(self, facts: Facts, partners: Sequence[str]) -> None:
        low, high = self.rates_ppm
        edge, tax = self.tier_edge_fen, self.tax_rate_ppm
        percentage, graduated, receivable, _ = partners
        facts.terms(f"AG-{percentage}", percentage, [(None, low)], tax_rate_ppm=tax)
        for inclusive, begin in ((False, date(2026, 1, 1)), (True, date(2026, 10, 15))):
            facts.terms(
                f"AG-{graduated}",
                graduated,
                [(edge, low), (2 * edge, high), (None, low)],
                deal_type="graduated",
                tax_rate_ppm=tax,
                is_tax_inclusive=inclusive,
                valid_from=begin,
            )
        for rate, received_at in ((low, datetime(2026, 8, 1)), (high, self.corrected_at)):
            facts.terms(
                f"AG-{receivable}",
                receivable,
                [(None, rate)],
                direction="receivable",
                tax_rate_ppm=tax,
                received_at=received_at,
                valid_to=date(2026, 11, 20),
            )

    def all_reversed(self) -> World:
        """The world in which every deal is reversed after the last but one close."""
        after = max(c for c in CLOSES.values() if c < LAST) + timedelta(days=1)
        reversal = Event("reversed", None, 2_000, after)
        return replace(
            self, deals=tuple(replace(d, events=(*d.events, reversal)) for d in self.deals)
        )


def arrivals() -> st.SearchStrategy[datetime]:
    """Instants of receipt around the closes, exactly on them too."""
    near = [cut_off + timedelta(seconds=s) for cut_off in CLOSES.values() for s in (-1, 0, 1)]
    times = [t for t in [datetime(2026, 9, 1), *near, datetime(2026, 10, 20)] if t <= LAST]
    return st.sampled_from(times)


def amounts() -> st.SearchStrategy[int]:
    """Values in fen, small ones often, since there a rounding shows."""
    return st.one_of(st.integers(0, 300), st.integers(0, 10_000_000_000))


def rates() -> st.SearchStrategy[int]:
    """Rates in ppm; a half of many amounts lies exactly between two fen."""
    return st.one_of(st.sampled_from([500_000, 0, 1_000_000]), st.integers(0, 1_000_000))


def events() -> st.SearchStrategy[Event]:
    """One event of any kind."""
    return st.builds(
        Event,
        code=st.sampled_from(["approved", "reversed", "amended"]),
        amount_fen=st.one_of(st.none(), amounts()),
        hours_later=st.integers(1, 5),
        received_at=arrivals(),
    )


def deals() -> st.SearchStrategy[Deal]:
    """One deal, at the ends of local months too."""
    return st.builds(
        Deal,
        partner=st.integers(0, 3),
        amount_fen=amounts(),
        occurred_at=st.sampled_from(
            [
                datetime(2026, 9, 1),
                datetime(2026, 9, 30, 15, 59, 59),
                datetime(2026, 9, 30, 16),
                datetime(2026, 10, 14, 15, 59, 59),
                datetime(2026, 10, 14, 16),
                datetime(2026, 11, 19, 16),
            ]
        ),
        status=st.sampled_from(["pending", "approved"]),
        received_at=arrivals(),
        events=st.lists(events(), max_size=3).map(tuple),
    )


def worlds() -> st.SearchStrategy[list[World]]:
    """Several small worlds, since one build serves them all."""
    world = st.builds(
        World,
        deals=st.lists(deals(), min_size=1, max_size=8).map(tuple),
        corrected_at=arrivals(),
        tier_edge_fen=st.integers(1, 400),
        rates_ppm=st.tuples(rates(), rates()),
        tax_rate_ppm=st.sampled_from([0, 10_000, 60_000, 130_000]),
    )
    return st.lists(world, min_size=1, max_size=8)


def facts_of(given: Sequence[World]) -> Facts:
    """All worlds as rows."""
    facts = Facts()
    for number, world in enumerate(given):
        world.add_to(facts, number)
    return facts
