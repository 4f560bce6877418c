"""Attempts to show that a registered person is who they say they are."""

from __future__ import annotations

import numpy as np

from simulate.calendar import Calendar, generator
from simulate.columns import chosen, joined, json_lines, number_text, offset_text
from simulate.deliveries import Inbox
from simulate.people import STREAM, Register, delivery_times, encoded, parts, subject_keys

FEED = "verifications"
METHODS = ("id_card", "face", "bank_card", "sms")
OUTCOMES = ("passed", "failed", "pending")


def write_verifications(inbox: Inbox, everybody: Register, seed: int, calendar: Calendar) -> None:
    """JSON Lines of attempts: one per person an hour after joining, a second one for some."""
    rng = generator(seed, STREAM, 1)
    retried = np.flatnonzero(rng.random(len(everybody)) < 0.12)
    who = np.concatenate([np.arange(len(everybody)), retried])
    attempt = np.repeat([1, 2], [len(everybody), len(retried)])
    outcome = np.zeros(len(who), np.int64)
    outcome[retried] = rng.choice([1, 2], len(retried))
    method = rng.integers(0, len(METHODS), len(who))
    at = everybody.registered[who] + (attempt * 3600).astype("timedelta64[s]")
    since = np.datetime64("1970-01-01T00:00:00")
    for time in delivery_times(calendar):
        rows = np.flatnonzero((at > since) & (at <= time))
        if len(rows):
            name = f"verifications_{time.astype('datetime64[D]')!s}.jsonl"
            blocks = (
                json_lines(
                    {
                        "verification_id": joined(
                            "V", number_text(who[part] + 1, 7), "-", number_text(attempt[part])
                        ),
                        "subject_key": subject_keys(who[part]),
                        "method_code": chosen(METHODS, method[part]),
                        "outcome_code": chosen(OUTCOMES, outcome[part]),
                        "verified_at": offset_text(at[part]),
                    }
                )
                for part in parts(rows)
            )
            inbox.deliver(FEED, name, encoded(blocks), time, len(rows))
        since = time
