"""The project's own rules and score, run over a file: dbt's SQL in a scratch warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ingest import warehouse
from ingest.contracts import read_contracts
from tallywatch.compiled_models import DATABASE, Model, compiled, make_schemas, run_models
from tallywatch.errors import TerminalError
from tallywatch.warehouse import STATE_TABLES, create_table

SCORES = "int_scores__movement_scores"
REPLACED = {
    "intermediate.int_service__as_of": """
        select max(judged_at) + interval 400 day as as_of_at from file.movements""",
    "intermediate.int_subjects__movements": """
        select movement_key, 'file' as feed, subject_key, subject_key as account_key,
            movement_key as source_id, judged_at as occurred_at, judged_at, true as is_time_known,
            local_hour,
            case when outflow_fen > 0 then 'spend' else 'income' end as movement_type,
            outflow_fen > 0 as is_outflow, outflow_fen < 0 as is_inflow, false as is_passive,
            false as is_own_move, false as is_card_present, false as names_wallet,
            false as is_wallet_leg, cast(null as varchar) as wallet_movement_key, payee_token,
            abs(outflow_fen) as stated_fen, -outflow_fen as amount_fen,
            cast(null as bigint) as balance_fen, cast(null as varchar) as place_name,
            judged_at as available_at, judged_at as detected_at, 'file' as delivery_id,
            line_number, business_date
        from file.movements""",
    "intermediate.int_scores__outflows": """
        select movement_key, subject_key, 'file' as feed, payee_token, category_name, outflow_fen,
            judged_at, local_hour, latitude, longitude, judged_at as available_at,
            judged_at as detected_at, business_date
        from file.movements
        where outflow_fen > 0""",
    "intermediate.int_subjects__misuse": """
        select movement_key, known_from_at, timestamp '9999-12-31' as known_until_at
        from file.answers""",
}
"""Where the file takes the place of what the feeds would tell."""
UNKNOWN_TO_A_FILE = {"KNOWN-PAYEE.min_seen_count": 1_000_000_000}
"""Nobody acknowledged a payee in a file, and a till that is known says nothing about who held the
card; `set` brings the product's habit back."""


def open_scratch(folder: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """An empty warehouse with every raw and state table, and the seeds."""
    connection = duckdb.connect(str(folder / f"{DATABASE}.duckdb"))
    connection.execute(f"set memory_limit = '{memory_limit}'")
    connection.execute(f"set threads = {threads}")
    connection.execute(f"set temp_directory = '{folder / 'spill'}'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set TimeZone = 'UTC'")
    warehouse.prepare(connection, read_contracts().values())
    for table, columns in STATE_TABLES.items():
        connection.execute(f"create schema if not exists {table.partition('.')[0]}")
        connection.execute(create_table(table, columns))
    make_schemas(connection)
    return connection


def bank_models(variables: Mapping[str, str] | None = None) -> list[Model]:
    """The bank rules, the score, and what they read, parents first."""
    return compiled(f"+path:models/intermediate/rules/rule_im_bk_* +{SCORES}", variables)


def threshold(connection: duckdb.DuckDBPyConnection, rule_id: str, name: str) -> int:
    """The value that a threshold has now, in the seeds."""
    row = connection.execute(
        "select threshold_value from seeds.rule_thresholds where rule_id = ? "
        "and threshold_name = ? order by valid_from desc, known_from desc limit 1",
        [rule_id, name],
    ).fetchone()
    if row is None:
        raise TerminalError(f"{rule_id}.{name}", "a threshold with a row", "look at the seed")
    return int(row[0])


def set_thresholds(connection: duckdb.DuckDBPyConnection, overrides: Mapping[str, int]) -> None:
    """Let thresholds hold at all times, since a file may be of any year, and set those given."""
    connection.execute(
        "update seeds.rule_thresholds set valid_from = date '1900-01-01', "
        "known_from = date '1900-01-01' from (select rule_id as r, threshold_name as t, "
        "min(valid_from) as v from seeds.rule_thresholds group by all) "
        "where rule_id = r and threshold_name = t and valid_from = v"
    )
    for name, value in {**UNKNOWN_TO_A_FILE, **overrides}.items():
        rule_id, _, threshold_name = name.partition(".")
        threshold(connection, rule_id, threshold_name)
        connection.execute(
            "update seeds.rule_thresholds set threshold_value = ? "
            "where rule_id = ? and threshold_name = ?",
            [value, rule_id, threshold_name],
        )


def give_answers(connection: duckdb.DuckDBPyConnection, after_days: int | None) -> None:
    """With `after_days` labels of misuse become known so many days later; without, never."""
    condition = "is_misuse" if after_days is not None else "false"
    connection.execute(
        f"create or replace table file.answers as select movement_key, "
        f"judged_at + to_days({after_days or 0}) as known_from_at "
        f"from file.movements inner join file.labels using (movement_key) where {condition}"
    )


def run_detection(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> None:
    """Run the models with the file in place of the feeds, into `file.flags`, `file.scores`."""
    run_models(
        connection,
        [
            Model(model.relation, REPLACED[model.relation]) if model.relation in REPLACED else model
            for model in models
        ],
    )
    rules = [model.relation for model in models if ".rule_im_bk_" in model.relation]
    union = " union all ".join(
        f"select rule_id, line_number, exit_reason, suppression_reason, evidence from {rule}"
        for rule in rules
    )
    connection.execute(
        f"create or replace table file.flags as select distinct rule_id as detector, movement_key, "
        f"exit_reason, suppression_reason, evidence from ({union}) "
        "inner join file.movements using (line_number)"
    )
    connection.execute(
        f"create or replace table file.scores as select movement_key, sum_millipoints, score, "
        f"is_flagged from intermediate.{SCORES}"
    )
