"""Reading how every feed is doing from the ledger, held against the contracts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from ingest.contracts import Contract, read_contracts
from publish.feed_status_model import (
    Day,
    Difference,
    DriftSeen,
    Fault,
    FeedsStatus,
    FeedStatus,
    Freshness,
    Refusal,
    VersionUsed,
)
from tallywatch.clock import utc_now
from tallywatch.settings import Settings
from tallywatch.warehouse import read_warehouse

DAYS_SHOWN = 45
LISTED = 10

FEEDS = """
    select
        feed, count(*), count(*) filter (status_code = 'refused'),
        sum(accepted_records)::bigint, sum(rejected_records)::bigint,
        sum(coalesce(erased_records, 0))::bigint, sum(coalesce(replay_count, 0))::bigint,
        max(received_at), max(loaded_at)
    from ledger.batches group by feed
"""
DAYS = """
    select
        feed, (received_at + interval 8 hour)::date as received_date,
        sum(accepted_records)::bigint, sum(rejected_records)::bigint,
        count(*) filter (status_code = 'refused')
    from ledger.batches group by feed, received_date
    qualify row_number() over (partition by feed order by received_date desc) <= $limit
    order by feed, received_date
"""
FAULTS = """
    select feed, column_name, reason_code, count(*) as faults, count(distinct delivery_id)
    from ledger.rejected_rows group by feed, column_name, reason_code
    qualify row_number() over (partition by feed order by faults desc, reason_code) <= $limit
    order by feed, faults desc, reason_code
"""
REFUSALS = """
    select feed, delivery_id, received_at, reason_code, found, remedy
    from ledger.batches where status_code = 'refused'
    qualify row_number() over (partition by feed order by received_at desc, delivery_id) <= $limit
    order by feed, received_at desc, delivery_id
"""
DIFFERENCES = """
    select feed, delivery_id, received_at, declared_differences
    from ledger.batches where declared_differences is not null
    qualify row_number() over (partition by feed order by received_at desc, delivery_id) <= $limit
    order by feed, received_at desc, delivery_id
"""
DRIFT = """
    select feed, unknown_columns, count(*), max(received_at) as last_received_at
    from ledger.batches where unknown_columns is not null group by feed, unknown_columns
    qualify row_number() over (partition by feed order by last_received_at desc) <= $limit
    order by feed, last_received_at desc
"""
VERSIONS = """
    select feed, contract_version, count(*) from ledger.batches group by feed, contract_version
    order by feed, max(loaded_at) desc
"""


def feeds_status(
    settings: Settings,
    contracts: Mapping[str, Contract] | None = None,
    now: datetime | None = None,
) -> FeedsStatus:
    """How every feed of `contracts` (default: all) is doing at `now` (aware, default: the clock).

    Raises:
        TerminalError: there is no warehouse yet.
        WarehouseBusyError: a process has it open for writing.
    """
    moment = now or utc_now()
    chosen = read_contracts() if contracts is None else contracts
    with read_warehouse(settings) as connection:
        counted = {feed: row for feed, *row in connection.execute(FEEDS).fetchall()}
        lists = _lists(connection)
    feeds = [
        replace(_status(contract, counted.get(feed), moment), **lists[feed])
        for feed, contract in chosen.items()
    ]
    return FeedsStatus(moment, tuple(sorted(feeds, key=lambda f: (not f.needs_somebody, f.feed))))


def _status(contract: Contract, counted: list[Any] | None, now: datetime) -> FeedStatus:
    status = FeedStatus(
        feed=contract.feed,
        title=contract.title,
        owner=contract.owner,
        contract_version=contract.version,
        freshness_days=contract.freshness_days,
        freshness=Freshness.NEVER,
    )
    if counted is None:
        return status
    deliveries, refused, accepted, rejected, erased, replays, received, loaded = counted
    is_late = _aware(received) < now - timedelta(days=contract.freshness_days)
    return replace(
        status,
        freshness=Freshness.LATE if is_late else Freshness.FRESH,
        delivery_count=deliveries,
        refused_count=refused,
        accepted_records=accepted,
        rejected_records=rejected,
        erased_records=erased,
        replay_count=replays,
        last_received_at=_aware(received),
        last_loaded_at=_aware(loaded),
    )


def _lists(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[Any, ...]]]:
    def rows(query: str, limit: int = LISTED) -> Iterable[tuple[str, list[Any]]]:
        found = connection.execute(query, {"limit": limit} if "$limit" in query else None)
        return ((feed, row) for feed, *row in found.fetchall())

    lists: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for feed, row in rows(DAYS, DAYS_SHOWN):
        lists[feed]["days"].append(Day(*row))
    for feed, row in rows(FAULTS):
        lists[feed]["faults"].append(Fault(*row))
    for feed, (delivery_id, received, *words) in rows(REFUSALS):
        lists[feed]["refusals"].append(Refusal(delivery_id, _aware(received), *words))
    for feed, (delivery_id, received, text) in rows(DIFFERENCES):
        lists[feed]["differences"] += [
            Difference(delivery_id, _aware(received), **figure) for figure in json.loads(text)
        ]
    for feed, (text, count, received) in rows(DRIFT):
        seen = DriftSeen(tuple(json.loads(text)), count, _aware(received))
        lists[feed]["drift"].append(seen)
    for feed, row in rows(VERSIONS):
        lists[feed]["versions"].append(VersionUsed(*row))
    made = {feed: {name: tuple(v) for name, v in parts.items()} for feed, parts in lists.items()}
    return defaultdict(dict, made)


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)
