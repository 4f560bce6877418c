"""A world in miniature: people, wallets and partners, written as the deliveries they would send.

Everything in it is invented and follows from a seed. It writes files into an inbox and the truth
about them beside it; it reads nothing and imports no other room but the hall.
"""

from simulate.truth import Truth, read_truth
from simulate.world import simulate

__all__ = ["Truth", "read_truth", "simulate"]
