"""What is true of a world: planted events, incidents, look-alikes, people; as Parquet beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.population.bills import account_numbers
from simulate.population.cast import meaning
from simulate.population.delivery import Post, write_parquet
from simulate.population.people import SHAPE_WEIGHTS, People
from simulate.population.plot import Happening
from simulate.population.ragged import coded, instants
from simulate.population.tokens import Tokens

NEVER = np.iinfo(np.int64).max
SHAPE_NAMES = ("near_normal", "log_normal", "pareto", "lumpy")
WORK_NAMES = ("employed", "self_employed", "student", "retired", "idle")
TOKEN_KINDS = {
    "payee": "counterparty",
    "device": "device",
    "employer": "company",
    "phone": "phone",
    "address": "address",
}
"""Things that are named by a token, and the kind of identifier."""
assert len(SHAPE_NAMES) == len(SHAPE_WEIGHTS)


def write_truth(post: Post, tokens: Tokens, folder: Path) -> dict[str, int]:
    """Write a block's truth; gives how many rows of each table."""
    events = event_table(post, tokens)
    tables = {
        "events": events,
        "incidents": incident_table(events),
        "decoys": decoy_table(post),
        "people": people_table(post),
    }
    for name, table in tables.items():
        place = folder / "truth" / name
        place.mkdir(parents=True, exist_ok=True)
        write_parquet(table, place / f"part-{post.block:05d}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def event_table(post: Post, tokens: Tokens) -> pa.Table:
    """One row per planted event. `received_at` is null when the feed never brought it."""
    tables = [_events_of(post, tokens, happening) for happening in post.plot.happenings]
    tables = [table for table in tables if table.num_rows]
    if not tables:
        return _EVENTS.empty_table()
    whole = pa.concat_tables(tables)
    return whole.sort_by(
        [("chain_id", "ascending"), ("event_at", "ascending"), ("event_id", "ascending")]
    )


_EVENTS = pa.schema(
    {
        "event_id": pa.string(),
        "chain_id": pa.string(),
        "chain_kind": pa.string(),
        "subject_key": pa.string(),
        "stage_code": pa.string(),
        "feed": pa.string(),
        "event_at": pa.timestamp("us"),
        "received_at": pa.timestamp("us"),
        "delivery_id": pa.string(),
        "line_number": pa.int64(),
        "amount_fen": pa.int64(),
        "account_token": pa.string(),
        "thing_type": pa.string(),
        "thing_key": pa.string(),
        "expected_rule_ids": pa.string(),
        "is_subtle": pa.bool_(),
    }
)


def _events_of(post: Post, tokens: Tokens, step: Happening) -> pa.Table:
    count = len(step.person)
    if post.landed is not None:
        received = post.landed.received[step.events]
        delivery = post.landed.delivery[step.events].tolist()
        line = post.landed.line[step.events]
    else:
        received, delivery = np.full(count, NEVER), [None] * count
        line = np.zeros(count, np.int64)
    missing = received == NEVER
    number = number_text(post.people.number[step.person] + 1, 7)
    same = np.zeros(count, np.int32)
    accounts = pa.nulls(count, pa.string())
    if step.account is not None:
        accounts = tokens.of("account", account_numbers(post.people, step.person, step.account))
    columns = {
        "event_id": joined("E", f"{post.block:03d}", number_text(step.events, 8)),
        "chain_id": joined("C", number, f"-{step.chain_kind}"),
        "chain_kind": coded([step.chain_kind], same),
        "subject_key": joined("S", number),
        "stage_code": coded([step.stage], same),
        "feed": coded([step.feed], same),
        "event_at": instants(step.at),
        "received_at": instants(np.where(missing, 0, received), missing),
        "delivery_id": pa.array(delivery, pa.string()),
        "line_number": pa.array(line, pa.int64(), mask=missing),
        "amount_fen": pa.nulls(count, pa.int64()) if step.amount is None else pa.array(step.amount),
        "account_token": accounts,
        "thing_type": coded([step.thing_type or None], same),
        "thing_key": _things(tokens, step),
        "expected_rule_ids": coded([step.rules], same),
        "is_subtle": pa.array(np.full(count, step.is_subtle)),
    }
    return pa.table({name: _plain(column) for name, column in columns.items()}).cast(_EVENTS)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _things(tokens: Tokens, step: Happening) -> pa.Array:
    if step.thing is None:
        return pa.nulls(len(step.person), pa.string())
    if isinstance(step.thing, pa.Array):
        return _plain(step.thing)
    return tokens.of(TOKEN_KINDS[step.thing_type], step.thing)


def incident_table(events: pa.Table) -> pa.Table:
    """One row per chain: what it is, when, which stages, which of them never showed.

    Faults of the service are events and no incidents.
    """
    rows: dict[str, dict[str, object]] = {}
    for event in events.to_pylist():
        if event["stage_code"] == "none":
            continue
        row = rows.setdefault(
            event["chain_id"],
            {
                "chain_id": event["chain_id"],
                "subject_key": event["subject_key"],
                "chain_kind": event["chain_kind"],
                "description": meaning(event["chain_kind"]),
                "first": event["event_at"],
                "stages": set(),
                "stages_seen": set(),
                "feeds": set(),
                "feeds_missing": set(),
                "event_count": 0,
                "seen_count": 0,
                "amount_fen": 0,
                "is_subtle": True,
            },
        )
        seen = event["received_at"] is not None
        row["last"] = event["event_at"]
        row["stages"].add(event["stage_code"])
        row["feeds"].add(event["feed"])
        (
            row["stages_seen"].add(event["stage_code"])
            if seen
            else row["feeds_missing"].add(event["feed"])
        )
        row["event_count"] += 1
        row["seen_count"] += seen
        row["amount_fen"] += (event["amount_fen"] or 0) if event["stage_code"] == "S5" else 0
        row["is_subtle"] &= event["is_subtle"]
    listed = [rows[key] for key in sorted(rows)]
    sets = ("stages", "stages_seen", "feeds", "feeds_missing")
    text = {
        name: pa.array([";".join(sorted(r[name])) for r in listed], pa.string()) for name in sets
    }
    plain = {
        name: pa.array([r[name] for r in listed], pa.string())
        for name in ("chain_id", "subject_key", "chain_kind", "description")
    }
    return pa.table(
        plain
        | {
            "first_event_at": pa.array([r["first"] for r in listed], pa.timestamp("us")),
            "last_event_at": pa.array([r["last"] for r in listed], pa.timestamp("us")),
        }
        | text
        | {
            name: pa.array([r[name] for r in listed], pa.int64())
            for name in ("event_count", "seen_count", "amount_fen")
        }
        | {"is_subtle": pa.array([r["is_subtle"] for r in listed], pa.bool_())}
    )


def decoy_table(post: Post) -> pa.Table:
    """One row per honest look-alike: which rules it tempts, and whether the service was told."""
    lures = post.plot.lures
    people = post.people
    if not lures:
        return pa.table({"subject_key": pa.array([], pa.string())})
    sizes = [len(lure.person) for lure in lures]
    which = np.repeat(np.arange(len(lures)), sizes)
    person = np.concatenate([lure.person for lure in lures])
    table = {
        "subject_key": post.subjects(person),
        "decoy_kind": coded([lure.kind for lure in lures], which),
        "feed": coded([lure.feed for lure in lures], which),
        "from_at": instants(np.concatenate([lure.since for lure in lures])),
        "until_at": instants(np.concatenate([lure.until for lure in lures])),
        "tempted_rule_ids": coded([lure.tempts for lure in lures], which),
        "is_declared": pa.array(np.concatenate([lure.is_declared for lure in lures])),
    }
    order = np.lexsort((which, people.number[person]))
    return pa.table({name: _plain(column).take(pa.array(order)) for name, column in table.items()})


def people_table(post: Post) -> pa.Table:
    """How each person spends: for slices of a score."""
    people: People = post.people
    return pa.table(
        {
            "subject_key": post.subjects(np.arange(len(people))),
            "spending_shape": coded(SHAPE_NAMES, people.shape),
            "usual_p95_fen": pa.array(people.usual_95.astype(np.int64)),
            "work_code": coded(WORK_NAMES, people.work),
            "is_night_worker": pa.array(people.hours == 2),
            "declared_ppm": pa.array((people.diligence * 1_000_000).astype(np.int64)),
            "age_years": pa.array((post.plan.start // 86_400 - people.birth_day) * 100 // 36_525),
        }
    )
