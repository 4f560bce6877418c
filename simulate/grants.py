"""Authorisations: who lets which kind of data be read, since when, until when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.calendar import Calendar, hours
from simulate.columns import offset_text
from simulate.deliveries import Inbox

FEED = "authorisations"
SCOPE = "wallet_bills"
NOBODY = "A9999999"
"""An authorisation that was never granted."""


@dataclass(frozen=True)
class Grant:
    """One version of one grant; `revoked` is None while it stands."""

    authorisation_id: str
    subject_key: str
    scope_code: str
    granted: np.datetime64
    expires: np.datetime64
    revoked: np.datetime64 | None
    recorded: np.datetime64


def write_grants(inbox: Inbox, grants: list[Grant], calendar: Calendar) -> None:
    """JSON Lines of the versions recorded since the delivery before, at least every ten days and
    once more before the last bills."""
    days = [calendar.day(m, d, 6) for m in range(-1, calendar.months) for d in (6, 15, 18, 25)]
    times = [*days, calendar.end - hours(28)]
    since = np.datetime64("1970-01-01T00:00:00")
    for time in times:
        rows = [g for g in grants if since < g.recorded <= time]
        if rows:
            name = f"authorisations_{time.astype('datetime64[D]')!s}.jsonl"
            inbox.deliver(FEED, name, "".join(map(_line, rows)).encode(), time, len(rows))
        since = time


def _line(grant: Grant) -> str:
    def moment(instant: np.datetime64 | None) -> str:
        return "null" if instant is None else f'"{offset_text(np.array([instant]))[0]}"'

    return (
        f'{{"authorisation_id": "{grant.authorisation_id}", "subject_key": "{grant.subject_key}", '
        f'"scope_code": "{grant.scope_code}", "granted_at": {moment(grant.granted)}, '
        f'"expires_at": {moment(grant.expires)}, "revoked_at": {moment(grant.revoked)}, '
        f'"recorded_at": {moment(grant.recorded)}}}\n'
    )
