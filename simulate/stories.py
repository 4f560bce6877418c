"""Stories of wallet holders: chains of misuse that a rule must find, and honest look-alikes.

A story gives the movements it adds to a holder's ordinary days and what is true of them. Amounts
are set against the rules' published thresholds: an ordinary payment stays below 450 yuan, so that
500 yuan (IM-BK-011), one's own 95th percentile (IM-BK-012) and 5,000 yuan (IM-BK-013) are passed or
missed on purpose.
"""

from __future__ import annotations

from collections.abc import Callable

from simulate import lookalikes, misuse
from simulate.calendar import Calendar
from simulate.scene import Scene, Told
from simulate.wallets import Holder

STORIES: dict[str, Callable[[Scene], Told]] = {
    "one_big_payment": misuse.one_big_payment,
    "night_burst": misuse.night_burst,
    "large_to_stranger": misuse.large_to_stranger,
    "drained_at_night": misuse.drained_at_night,
    "gone_quiet": misuse.gone_quiet,
    "rent": lookalikes.rent,
    "tuition": lookalikes.tuition,
    "family": lookalikes.family,
    "red_packets": lookalikes.red_packets,
    "night_shift": lookalikes.night_shift,
    "just_below": lookalikes.just_below,
    "short_history": lookalikes.short_history,
    "own_transfer": lookalikes.own_transfer,
    "answered": lookalikes.answered,
    "evening_out": lookalikes.evening_out,
    "revoked": lookalikes.no_longer_watched,
    "expired": lookalikes.no_longer_watched,
}
LONG_HISTORY = frozenset({"rent", "tuition", "family"})


def tell(holder: Holder, calendar: Calendar, variant: int, can_answer: bool) -> Told:
    """The story of a holder; an ordinary holder has none."""
    if not holder.story:
        return Told()
    return STORIES[holder.story](Scene(holder, calendar, variant, can_answer))
