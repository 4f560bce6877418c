"""Answers to alerts, by people and by operations staff."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from simulate.calendar import Calendar, hours
from simulate.columns import offset_text
from simulate.deliveries import Inbox
from simulate.scene import CONFIRMED, Answer

FEED = "alert_feedback"
HOLDS_DAYS = 180
TokenOf = Callable[[str, str], str | None]


def write_feedback(
    inbox: Inbox,
    answers: Sequence[tuple[str, str, Answer]],
    token_of: TokenOf | None,
    calendar: Calendar,
) -> None:
    """JSON Lines of answers (subject, feed, answer), handed over every half month.

    An alert about a payee is known by the payee's token, so that such answers need `token_of`
    (kind of identifier, value in clear); without it they are left out.
    """
    kept = [a for a in answers if token_of is not None or a[2].about is None]
    kept.sort(key=lambda a: (a[2].noted, a[0], a[2].rule_id))
    times = [
        calendar.day(0, -6, 3),
        *(calendar.day(m, d, 3) for m in range(calendar.months) for d in (1, 16)),
        calendar.day(calendar.months, 1, 3),
        calendar.end - hours(25),
    ]
    since, written = np.datetime64("1970-01-01T00:00:00"), 0
    for time in times:
        due = [a for a in kept if since < a[2].noted <= time]
        if due:
            lines = [
                _line(written + i + 1, subject, feed, answer, token_of)
                for i, (subject, feed, answer) in enumerate(due)
            ]
            name = f"alert_feedback_{time.astype('datetime64[D]')!s}.jsonl"
            inbox.deliver(FEED, name, "".join(lines).encode(), time, len(lines))
            written += len(lines)
        since = time


def _line(number: int, subject: str, feed: str, answer: Answer, token_of: TokenOf | None) -> str:
    dedup_key = feed
    if answer.about is not None and token_of is not None:
        dedup_key = token_of("counterparty", answer.about) or ""
    silences = answer.outcome_code in {"was_me", "family_authorised"}
    record = {
        "feedback_id": f"F{number:07d}",
        "subject_key": subject,
        "rule_id": answer.rule_id,
        "dedup_key": dedup_key,
        "alert_id": None,
        "outcome_code": answer.outcome_code,
        "author_id": "ops_lin" if answer.outcome_code == CONFIRMED else "ops_qiao",
        "noted_at": _moment(answer.noted),
        "expires_at": _moment(answer.noted + hours(24 * HOLDS_DAYS)) if silences else None,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _moment(instant: np.datetime64) -> str:
    return str(offset_text(np.array([instant]))[0])
