"""The warehouse: raw tables and ledger in one transaction, then all that was computed from them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

import duckdb

from ingest.contracts import Contract
from ingest.erasure.person import Person
from ingest.erasure.place import Items, Place
from ingest.erasure.rules import RowRule, derived_rule, is_in, raw_rule
from ingest.erasure_map import erasure_map
from tallywatch.database import rewrite_database
from tallywatch.errors import WarehouseBusyError
from tallywatch.settings import Settings
from tallywatch.warehouse import forget_builds, is_held, open_warehouse

STATE_SCHEMAS = frozenset({"raw", "ledger", "postings"})
"""Raw and ledger have rules of their own; postings are the books and name nobody."""
SPILL_FOLDERS = ("tmp", "spill")


class Warehouse(Place):
    """Rows are deleted, what ties the others is cleared, and the file is written anew."""

    name = "warehouse"

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract]) -> None:
        self._settings = settings
        self._targets = {t.table: t for t in erasure_map(contracts.values())}
        self._is_touched = False

    def count(self, person: Person) -> Items:
        """Rows by table."""
        if not self._settings.warehouse.exists():
            return {}
        with open_warehouse(self._settings) as warehouse:
            found = {
                table: _count(warehouse, f"select count(*) from {table} where {rule.touched_where}")
                for table, rule in self._rules(warehouse, person).items()
            }
            found["ledger.rejected_rows"] = _count(warehouse, _rejected_rows(person, "count(*)"))
        return {table: rows for table, rows in found.items() if rows}

    def erase(self, person: Person, items: Items) -> None:
        """See `Place`."""
        if not self._settings.warehouse.exists():
            return
        with open_warehouse(self._settings) as warehouse:
            # Nobody else can be spilling while this process holds the warehouse.
            for folder in SPILL_FOLDERS:
                shutil.rmtree(self._settings.home / folder, ignore_errors=True)
            rules = self._rules(warehouse, person)
            warehouse.execute("begin")
            try:
                for table, rule in rules.items():
                    if table.startswith("raw."):
                        enter_deletion(warehouse, table, rule)
                self._forget_faults(warehouse, person)
                for table, rule in rules.items():
                    for statement in rule.statements(table):
                        warehouse.execute(statement)
                # Of who is not wholly erased more was deleted here than a build of what is new
                # brings back.
                forget_builds(warehouse)
                warehouse.execute("commit")
            except BaseException:
                warehouse.execute("rollback")
                raise
        self._is_touched = True

    def settle(self) -> None:
        """Free pages of the file hold what was deleted: it is written anew.

        Raises:
            WarehouseBusyError: another process has it open.
        """
        if self._is_touched:
            compact_warehouse(self._settings)

    def _rules(self, warehouse: duckdb.DuckDBPyConnection, person: Person) -> dict[str, RowRule]:
        rules: dict[str, RowRule] = {}
        for table, columns in tables_of(warehouse).items():
            schema = table.partition(".")[0]
            rule = None
            if table in self._targets:
                rule = raw_rule(self._targets[table], person, columns)
            elif schema not in STATE_SCHEMAS:
                rule = derived_rule(columns, person)
            if rule is not None:
                rules[table] = rule
        return rules

    @staticmethod
    def _forget_faults(warehouse: duckdb.DuckDBPyConnection, person: Person) -> None:
        if not person.deliveries:
            return
        deliveries = is_in("delivery_id", _ids(person))
        warehouse.execute(
            "update ledger.batches set erased_rejected_records = rejected_records, "
            f"file_name_token = null where {deliveries}"
        )
        warehouse.execute(f"delete from ledger.rejected_rows where {deliveries}")


def enter_deletion(warehouse: duckdb.DuckDBPyConnection, table: str, rule: RowRule) -> None:
    """Enter in the ledger the rows that the rule is about to delete, in the same transaction."""
    if rule.deleted_where is None:
        return
    warehouse.execute(
        f"""
        update ledger.batches set erased_records = erased_records + gone.row_count
        from (
            select _delivery_id, count(*) as row_count from {table}
            where {rule.deleted_where} group by _delivery_id
        ) as gone
        where ledger.batches.delivery_id = gone._delivery_id
        """
    )


def tables_of(
    connection: duckdb.DuckDBPyConnection, database: str | None = None
) -> dict[str, dict[str, tuple[str, bool]]]:
    """Base tables of a database as schema.table, each with column to (type, may be NULL)."""
    rows = connection.execute(
        """
        select c.table_schema || '.' || c.table_name, c.column_name, c.data_type,
            c.is_nullable = 'YES'
        from information_schema.columns as c
        inner join information_schema.tables as t
            on t.table_catalog = c.table_catalog and t.table_schema = c.table_schema
            and t.table_name = c.table_name
        where t.table_type = 'BASE TABLE' and c.table_catalog = coalesce(?, current_database())
        order by c.table_schema, c.table_name, c.ordinal_position
        """,
        [database],
    ).fetchall()
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, is_nullable in rows:
        tables.setdefault(table, {})[column] = (kind, is_nullable)
    return tables


def compact_warehouse(settings: Settings) -> None:
    """Write the warehouse anew without the free pages that hold deleted rows.

    Raises:
        WarehouseBusyError: another process has it open.
    """
    try:
        rewrite_database(settings, settings.warehouse, present_key=settings.keys.database)
    except duckdb.Error as error:
        if not is_held(error):
            raise
        raise WarehouseBusyError(
            "the warehouse is open in another process",
            "nobody else while it is written anew",
            "wait for it to end, then run this again: it goes on where it stopped",
        ) from None


def _rejected_rows(person: Person, what: str) -> str:
    where = is_in("delivery_id", _ids(person)) if person.deliveries else "false"
    return f"select {what} from ledger.rejected_rows where {where}"


def _ids(person: Person) -> list[str]:
    return [item.partition("/")[2] for item in person.deliveries]


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
