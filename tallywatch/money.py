"""Money for people: yuan from whole fen, with no float in between."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """`1234567` becomes `12,345.67`; negative amounts keep their sign in front."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"
