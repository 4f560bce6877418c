"""Landing many deliveries side by side: most of the time of each is waiting for the disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ingest.landing import Delivered, Landed, land
from tallywatch.settings import Settings

LANDERS = 4


@dataclass(frozen=True)
class LandedGroup:
    """What became of some deliveries: those landed beside what is kept of them, and errors."""

    deliveries: tuple[Delivered, ...]
    landed: tuple[Landed, ...]
    errors: tuple[Exception, ...]


def land_many(settings: Settings, deliveries: Sequence[Delivered]) -> LandedGroup:
    """Land deliveries; one that cannot be landed does not keep the others from it.

    Of equal ones the first given counts as new, as if they had been landed one after the other.
    """
    alike: dict[object, list[int]] = defaultdict(list)
    for index, delivery in enumerate(deliveries):
        alike[_likeness(delivery)].append(index)
    outcomes: dict[int, Landed | Exception] = {}

    def land_in_order(indexes: list[int]) -> None:
        for index in indexes:
            try:
                outcomes[index] = land(settings, deliveries[index])
            except Exception as error:
                outcomes[index] = error

    with ThreadPoolExecutor(LANDERS, thread_name_prefix="land") as pool:
        list(pool.map(land_in_order, alike.values()))
    landed = [(index, outcomes[index]) for index in range(len(deliveries))]
    return LandedGroup(
        tuple(deliveries[index] for index, outcome in landed if isinstance(outcome, Landed)),
        tuple(outcome for _, outcome in landed if isinstance(outcome, Landed)),
        tuple(outcome for _, outcome in landed if isinstance(outcome, Exception)),
    )


def _likeness(delivery: Delivered) -> object:
    """The same for deliveries that may be the same; what is gone is like nothing."""
    try:
        size = delivery.path.stat().st_size
    except OSError:
        return delivery.path
    return delivery.attributes, size
