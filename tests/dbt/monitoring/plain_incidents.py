"""The rules of incidents read plainly: one alert after the other, no set operation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

START = datetime(2026, 1, 1)
AS_OF = START + timedelta(days=150)
HALF_LIVES = {"R1": 14, "R2": 60, "R3": 14}
FEEDS = {"R1": "x", "R2": "y", "R3": "y"}
WEIGHT = 0.8
FOREVER = datetime(9999, 12, 31)


@dataclass(frozen=True)
class Alert:
    """A live alert as the incidents see it."""

    alert_id: str
    subject_key: str
    rule_id: str
    feed: str
    stage_code: str
    base_score: int
    institution_group: str | None
    first_event_at: datetime
    last_event_at: datetime
    critical_at: datetime | None
    cleared_at: datetime | None

    @property
    def stage(self) -> int:
        return int(self.stage_code[1])


@dataclass(frozen=True)
class Case:
    """A case that was closed."""

    alert_id: str
    closed_at: datetime


def stories(alerts: list[Alert], cases: list[Case]) -> list[list[tuple[Alert, datetime | None]]]:
    """Alerts by story, each with when it was settled."""
    sessions: list[list[Alert]] = []
    ordered = sorted(
        alerts,
        key=lambda a: (a.subject_key, a.institution_group or "", a.first_event_at, a.alert_id),
    )
    for alert in ordered:
        now = sessions[-1] if sessions else []
        goes_on = (
            now
            and (now[0].subject_key, now[0].institution_group)
            == (alert.subject_key, alert.institution_group)
            and alert.first_event_at <= max(a.last_event_at for a in now) + timedelta(days=60)
        )
        if goes_on:
            now.append(alert)
        else:
            sessions.append([alert])
    made = []
    for session in sessions:
        ids = {a.alert_id for a in session}
        closings = [c.closed_at for c in cases if c.alert_id in ids]
        story: list[tuple[Alert, datetime | None]] = []
        before: list[datetime] = []
        for alert in session:
            ends = [t for t in closings if t >= alert.first_event_at]
            ends += [alert.cleared_at] if alert.cleared_at else []
            ended = min(ends, default=None)
            if before and max(before) < alert.first_event_at and story:
                made.append(story)
                story = []
            story.append((alert, ended))
            before.append(ended or FOREVER)
        made.append(story)
    return made


def score_at(alert: Alert, known: list[tuple[Alert, datetime | None]]) -> tuple[int, int]:
    """The score of the person at the alert's first event, and from how many feeds."""
    now = alert.first_event_at
    by_rule: dict[str, list[int]] = {}
    feeds = set()
    for other, ended in known:
        if other.first_event_at > now or (ended and ended <= now):
            continue
        seen = min(other.last_event_at, now) + timedelta(hours=8)
        age = ((now + timedelta(hours=8)).date() - seen.date()).days
        share = 0.5 ** (age / HALF_LIVES[other.rule_id])
        by_rule.setdefault(other.rule_id, []).append(
            round(other.base_score * WEIGHT * 1_000_000 * share)
        )
        feeds.add(other.feed)
    total = sum(min(sum(parts), 2 * max(parts)) for parts in by_rule.values())
    return round(100 * (1 - math.exp(-total / 60_000_000))), len(feeds)


def grounds(
    story: list[tuple[Alert, datetime | None]], everything: list[tuple[Alert, datetime | None]]
) -> list[tuple[datetime, int, str]]:
    """When, how grave and why each alert of the story would open it."""
    found = []
    person = [pair for pair in everything if pair[0].subject_key == story[0][0].subject_key]

    def before(later: Alert) -> list[Alert]:
        now = later.first_event_at
        return [
            a for a, ended in person if a.first_event_at <= now and (ended is None or ended > now)
        ]

    for alert, ended in story:
        now = alert.first_event_at
        if alert.critical_at and (ended is None or ended > alert.critical_at):
            found.append((alert.critical_at, 1, "critical_flag"))
        if alert.stage in (4, 5) and any(
            a.stage == 2
            and a.institution_group == alert.institution_group is not None
            and now <= a.first_event_at + timedelta(days=7)
            for a in before(alert)
        ):
            found.append((now, 2, "probe_then_act"))
        if any(
            first.stage < second.stage < alert.stage
            and now <= first.first_event_at + timedelta(days=45)
            for second in before(alert)
            for first in before(second)
        ):
            found.append((now, 3, "three_stages"))
        score, feeds = score_at(alert, person)
        if score >= 50 and feeds >= 2:
            found.append((now, 4, "score_two_feeds"))
    return sorted(found)


def expected(alerts: list[Alert], cases: list[Case]) -> set[tuple[object, ...]]:
    """The incidents: their alerts, when and why they opened, when and why they closed."""
    made = stories(alerts, cases)
    everything = [pair for story in made for pair in story]
    incidents = set()
    for story in made:
        found = grounds(story, everything)
        if not found:
            continue
        ends = [ended for _, ended in story if ended]
        settled = max(ends) if len(ends) == len(story) else None
        quiet = max(a.last_event_at for a, _ in story) + timedelta(days=60)
        closings = [(settled, 0, "outcome")] if settled and settled <= AS_OF else []
        closings += [(quiet, 1, "quiet")] if quiet < AS_OF else []
        closed, _, why = min(closings, default=(None, 0, None))
        ids = ";".join(sorted(a.alert_id for a, _ in story))
        incidents.add((ids, found[0][0], found[0][2], closed, why))
    return incidents
