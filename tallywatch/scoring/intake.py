"""Somebody else's transactions and labels, brought into a scratch warehouse as our movements."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tallywatch.errors import TerminalError
from tallywatch.scoring.columns import ColumnMap, read_map

LOCAL_HOURS = 8
"""Our models read local time as UTC + 8; a file's own local time is moved so that it comes back."""
NO_LABEL = ("", "0", "0.0", "none", "null", "false", "no", "legit", "genuine", "normal")
SECONDS = {"seconds": 1, "hours": 3600, "days": 86400}
LARGE_SHARE = 0.99


@dataclass(frozen=True)
class Intake:
    """What was read: transactions, people, misused ones, and yuan per unit of the file.

    `left_out`: rows without a person, a time or an amount; `idle_labels`: labels whose id is
    no transaction's.
    """

    rows: int
    people: int
    misuse: int
    yuan_per_unit: float
    columns: ColumnMap
    left_out: int
    idle_labels: int


def take_in(
    connection: duckdb.DuckDBPyConnection,
    transactions: Path,
    labels: Path | None,
    map_path: Path | None,
    reference_fen: int,
) -> Intake:
    """Fill `file.movements` (movement_key, subject_key, judged_at, ...) and `file.labels`.

    `reference_fen`: a large outflow of our own people. Without a rate, amounts are brought to the
    scale at which the file's 99th percentile is that; no label is looked at.

    Raises:
        TerminalError: the file cannot be read, or lacks a column that is needed.
    """
    read = _reader(transactions)
    columns = _columns(connection, read)
    own_labels = labels is not None and labels.resolve() != transactions.resolve()
    label_read = _reader(labels) if own_labels and labels is not None else None
    label_columns = None if label_read is None else _columns(connection, label_read)
    mapped = read_map(map_path, columns, label_columns)
    connection.execute("create schema if not exists file")
    left_out = _read_rows(connection, read, mapped)
    idle_labels = _read_labels(connection, label_read, mapped)
    factor = _yuan_per_unit(connection, mapped, reference_fen)
    _make_movements(connection, mapped, factor)
    rows, people, misuse = connection.execute(
        "select count(*), count(distinct subject_key), count(*) filter (where is_misuse) "
        "from file.movements inner join file.labels using (movement_key)"
    ).fetchone() or (0, 0, 0)
    if not rows:
        raise TerminalError(
            f"no usable row in {transactions.name}", "transactions", "look at the file and the map"
        )
    return Intake(rows, people, misuse, factor, mapped, left_out, idle_labels)


def _reader(path: Path) -> str:
    if not path.exists():
        raise TerminalError(f"no file {path}", "a CSV or Parquet file", "correct the path")
    text = str(path).replace("'", "''")
    if path.suffix.lower() in {".parquet", ".pq"}:
        return f"read_parquet('{text}')"
    # The whole file decides about types: a category that begins with numbers is text none the less.
    return f"read_csv('{text}', sample_size = -1)"


def _columns(connection: duckdb.DuckDBPyConnection, read: str) -> list[str]:
    try:
        return [str(row[0]) for row in connection.execute(f"describe from {read}").fetchall()]
    except duckdb.Error as error:
        raise TerminalError(
            f"{read} cannot be read: {error}", "a CSV or Parquet file", "look at the file"
        ) from error


def _read_rows(connection: duckdb.DuckDBPyConnection, read: str, mapped: ColumnMap) -> int:
    """Fill `file.rows`; gives how many rows cannot be used."""

    def text(name: str) -> str:
        column = mapped.one(name)
        return "null::varchar" if column is None else f"cast({quoted(column)} as varchar)"

    def number(name: str) -> str:
        column = mapped.one(name)
        return "null::double" if column is None else f"try_cast({quoted(column)} as double)"

    key = text("id") if mapped.one("id") else "cast(row_number() over () as varchar)"
    connection.execute(
        f"""
        create or replace table file.rows as
        select {key} as movement_key, {text("person")} as subject_key,
            {_instant(connection, read, mapped)} as local_at, {number("amount")} as amount,
            {text("payee")} as payee_token, {text("category")} as category_name,
            {number("latitude")} as latitude, {number("longitude")} as longitude,
            {text("label")} as label, {text("type")} as type_name, {text("episode")} as episode
        from {read}
        """
    )
    (left_out,) = connection.execute(
        "delete from file.rows where subject_key is null or local_at is null or amount is null"
    ).fetchone() or (0,)
    count, distinct = connection.execute(
        "select count(*), count(distinct movement_key) from file.rows"
    ).fetchone() or (0, 0)
    if count != distinct:
        raise TerminalError(
            f"{count} transactions with {distinct} ids",
            "an id of its own for each",
            "name the column with `transactions.id`, or give `id: null` to number them",
        )
    return int(left_out)


