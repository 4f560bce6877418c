"""The rules and incidents against a world of which the truth is known: the scoreboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from ingest.contracts import read_contracts
from tallywatch.compiled_models import compiled, run_models
from tallywatch.scoring.judge import Figures
from tallywatch.scoring.run import open_scratch

SELECTED = "+fct_alerts +fct_incidents +int_scores__movement_scores"
INCIDENTS = "incidents"
MOVEMENTS = "movement score"
AROUND = "interval 1 day", "interval 3 day"
"""What a flag may lie before the first and after the last planted event of a chain."""


def load_world(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The rows of a population into raw and the ledger, its truth into `truth`."""
    known = set(read_contracts())
    for path in sorted((folder / "raw").iterdir()):
        if path.name in known:
            _insert(connection, f"raw.{path.name}", path)
    _insert(connection, "ledger.batches", folder / "ledger" / "batches")
    connection.execute("create schema if not exists truth")
    for name in ("events", "incidents", "decoys"):
        connection.execute(
            f"create or replace table truth.{name} as select * from read_parquet(?)",
            [str(folder / "truth" / name / "*.parquet")],
        )


def _insert(connection: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    connection.execute(
        f"insert into {table} by name select * from read_parquet(?)", [str(folder / "*.parquet")]
    )


def score_world(
    world: Path,
    scratch: Path,
    *,
    memory_limit: str = "4GB",
    threads: int = 2,
    step: Callable[[str], None] = lambda told: None,
) -> list[Figures]:
    """Figures of every rule of the rulebook, of the movement score, and of the incidents."""
    step("compiling the models")
    models = compiled(SELECTED)
    connection = open_scratch(scratch, memory_limit, threads)
    try:
        step("loading the world")
        load_world(connection, world)
        for number, model in enumerate(models, 1):
            step(f"running {model.relation} ({number} of {len(models)})")
            run_models(connection, [model])
        step("judging")
        return judge_world(connection)
    finally:
        connection.close()


def judge_world(connection: duckdb.DuckDBPyConnection) -> list[Figures]:
    """Judge `marts` against `truth`, which the connection has both."""
    connection.execute(_CHAINS)
    connection.execute(_FLAGS)
    connection.execute(_FOUND)
    rules = connection.execute(
        "select rule_id from intermediate.int_rulebook__rules order by rule_id"
    ).fetchall()
    moved = _of_rule(connection, MOVEMENTS)
    return [
        *(_of_rule(connection, rule_id) for (rule_id,) in rules),
        replace(moved, alerts=moved.flags, first_alert_precision=moved.precision),
        _of_incidents(connection),
    ]


_CHAINS = f"""
    create or replace temp table chains as
    select chain_id, subject_key, feed, min(event_at) - {AROUND[0]} as from_at,
        max(event_at) + {AROUND[1]} as until_at,
        string_agg(expected_rule_ids, ';') as expected
    from truth.events group by all
"""
# A flag is true on a planted row; about a planted thing; of a feed in which a chain of the same
# person shows, while it goes on; or of a rule that is expected of the chain, while it goes on or
# from the delivery that brought a planted row about no thing.
_FLAGS = f"""
    create or replace temp table judged_flags as
    with told as (
        select flag_id, rule_id, subject_key, feed, event_at, available_at, dedup_key, delivery_id,
            line_number
        from marts.fct_flags where status_code in ('live', 'shadow')
        union all
        select movement_key, '{MOVEMENTS}', s.subject_key, s.feed, s.judged_at, s.available_at,
            s.payee_token, m.delivery_id, m.line_number
        from intermediate.int_scores__movement_scores as s
        inner join intermediate.int_subjects__movements as m using (movement_key)
        where s.is_flagged
    ),
    of_rows as (
        select told.flag_id from told inner join truth.events as e
            on told.delivery_id = e.delivery_id and told.line_number = e.line_number
            and told.subject_key = e.subject_key
    ),
    of_things as (
        select told.flag_id from told inner join truth.events as e
            on told.subject_key = e.subject_key and told.dedup_key = e.thing_key
    ),
    of_times as (
        select told.flag_id from told inner join chains
            on told.subject_key = chains.subject_key
            and (told.feed = chains.feed or contains(chains.expected, told.rule_id))
            and told.event_at between chains.from_at and chains.until_at
    ),
    of_deliveries as (
        select told.flag_id from told inner join truth.events as e
            on told.delivery_id = e.delivery_id and told.subject_key = e.subject_key
            and contains(e.expected_rule_ids, told.rule_id)
        where e.thing_key is null
    )
    select told.*, told.flag_id in (
        from of_rows union from of_things union from of_times union from of_deliveries) as is_true
    from told
"""
# Who is expected to see a planted event, and the first flag that does.
_FOUND = f"""
    create or replace temp table expected as
    with listed as (
        select *, unnest(string_split(expected_rule_ids, ';')) as rule_id
        from truth.events
        where received_at is not null and not is_subtle and expected_rule_ids <> ''
        union all
        select *, '{MOVEMENTS}' from truth.events
        where received_at is not null and not is_subtle and amount_fen > 0
            and feed in (select distinct feed from intermediate.int_subjects__movements)
    )
    select listed.rule_id, listed.event_id, listed.chain_id, listed.event_at,
        min(f.available_at) as seen_at
    from listed left join judged_flags as f
        on listed.rule_id = f.rule_id and listed.subject_key = f.subject_key
        and ((listed.delivery_id = f.delivery_id
                and (listed.line_number = f.line_number or listed.thing_key is null))
            or listed.thing_key = f.dedup_key
            or f.event_at between listed.event_at - {AROUND[0]} and listed.event_at + {AROUND[1]})
    group by all
"""


def _of_rule(connection: duckdb.DuckDBPyConnection, rule_id: str) -> Figures:
    flags, true_flags = _one(
        connection,
        "select count(*), count(*) filter (where is_true) from judged_flags where rule_id = ?",
        [rule_id],
    )
    alerts, true_alerts = _one(
        connection,
        "select count(*), count(*) filter (where is_true) from ("
        "select a.alert_id, bool_or(f.is_true) as is_true from marts.fct_alerts as a "
        "inner join judged_flags as f on a.rule_id = f.rule_id and a.subject_key = f.subject_key "
        "and a.dedup_key = f.dedup_key and a.episode_started_at = f.event_at "
        "where a.rule_id = ? and a.status_code in ('live', 'shadow') group by a.alert_id)",
        [rule_id],
    )
    events, seen = _one(
        connection, "select count(*), count(seen_at) from expected where rule_id = ?", [rule_id]
    )
    episodes, found, median, p90 = _one(connection, _EPISODES, [rule_id])
    return Figures(
        rule_id,
        flags,
        alerts,
        _share(true_flags, flags),
        _share(true_alerts, alerts),
        _share(seen, events),
        _share(found, episodes),
        median,
        p90,
        None,
    )


_DELAYS = """
    count(*), count(seen_at),
    median(date_diff('second', began_at, seen_at)) filter (where seen_at is not null) / 3600,
    quantile_cont(date_diff('second', began_at, seen_at), 0.9)
        filter (where seen_at is not null) / 3600
"""
_EPISODES = f"""
    select {_DELAYS} from (
        select chain_id, min(event_at) as began_at, min(seen_at) as seen_at
        from expected where rule_id = ? group by chain_id
    )
"""


def _of_incidents(connection: duckdb.DuckDBPyConnection) -> Figures:
    """True when it overlaps a planted chain of the person; each chain is an episode."""
    connection.execute(
        f"""
        create or replace temp table told_incidents as
        select i.incident_id, c.chain_id, i.detected_at, c.first_event_at
        from marts.fct_incidents as i left join truth.incidents as c
            on i.subject_key = c.subject_key
            and i.first_event_at <= c.last_event_at + {AROUND[1]}
            and i.last_event_at >= c.first_event_at - {AROUND[0]}
        """
    )
    count, true_count = _one(
        connection,
        "select count(*), count(*) filter (where is_true) from (select incident_id, "
        "bool_or(chain_id is not null) as is_true from told_incidents group by incident_id)",
    )
    chains, found, median, p90 = _one(
        connection,
        f"""
        select {_DELAYS} from (
            select c.chain_id, c.first_event_at as began_at, min(t.detected_at) as seen_at
            from truth.incidents as c left join told_incidents as t using (chain_id)
            where c.seen_count > 0 and not c.is_subtle group by all
        )
        """,
    )
    precision = _share(true_count, count)
    recall = _share(found, chains)
    return Figures(INCIDENTS, count, count, precision, precision, recall, recall, median, p90, None)


def _one(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Iterable[object] = ()
) -> tuple[int, ...]:
    return connection.execute(sql, list(values)).fetchone() or ()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
