"""What is kept no longer: rows, delivered bytes and quarantine whose time, by contract, is over.

Rows are counted from their business day, or from the column that the contract names (an adverse
item of a credit report from the end of the act; without an end it is not over). Where a contract
says `anonymise`, rows are facts of the books: they stay, and only the identifiers in them go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from ingest.batch import read_report, rejected_path, report_path
from ingest.contract_retention_faults import VERSION
from ingest.contracts import Contract, Retention
from ingest.erasure.bytes import shred
from ingest.erasure.lake import (
    empty_rejected,
    lake_columns,
    lake_files,
    rejected_lines,
    rewrite_accepted,
)
from ingest.erasure.rules import RowRule, is_in, literal
from ingest.erasure.tables import compact_warehouse, enter_deletion, tables_of
from ingest.landing import MANIFEST, Landed, read_landed
from tallywatch.clock import SHANGHAI, business_date
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse

QUARANTINE_DAYS = 365
"""Faults name a line, a column and a reason; a year is enough to ask a sender about them."""


@dataclass(frozen=True)
class Expired:
    """What is over in one feed: rows (deleted, or cleared of identifiers), deliveries whose bytes
    go, and lines in quarantine. Rows from before `cutoff` are over."""

    feed: str
    cutoff: date
    rows: Mapping[str, int]
    shredded: tuple[str, ...]
    quarantine: Mapping[str, int]
    is_cleared: bool

    @property
    def is_empty(self) -> bool:
        """Nothing is over."""
        return not (self.rows or self.shredded or self.quarantine)


def cutoff_of(retention: Retention, today: date) -> date:
    """Days before this one are over. A month is a calendar month, cut at its last day."""
    if retention.unit == "days":
        return today - timedelta(days=retention.value)
    months = retention.value * (12 if retention.unit == "years" else 1)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    return min(first + timedelta(days=today.day - 1), next_month - timedelta(days=1))


def expired(settings: Settings, contract: Contract, now: datetime) -> Expired:
    """What of a feed is over at `now` (aware); changes nothing."""
    cutoff = cutoff_of(contract.retention, business_date(now))
    rows: dict[str, int] = {}
    with duckdb.connect() as connection:
        files = lake_files(settings, contract.feed)
        every = _relation(files)
        rule = _rule(contract, cutoff, lake_columns(connection, files), every) if files else None
        if rule:
            rows = dict(
                connection.execute(
                    "select _delivery_id, count(*) from read_parquet(?, union_by_name = true) "
                    f"where {rule.touched_where} group by all order by all",
                    [files],
                ).fetchall()
            )
        kept = _deliveries_kept(connection, files, rule)
    return Expired(
        feed=contract.feed,
        cutoff=cutoff,
        rows=rows,
        shredded=tuple(
            landed.delivery_id
            for landed in _landed(settings, contract.feed)
            if _bytes_are_over(contract, landed, cutoff, now, kept)
        ),
        quarantine=_old_faults(settings, contract.feed, max(cutoff, _quarantine_cutoff(now))),
        is_cleared=contract.is_anonymised,
    )


def remove(
    settings: Settings, contracts: Mapping[str, Contract], over: list[Expired], now: datetime
) -> None:
    """Remove what is over, lake and landing first, then the warehouse in one transaction.

    Killed half-way, the next call finds what is left and does the rest.

    Raises:
        WarehouseBusyError: another process has the warehouse open.
    """
    with duckdb.connect() as connection:
        for part in over:
            contract = contracts[part.feed]
            every = _relation(lake_files(settings, part.feed))
            for delivery in part.rows:
                columns = lake_columns(connection, [_lake_file(settings, part.feed, delivery)])
                if rule := _rule(contract, part.cutoff, columns, every):
                    rewrite_accepted(connection, settings, part.feed, delivery, rule)
            for delivery in part.shredded:
                shred(read_landed(settings.landing / part.feed / delivery), now)
            for delivery in part.quarantine:
                empty_rejected(settings, part.feed, delivery)
    _remove_from_warehouse(settings, contracts, over)


def _remove_from_warehouse(
    settings: Settings, contracts: Mapping[str, Contract], over: list[Expired]
) -> None:
    if not settings.warehouse.exists():
        return
    with open_warehouse(settings) as warehouse:
        there = tables_of(warehouse)
        warehouse.execute("begin")
        try:
            for part in over:
                table = f"raw.{part.feed}"
                columns = list(there.get(table, ()))
                rule = _rule(contracts[part.feed], part.cutoff, columns, table)
                if rule and table in there:
                    enter_deletion(warehouse, table, rule)
                    for statement in rule.statements(table):
                        warehouse.execute(statement)
                if part.quarantine:
                    _forget_faults(warehouse, list(part.quarantine))
            warehouse.execute("commit")
        except BaseException:
            warehouse.execute("rollback")
            raise
    compact_warehouse(settings)


def _forget_faults(warehouse: duckdb.DuckDBPyConnection, deliveries: list[str]) -> None:
    where = is_in("delivery_id", deliveries)
    warehouse.execute(
        f"update ledger.batches set erased_rejected_records = rejected_records where {where}"
    )
    warehouse.execute(f"delete from ledger.rejected_rows where {where}")


def _rule(contract: Contract, cutoff: date, columns: list[str], every: str) -> RowRule | None:
    """The rule of a relation with these columns; `every` gives all rows of the feed."""
    day = "_business_date"
    if contract.retained_from_column:
        dated = next(c for c in contract.columns if c.name == contract.retained_from_column)
        day = dated.raw_name
        if dated.logical_type == "timestamp":
            day = f"cast({day} + interval 8 hour as date)"
        if dated.raw_name not in columns:
            return None
    over = f"{day} < date '{cutoff:%Y-%m-%d}'"
    if contract.keeps_last_version:
        thing = [name for name in contract.key if name != VERSION]
        key = ", ".join(thing)
        over += (
            f" and ({key}, {VERSION}) not in "
            f"(select {key}, max({VERSION}) from {every} group by {key})"
        )
    if not contract.is_anonymised:
        return RowRule(over, {})
    tied = sorted(contract.cleared_columns.intersection(columns))
    cleared = {name: f"{over} and {name} is not null" for name in tied}
    return RowRule(None, cleared) if cleared else None


def _relation(files: list[str]) -> str:
    names = ", ".join(literal(name) for name in files)
    return f"read_parquet([{names}], union_by_name = true)"


def _bytes_are_over(
    contract: Contract, landed: Landed, cutoff: date, now: datetime, kept: frozenset[str]
) -> bool:
    if landed.is_shredded:
        return False
    if contract.raw_bytes_days is not None:
        return landed.received_at < now - timedelta(days=contract.raw_bytes_days)
    is_old = business_date(landed.received_at) < cutoff
    return is_old and (contract.is_anonymised or landed.delivery_id not in kept)


def _deliveries_kept(
    connection: duckdb.DuckDBPyConnection, files: list[str], rule: RowRule | None
) -> frozenset[str]:
    """Deliveries of which a row stays; their bytes stay with it unless the contract says when."""
    if not files:
        return frozenset()
    where = f"not coalesce({rule.deleted_where}, false)" if rule and rule.deleted_where else "true"
    rows = connection.execute(
        f"select distinct _delivery_id from read_parquet(?, union_by_name = true) where {where}",
        [files],
    ).fetchall()
    return frozenset(delivery for (delivery,) in rows)


def _old_faults(settings: Settings, feed: str, cutoff: date) -> dict[str, int]:
    found = {}
    for path in sorted(rejected_path(settings, feed, "").parent.glob("d*.parquet")):
        report_file = report_path(settings, feed, path.stem)
        if not report_file.exists():
            continue
        received = read_report(report_file).received_at
        if received.astimezone(SHANGHAI).date() < cutoff and (lines := rejected_lines(path)):
            found[path.stem] = lines
    return found


def _quarantine_cutoff(now: datetime) -> date:
    return business_date(now) - timedelta(days=QUARANTINE_DAYS)


def _landed(settings: Settings, feed: str) -> list[Landed]:
    manifests = sorted((settings.landing / feed).glob(f"d*/{MANIFEST}"))
    return [read_landed(manifest.parent) for manifest in manifests]


def _lake_file(settings: Settings, feed: str, delivery: str) -> str:
    return str(settings.lake / feed / f"{delivery}.parquet")
