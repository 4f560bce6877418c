"""Cases of victims who notice by themselves, with their steps, tickets and complaints."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.cast import Cast
from simulate.population.delivery import Post, Rhythm
from simulate.population.plan import DAY, HOUR
from simulate.population.ragged import coded, dates, instants

BOOKS = Rhythm(offset=4 * HOUR)
STEPS = (
    "notified",
    "confirmed",
    "freeze_requested",
    "evidence_sealed",
    "police_reported",
    "objection_filed",
    "objection_accepted",
    "objection_answered",
    "closed",
)
STEP_HOURS = (0, 6, 8, 9, 30, 50, 120, 460, 640)
CASE_KINDS = {
    "loan_in_name": "loan",
    "unofficial_query": "loan",
    "card_in_name": "credit_card",
    "takeover": "wallet",
    "card_run": "bank_account",
    "mule": "bank_account",
    "one_big": "wallet",
    "quiet_theft": "wallet",
    "phone_cards": "phone_card",
    "wrong_employer": "employment",
    "fund_theft": "housing_fund",
    "guarantee": "guarantee",
    "cloned_card": "bank_account",
    "shared_identity": "platform_account",
}


def write_cases(post: Post, rng: np.random.Generator, cast: Cast) -> None:
    """A few victims notice by themselves: cases, tickets, now and then a complaint."""
    plan, people = post.plan, post.people
    kinds = list(CASE_KINDS)
    who = np.concatenate([cast.victims[kind] for kind in kinds])
    start = np.concatenate([cast.starts[kind] for kind in kinds])
    kind = np.repeat(np.arange(len(kinds)), [len(cast.victims[k]) for k in kinds])
    opened = (
        start + rng.integers(3, 25, len(who)) * DAY + rng.integers(9 * HOUR, 20 * HOUR, len(who))
    )
    rows = np.flatnonzero((rng.random(len(who)) < 0.15) & (opened < plan.end - DAY))
    who, opened, kind = who[rows], opened[rows], kind[rows]
    words = [CASE_KINDS[k] for k in kinds]
    number = people.number[who]
    _send_cases(post, who, opened, kind, words)
    step = np.tile(np.arange(len(STEPS)), len(who))
    case = np.repeat(np.arange(len(who)), len(STEPS))
    at = opened[case] + np.array(STEP_HOURS)[step] * HOUR
    keep = at < plan.end
    step, case, at = step[keep], case[keep], at[keep]
    sent = post.send("case_steps", BOOKS, who[case], at)
    step, case = step[sent.rows], case[sent.rows]
    post.write(
        sent,
        {
            "step_id": joined(number_text(number[case], 7), "-", number_text(step)),
            "case_id": joined("K", number_text(number[case], 7)),
            "step_code": coded(STEPS, step),
            "result_code": coded(("done",), 0 * step),
            "author_id": coded(("ops-1", "ops-2"), number[case] % 2),
            "happened_at": instants(sent.at),
            "recorded_at": instants(sent.at + 600),
        },
        dates(sent.at),
    )
    _tickets(post, who, opened, number)


def _send_cases(
    post: Post, who: np.ndarray, opened: np.ndarray, kind: np.ndarray, words: list[str]
) -> None:
    closed_at = opened + STEP_HOURS[-1] * HOUR
    done = np.flatnonzero(closed_at < post.plan.end)
    case = np.concatenate([np.arange(len(who)), done])
    is_closed = np.arange(len(case)) >= len(who)
    at = np.concatenate([opened, closed_at[done]])
    sent = post.send("cases", BOOKS, who[case], at)
    case, closed = case[sent.rows], is_closed[sent.rows]
    number = post.people.number[who[case]]
    post.write(
        sent,
        {
            "case_id": joined("K", number_text(number, 7)),
            "kind_code": coded(words, kind[case]),
            "severity_code": coded(("high", "critical"), number % 2),
            "status_code": coded(("open", "closed"), closed.astype(int)),
            "outcome_code": coded((None, "confirmed_misuse"), closed.astype(int)),
            "handler_id": coded(("ops-1", "ops-2"), number % 2),
            "opened_at": instants(opened[case]),
            "confirmed_at": instants(opened[case] + 6 * HOUR, ~closed),
            "closed_at": instants(sent.at, ~closed),
            "recorded_at": instants(sent.at),
        },
        dates(opened[case]),
    )


def _tickets(post: Post, who: np.ndarray, opened: np.ndarray, number: np.ndarray) -> None:
    sent = post.send("support_tickets", BOOKS, who, opened - HOUR)
    rows = sent.rows
    same = np.zeros(len(rows), np.int32)
    post.write(
        sent,
        {
            "ticket_id": joined("T", number_text(number[rows], 7)),
            "channel_code": coded(("hotline", "app"), number[rows] % 2),
            "topic_code": coded(("emergency",), same),
            "priority_code": coded(("urgent",), same),
            "status_code": coded(("resolved",), same),
            "case_id": joined("K", number_text(number[rows], 7)),
            "agent_id": coded(("agent-1",), same),
            "satisfaction_score": pa.array(number[rows] % 5 + 1),
            "opened_at": instants(sent.at),
            "first_answered_at": instants(sent.at + number[rows] % 7_200),
            "resolved_at": instants(sent.at + 7_300),
            "recorded_at": instants(sent.at + 7_400),
        },
        dates(sent.at),
    )
    angry = np.flatnonzero(number % 8 == 0)
    sent = post.send("complaints", BOOKS, who[angry], opened[angry] + 2 * HOUR)
    rows = sent.rows
    same = np.zeros(len(rows), np.int32)
    post.write(
        sent,
        {
            "complaint_id": joined("N", number_text(number[angry][rows], 7)),
            "channel_code": coded(("hotline",), same),
            "about_code": coded(("missed_misuse",), same),
            "status_code": coded(("accepted",), same),
            "compensation_fen": pa.array(same.astype(np.int64)),
            "complained_at": instants(sent.at),
            "accepted_at": instants(sent.at + HOUR),
            "recorded_at": instants(sent.at + HOUR),
        },
        dates(sent.at),
    )
