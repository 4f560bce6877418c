"""Stories of honest people whose behaviour comes near a rule."""

from __future__ import annotations

from collections.abc import Sequence

from simulate.calendar import hours
from simulate.deliveries import clock
from simulate.scene import (
    BLIND_SPOT,
    NEW_PAYEE,
    NIGHT_BURST,
    OUTLIER,
    WAS_ME,
    Answer,
    Scene,
    Told,
)
from simulate.truth import Decoy
from simulate.vocabulary import CLINICS, FUND, LANDLORDS, RELATIVES, SCHOOLS
from simulate.wallets import Event


def _regular(
    scene: Scene, kind: str, payee: str, fen: int, months: Sequence[int], *rule_ids: str
) -> Told:
    """The same amount to the same payee, before and within the months of the world."""
    events = tuple(Event(scene.at(m, 4, 10, 12), fen, kind, payee) for m in months)
    within = [e for e in events if e.at >= scene.calendar.day(0, 1)]
    rules = rule_ids if scene.can_answer else tuple(r for r in rule_ids if r != OUTLIER)
    answered = scene.calendar.day(0, -8, 19)
    answers = tuple(Answer(r, payee, WAS_ME, answered) for r in rule_ids)
    return Told(events, decoys=scene.decoys(within, "not_live", *rules), answers=answers)


def rent(scene: Scene) -> Told:
    months = range(-3, scene.calendar.months)
    return _regular(scene, "rent", scene.pick(LANDLORDS), 260_000, months, OUTLIER, NEW_PAYEE)


def tuition(scene: Scene) -> Told:
    return _regular(scene, "tuition", scene.pick(SCHOOLS), 680_000, (-5, 0), OUTLIER, NEW_PAYEE)


def family(scene: Scene) -> Told:
    """Ever larger sums to a relative who has long been paid."""
    payee = scene.pick(RELATIVES)
    earlier = tuple(
        Event(scene.calendar.day(-3, 9 * i + 3, 18), 180_000 + 5_000 * i, "transfer_out", payee)
        for i in range(9)
    )
    large = Event(scene.at(scene.month, 14, 18, 30), 520_000, "transfer_out", payee)
    answered = scene.calendar.day(0, -8, 19)
    rules = (OUTLIER, NEW_PAYEE) if scene.can_answer else (NEW_PAYEE,)
    return Told(
        (*earlier, large),
        decoys=scene.decoys([large], "not_live", *rules),
        answers=(Answer(OUTLIER, payee, "family_authorised", answered),),
    )


def red_packets(scene: Scene) -> Told:
    month = scene.calendar.last_month
    events = tuple(
        Event(scene.at(month, 1, 20, 5 * i), 20_000, "packet_out", scene.pick(RELATIVES, i))
        for i in range(6)
    )
    return Told(events, decoys=scene.decoys(events, "silent", OUTLIER, NIGHT_BURST, NEW_PAYEE))


def night_shift(scene: Scene) -> Told:
    """Travel and meals at one in the morning, by somebody who works at night."""
    events = tuple(
        Event(scene.at(scene.month, 13, 1, 20 + 25 * i), fen, kind, payee)
        for i, (fen, kind, payee) in enumerate(
            (
                (41_800, "transport", "云程打车"),
                (44_500, "food", "暖灶砂锅"),
                (47_200, "leisure", "拾光游乐园"),
            )
        )
    )
    decoys = scene.decoys(events, "silent", OUTLIER) + scene.decoys(events, "not_live", NIGHT_BURST)
    return Told(events, decoys=decoys)


def just_below(scene: Scene) -> Told:
    event = Event(scene.at(scene.month, 10, 15, 40), 49_900, "care", scene.pick(CLINICS))
    return Told((event,), decoys=scene.decoys([event], "silent", OUTLIER, NEW_PAYEE))


def short_history(scene: Scene) -> Told:
    """A wallet opened a week before: nothing to compare with, and a yuan below the bar."""
    event = Event(scene.holder.since + hours(24 * 7 + 13), 499_900, "care", scene.pick(CLINICS))
    return Told((event,), decoys=scene.decoys([event], "silent", OUTLIER, NIGHT_BURST, NEW_PAYEE))


def own_transfer(scene: Scene) -> Told:
    """Money put into one's own fund is no payment, however much."""
    event = Event(scene.at(scene.month, 8, 9, 50), 2_000_000, "fund", FUND)
    return Told((event,), decoys=scene.decoys([event], "silent", OUTLIER, NIGHT_BURST, NEW_PAYEE))


def answered(scene: Scene) -> Told:
    """A clinic's first bill is flagged and answered; the second is no news."""
    payee = scene.pick(CLINICS, 1)
    events = tuple(
        Event(scene.at(m, 7, 16, 10), 620_000, "care", payee)
        for m in range(min(scene.calendar.months, 2))
    )
    noted = events[0].at + hours(80)
    decoys = scene.decoys(events[:1], "flagged", OUTLIER, NEW_PAYEE)
    if len(events) > 1:
        rules = (OUTLIER, NEW_PAYEE) if scene.can_answer else (NEW_PAYEE,)
        decoys += scene.decoys(events[1:], "not_live", *rules)
    answers = tuple(Answer(rule, payee, WAS_ME, noted) for rule in (OUTLIER, NEW_PAYEE))
    return Told(events, decoys=decoys, answers=answers)


def evening_out(scene: Scene) -> Told:
    """Two dear payments within the hour, over before ten."""
    events = (
        Event(scene.at(scene.month, 17, 20, 55), 41_000, "leisure", "拾光游乐园"),
        Event(scene.at(scene.month, 17, 21, 48), 44_000, "food", "暖灶砂锅"),
    )
    return Told(events, decoys=scene.decoys(events, "silent", OUTLIER, NIGHT_BURST))


def no_longer_watched(scene: Scene) -> Told:
    """Whoever withdrew or outlived the grant is not a blind spot."""
    holder = scene.holder
    window = clock(holder.until), clock(scene.calendar.end)
    decoy = Decoy(holder.subject_key, BLIND_SPOT, holder.feed, holder.story, "silent", *window)
    return Told(decoys=(decoy,))