def _instant(connection: duckdb.DuckDBPyConnection, read: str, mapped: ColumnMap) -> str:
    names = mapped.columns["time"]
    if len(names) > 1:
        parts = " || ' ' || ".join(
            f"split_part(cast({quoted(name)} as varchar), ' ', {1 if n == 0 else -1})"
            for n, name in enumerate(names)
        )
        return f"try_cast({parts} as timestamp)"
    column = quoted(names[0])
    kind = str(connection.execute(f"select typeof({column}) from {read} limit 1").fetchone())
    if any(word in kind for word in ("INT", "DOUBLE", "DECIMAL", "FLOAT")):
        seconds = f"({column} * {SECONDS[mapped.time_unit]})"
        # Numbers beyond 3 January 2001 in milliseconds, or 1973 in seconds, are epoch times.
        return (
            f"case when {column} > 1e11 then epoch_ms(cast({column} as bigint)) "
            f"when {seconds} > 1e8 then to_timestamp({seconds})::timestamp "
            f"else timestamp '2001-01-01' + to_seconds({seconds}) end"
        )
    return f"try_cast({column} as timestamp)"


def _read_labels(
    connection: duckdb.DuckDBPyConnection, label_read: str | None, mapped: ColumnMap
) -> int:
    """One row per transaction. A listed id without a label column is misuse: that is the list.

    Gives how many of the labels' ids are no transaction's.
    """
    idle = 0
    if label_read is None:
        source, has = "file.rows", {name: mapped.one(name) for name in ("label", "type")}
    else:
        labels = mapped.label_columns
        has = {name: (labels.get(name) or (None,))[0] for name in ("label", "type")}
        fields = {**has, "episode": (labels.get("episode") or (None,))[0]}
        selected = ", ".join(
            ("null::varchar" if column is None else f"cast({quoted(column)} as varchar)")
            + f" as {alias}"
            for alias, column in (
                ("label", fields["label"]),
                ("type_name", fields["type"]),
                ("episode", fields["episode"]),
            )
        )
        connection.execute(
            f"create or replace table file.told as select distinct on (movement_key) * from ("
            f"select cast({quoted(labels['id'][0])} as varchar) as movement_key, {selected} "
            f"from {label_read}) order by movement_key, label desc nulls last"
        )
        (idle,) = connection.execute(
            "select count(*) from file.told anti join file.rows using (movement_key)"
        ).fetchone() or (0,)
        source = (
            "(select r.movement_key, r.subject_key, r.local_at, r.payee_token, t.label, "
            "t.type_name, t.episode, t.movement_key is not null as is_listed "
            "from file.rows r left join file.told t using (movement_key))"
        )
    nothing = ", ".join(f"'{word}'" for word in NO_LABEL)
    if has["label"]:
        judged = f"coalesce(lower(trim(label)), '') not in ({nothing})"
    elif has["type"]:
        judged = f"coalesce(lower(trim(type_name)), '') not in ({nothing})"
    else:
        judged = "is_listed"
    connection.execute(
        f"""
        create or replace table file.labels as
        with judged as (select *, {judged} as is_misuse from {source}),
        typed as (select *, coalesce(type_name, 'misuse') as type_code from judged where is_misuse),
        gaps as (
            select *, lag(local_at) over (
                partition by subject_key, type_code order by local_at, movement_key) as before_at
            from typed
        ),
        numbered as (
            select *, coalesce(episode, subject_key || '|' || type_code || '|' || cast(sum(
                case when local_at <= before_at + to_days({int(mapped.episode_gap_days)})
                then 0 else 1 end) over (
                partition by subject_key, type_code order by local_at, movement_key) as varchar)
            ) as episode_key
            from gaps
        )
        select judged.movement_key, judged.is_misuse, numbered.type_code, numbered.episode_key
        from judged left join numbered using (movement_key)
        """
    )
    return int(idle)


def _yuan_per_unit(
    connection: duckdb.DuckDBPyConnection, mapped: ColumnMap, reference_fen: int
) -> float:
    stated = mapped.currency_rate or mapped.scale
    if stated:
        return float(stated)
    (large,) = connection.execute(
        f"select quantile_cont(amount, {LARGE_SHARE}) from "
        f"(select {_out(connection, mapped)} as amount from file.rows) where amount > 0"
    ).fetchone() or (None,)
    if not large:
        raise TerminalError(
            "no outflow", "amounts that leave", "state `outflow: positive` or `negative` in the map"
        )
    return reference_fen / 100 / float(large)


def _out(connection: duckdb.DuckDBPyConnection, mapped: ColumnMap) -> str:
    sign = mapped.outflow
    if sign is None:
        (positive,) = connection.execute(
            "select count(*) filter (where amount > 0) >= count(*) filter (where amount < 0) "
            "from file.rows"
        ).fetchone() or (True,)
        sign = "positive" if positive else "negative"
    return "amount" if sign == "positive" else "-amount"


def _make_movements(
    connection: duckdb.DuckDBPyConnection, mapped: ColumnMap, factor: float
) -> None:
    offset = round(60 * mapped.utc_offset_hours)
    connection.execute(
        f"""
        create or replace table file.movements as
        select movement_key, subject_key, payee_token, category_name, latitude, longitude,
            person_at - to_hours({LOCAL_HOURS}) as judged_at,
            cast(extract(hour from person_at) as integer) as local_hour,
            cast(person_at as date) as business_date,
            cast(round(out_amount * {factor!r} * 100) as bigint) as outflow_fen,
            row_number() over (order by person_at, movement_key) as line_number
        from (
            select *, local_at + to_minutes({offset}) as person_at,
                {_out(connection, mapped)} as out_amount
            from file.rows
        )
        order by judged_at, movement_key
        """
    )


def quoted(name: str) -> str:
    """A column name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
