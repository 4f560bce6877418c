"""Wallet bills of so many people over so many days, written straight into raw tables.

A day's bills are one delivery, received the next morning. Few people pay often and most seldom;
each pays a dozen payees, now and then far more than usual, some by night; one trade in forty comes
back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from ingest.contracts import read_contracts
from ingest.warehouse import prepare
from tallywatch.settings import Settings
from tallywatch.warehouse import open_warehouse

LAST_DAY = date(2026, 9, 30)
PAYEES = 20_000
ROWS_AT_ONCE = 5_000_000


@dataclass(frozen=True)
class History:
    """So many people with so many trades a day, over so many days that end on the last day."""

    people: int
    trades_a_day: int
    days: int

    @property
    def first_day(self) -> date:
        """The first of the days."""
        return LAST_DAY - timedelta(days=self.days - 1)


def write_history(settings: Settings, history: History) -> None:
    """Make the warehouse, with the people's grants and every day of the history."""
    with open_warehouse(settings) as warehouse:
        prepare(warehouse, read_contracts().values())
        _write_payees(warehouse)
        _write_grants(warehouse, history)
        at_once = max(1, ROWS_AT_ONCE // history.trades_a_day)
        for first in range(0, history.days, at_once):
            _write_days(warehouse, history, first, min(first + at_once, history.days))
        warehouse.execute("drop table raw.payees")


def write_day(settings: Settings, history: History, number: int) -> None:
    """Add the day that comes `number` days after the last of the history (1: the next)."""
    with open_warehouse(settings) as warehouse:
        _write_payees(warehouse)
        day = history.days + number - 1
        _write_days(warehouse, history, day, day + 1)
        warehouse.execute("drop table raw.payees")


def _write_payees(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        "create or replace table raw.payees as "
        f"select i as payee, sha256('payee' || i) as token from range({PAYEES}) as t (i)"
    )


def _write_grants(warehouse: duckdb.DuckDBPyConnection, history: History) -> None:
    granted = f"timestamp '{history.first_day - timedelta(days=1)}'"
    warehouse.execute(
        f"""
        insert into raw.authorisations by name
        select 'A' || i as authorisation_id, 'S' || i as subject_key,
            'wallet_bills' as scope_code, {granted} as granted_at,
            {granted} + interval 20 year as expires_at, {granted} as recorded_at,
            'authorisations' as _feed, 'grants' as _delivery_id, 'grants' as _file_sha256,
            i + 1 as _line_number, {granted} as _received_at,
            date '{history.first_day - timedelta(days=1)}' as _business_date
        from range({history.people}) as t (i)
        """
    )
    _enter(warehouse, "authorisations", "'grants'", f"{granted}", "1")


def _write_days(
    warehouse: duckdb.DuckDBPyConnection, history: History, first: int, until: int
) -> None:
    """Days `first` to before `until`, counted from the first of the history."""
    day = f"(date '{history.first_day}' + cast(i // {history.trades_a_day} as integer))"
    received = f"(cast({day} + 1 as timestamp) + interval 22 hour)"
    warehouse.execute(
        f"""
        insert into raw.alipay_bills by name
        with numbered as (
            select i,
                -- What comes back was paid some days before by the same person.
                i % 40 = 0 and i >= 9 * {history.trades_a_day} as is_refund,
                case when is_refund then i - 9 * {history.trades_a_day} + 1 else i end as j,
                (hash(j) % 1000003) / 1000003.0 as u,
                cast(floor({history.people} * u * u) as bigint) as person,
                hash(j * 3) % 1000 as luck,
                hash(i * 5) % 86400 as second
            from range({first * history.trades_a_day}, {until * history.trades_a_day}) as t (i)
        )
        select 'A' || person as authorisation_id, 'S' || person as subject_key,
            -- Most by day: what falls into the small hours is moved, nine times of ten.
            cast({day} as timestamp) - interval 8 hour + to_seconds(cast(
                case when second < 25200 and luck % 10 > 0 then second + 36000 else second end
            as bigint)) as occurred_at,
            case when is_refund then '退款' else '日用百货' end as category_name,
            case when is_refund then 'neutral' else 'out' end as direction_code,
            case when is_refund then '退款成功' else '交易成功' end as status_name,
            payees.token as counterparty_token,
            cast(case
                when luck = 0 then 600000 + hash(j) % 3000000
                when luck < 10 then 50000 + hash(j) % 100000
                else 500 + hash(j) % 9500
            end as bigint) as amount_fen,
            '20' || lpad(cast(j as varchar), 26, '0')
            || case when is_refund then '_1' else '' end as trade_id,
            'alipay_bills' as _feed,
            'day-' || {day} as _delivery_id,
            sha256('day-' || {day}) as _file_sha256,
            i % {history.trades_a_day} + 1 as _line_number,
            {received} as _received_at,
            {day} as _business_date
        from numbered
        inner join raw.payees as payees on payees.payee = (person * 31 + luck % 12) % {PAYEES}
        order by i
        """
    )
    for number in range(first, until):
        delivered = history.first_day + timedelta(days=number)
        received = f"timestamp '{delivered + timedelta(days=1)}' + interval 22 hour"
        _enter(warehouse, "alipay_bills", f"'day-{delivered}'", received, str(history.trades_a_day))


def _enter(
    warehouse: duckdb.DuckDBPyConnection, feed: str, delivery: str, received: str, records: str
) -> None:
    warehouse.execute(
        f"""
        insert into ledger.batches by name
        select {delivery} as delivery_id, '{feed}' as feed, 'loaded' as status_code,
            sha256({delivery}) as file_sha256, 1 as file_bytes, {received} as received_at,
            {received} as landed_at, {received} + interval 5 minute as loaded_at,
            {records} as physical_records, {records} as accepted_records, 0 as rejected_records,
            '1.0.0' as contract_version
        """
    )
