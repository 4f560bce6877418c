"""The lake: accepted rows as Parquet, the faults of rejected ones, and the reports of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ingest.batch import lake_path, read_report, rejected_path, report_path, write_report
from ingest.contracts import Contract
from ingest.erasure.person import Person
from ingest.erasure.place import Items, Place
from ingest.erasure.rules import RowRule, literal, raw_rule
from ingest.erasure_map import ErasureTarget, erasure_map
from ingest.files import replacing
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

PARQUET_OPTIONS = "format parquet, compression zstd, compression_level 1"


class Lake(Place):
    """Files with rows of the person are written anew without them; the report says how many."""

    name = "lake"

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract]) -> None:
        self._settings = settings
        self._targets = {t.feed: t for t in erasure_map(contracts.values())}

    def count(self, person: Person) -> Items:
        """Rows by `feed/delivery_id`."""
        found: dict[str, int] = {}
        with duckdb.connect() as connection:
            for feed, target in self._targets.items():
                found |= {
                    f"{feed}/{delivery}": len(lines)
                    for delivery, lines in lines_of(connection, self._settings, target, person)
                }
        return found

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = true")
            for item in items:
                feed, _, delivery = item.partition("/")
                path = lake_path(self._settings, feed, delivery)
                rule = raw_rule(self._targets[feed], person, pq.read_schema(path).names)
                if rule:
                    rewrite_accepted(connection, self._settings, feed, delivery, rule)


class Quarantine(Place):
    """Faults of deliveries that are the person's alone. Elsewhere a fault names nobody: it is a
    line number and a reason."""

    name = "quarantine"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def count(self, person: Person) -> Items:
        """Lines by `feed/delivery_id`."""
        lines = {}
        for item in person.deliveries:
            feed, _, delivery = item.partition("/")
            path = rejected_path(self._settings, feed, delivery)
            if path.exists() and (count := rejected_lines(path)):
                lines[item] = count
        return lines

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        for item in items:
            feed, _, delivery = item.partition("/")
            empty_rejected(self._settings, feed, delivery)


def lines_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings, target: ErasureTarget, person: Person
) -> list[tuple[str, list[int]]]:
    """Lines of a feed's accepted rows that are the person's: (delivery id, line numbers)."""
    files = lake_files(settings, target.feed)
    if not files:
        return []
    rule = raw_rule(target, person, lake_columns(connection, files))
    if rule is None:
        return []
    return connection.execute(
        "select _delivery_id, list(_line_number) from read_parquet(?, union_by_name = true) "
        f"where {rule.touched_where} group by _delivery_id order by _delivery_id",
        [files],
    ).fetchall()


def rewrite_accepted(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    feed: str,
    delivery: str,
    rule: RowRule,
) -> int:
    """Write the accepted rows of a delivery anew as the rule leaves them; returns rows gone.

    The report goes first: it is what a loader holds the file against, and a kill between the two
    is mended by the same call.

    Raises:
        TerminalError: the file has not the rows that its report says; nothing was changed.
    """
    path = lake_path(settings, feed, delivery)
    source = f"read_parquet({literal(str(path))})"
    before = int(pq.read_metadata(path).num_rows)
    report_file = report_path(settings, feed, delivery)
    report = read_report(report_file)
    counted = connection.execute(f"select count(*) from ({rule.kept(source)})").fetchone()
    kept = int(counted[0]) if counted else 0
    erased = report.accepted_records - kept
    # A kill between report and file leaves the report ahead by just these rows.
    if report.erased_records not in {report.accepted_records - before, erased}:
        raise TerminalError(
            f"{before} rows of {delivery} in the lake, {report.erased_records} erased",
            f"{report.accepted_records} in all, as its report says",
            "restore the file from a backup, then run this again",
        )
    if erased != report.erased_records:
        write_report(settings, replace(report, erased_records=erased))
    with replacing(path) as temporary:
        connection.execute(
            f"copy ({rule.kept(source)}) to {literal(str(temporary))} ({PARQUET_OPTIONS})"
        )
    return before - kept


def empty_rejected(settings: Settings, feed: str, delivery: str) -> int:
    """Forget the faults of a delivery; returns the lines that had one."""
    path = rejected_path(settings, feed, delivery)
    lines = rejected_lines(path)
    report = read_report(report_path(settings, feed, delivery))
    gone = replace(report, erased_rejected_records=report.rejected_records, file_name_token="")
    if gone != report:
        write_report(settings, gone)
    schema = pq.read_schema(path)
    with replacing(path) as temporary:
        pq.write_table(schema.empty_table(), temporary)
    return lines


def rejected_lines(path: Path) -> int:
    """Lines with a fault in a file of faults."""
    column = pq.read_table(path, columns=["line_number"]).column(0)
    return len(column.unique())


def lake_files(settings: Settings, feed: str) -> list[str]:
    """Files of accepted rows of a feed."""
    return sorted(str(path) for path in (settings.lake / feed).glob("d*.parquet"))


def lake_columns(connection: duckdb.DuckDBPyConnection, files: Iterable[str]) -> list[str]:
    """Columns that at least one of the files has."""
    described = connection.execute(
        "describe select * from read_parquet(?, union_by_name = true)", [list(files)]
    )
    return [row[0] for row in described.fetchall()]
