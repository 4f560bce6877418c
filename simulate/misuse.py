"""Stories of misuse: every one must be found by the rules it names."""

from __future__ import annotations

from simulate.calendar import hours
from simulate.deliveries import clock
from simulate.scene import (
    BLIND_SPOT,
    CONFIRMED,
    NEW_PAYEE,
    NIGHT_BURST,
    OUTLIER,
    Answer,
    Scene,
    Told,
)
from simulate.truth import Planted
from simulate.vocabulary import STRANGERS
from simulate.wallets import Event


def one_big_payment(scene: Scene) -> Told:
    event = Event(
        scene.at(scene.month, 9, 15, 20),
        360_000 + scene.variant % 50 * 1_700,
        "business",
        scene.pick(STRANGERS),
    )
    return Told((event,), scene.planted([event], OUTLIER))


def night_burst(scene: Scene) -> Told:
    events = tuple(
        Event(scene.at(scene.month, 12, 1, 10 + 14 * i), fen, "business", scene.pick(STRANGERS))
        for i, fen in enumerate((43_800, 46_600, 48_900))
    )
    return Told(events, scene.planted(events, NIGHT_BURST))


def large_to_stranger(scene: Scene) -> Told:
    payee = scene.pick(STRANGERS, 2)
    event = Event(
        scene.at(scene.month, 16, 11, 5),
        960_000 + scene.variant % 50 * 3_300,
        "transfer_out",
        payee,
    )
    answer = Answer(NEW_PAYEE, payee, CONFIRMED, event.at + hours(70))
    return Told((event,), scene.planted([event], OUTLIER, NEW_PAYEE), answers=(answer,))


def drained_at_night(scene: Scene) -> Told:
    first = scene.at(scene.month, 19, 23, 40)
    events = (
        Event(first, 680_000, "transfer_out", scene.pick(STRANGERS, 3)),
        Event(first + hours(0.6), 745_000, "transfer_out", scene.pick(STRANGERS, 4)),
    )
    answers = tuple(Answer(NEW_PAYEE, e.payee, CONFIRMED, e.at + hours(60)) for e in events)
    return Told(events, scene.planted(events, OUTLIER, NIGHT_BURST, NEW_PAYEE), answers=answers)


def gone_quiet(scene: Scene) -> Told:
    holder = scene.holder
    last, end = clock(holder.until), clock(scene.calendar.end)
    planted = Planted(holder.subject_key, BLIND_SPOT, holder.feed, holder.story, last, end)
    answer = Answer(BLIND_SPOT, None, "unreachable", scene.calendar.end - hours(60))
    return Told(planted=(planted,), answers=(answer,))
