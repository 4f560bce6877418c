"""Published vectors of revenue share brought into deals and terms of this project.

Their tiers count units and their prices are in major units; here a deal is an amount in fen and a
price a rate of at most 100 %. So quantities are scaled up by a power of ten and prices down by
another, exactly, and the result is scaled back.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PPM = 1_000_000


@dataclass(frozen=True)
class Tiered:
    """A graduated vector in fen and ppm; `unit_fen` is what 1 of its results is here."""

    tiers: list[tuple[int | None, int]]
    quantity_fen: Decimal
    unit_fen: Decimal

    def fen(self, quantity: str) -> int:
        """A quantity as the value of deals."""
        return whole(Decimal(quantity) * self.quantity_fen)

    def expected_fen(self, amount: str) -> int:
        """A result as commission."""
        return whole(Decimal(amount) * self.unit_fen)


def fits(vector: dict[str, Any]) -> bool:
    """Whether a deal type of this project computes what the vector is about."""
    params, calc = vector["params"], vector["calc"]
    if calc in {"tiered", "delta_rerate"}:
        return params["mode"].startswith("graduated") and not any(
            Decimal(tier.get("flat") or 0) or tier.get("cap") for tier in params["tiers"]
        )
    if calc == "commission":
        return params["type"] == "percentage"
    return calc in {
        "clawback",
        "multiply_chain",
        "statement_carry_forward",
        "vat_from_gross",
        "vat_from_net",
    }


def graduated(params: dict[str, Any]) -> Tiered:
    """Tiers by upper edge and rate, whichever way the vector writes them."""
    tiers = params["tiers"]
    if params["boundary"] == "first_unit_inclusive":
        edges = [tier["first_unit"] for tier in tiers[1:]] + [None]
    else:
        edges = [tier["up_to"] for tier in tiers]
    in_percent = params["mode"] == "graduated_percentage"
    prices = [
        Decimal(tier["rate_pct"]) / 100 if in_percent else Decimal(tier["unit_price"])
        for tier in tiers
    ]
    price_scale = Decimal(1)
    while max(prices) * price_scale > 1:
        price_scale /= 10
    quantity_fen = Decimal(10_000) / price_scale
    return Tiered(
        tiers=[
            (
                None if edge is None else whole(Decimal(edge) * quantity_fen),
                ppm(price * price_scale),
            )
            for edge, price in zip(edges, prices, strict=True)
        ],
        quantity_fen=quantity_fen,
        unit_fen=quantity_fen * price_scale,
    )


def ppm(share: Decimal) -> int:
    """A share of one in parts per million, exactly."""
    return whole(share * PPM)


def percent(text: str) -> int:
    """Percent in parts per million, exactly."""
    return ppm(Decimal(text) / 100)


def whole(value: Decimal) -> int:
    """The value, which must be whole."""
    assert value == value.to_integral_value(), f"{value} is not whole"
    return int(value)
