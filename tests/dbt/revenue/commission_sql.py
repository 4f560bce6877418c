"""The commission models as dbt compiles them, over facts put into a warehouse in memory.

dbt compiles once with stand-ins for the cut-off and the month; every run puts its own in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from publish import posting_table
from tests.dbt.compiled_models import DATABASE, Model, compile_models, run_models
from tests.dbt.fixture_warehouse import prepare_tables
from tests.dbt.revenue.facts import Facts

STAND_INS = {"cut_off_at": "2001-02-03 04:05:06", "close_month": "2001-02"}
SELECTED = "+int_commission__unposted +marts.finance"
UNPOSTED = "int_commission__unposted"


def compile_commission(folder: Path) -> list[Model]:
    """The models up to what is unposted and the finance marts, parents first."""
    return compile_models(folder, SELECTED, STAND_INS)


@dataclass
class Commission:
    """A warehouse in memory with the commission models over facts that are put into it."""

    models: list[Model] = field(repr=False)
    con: duckdb.DuckDBPyConnection = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}")
        for schema in ("staging", "intermediate", "marts"):
            self.con.execute(f"create schema {schema}")
        prepare_tables(self.con)
        self.con.execute(f"set search_path = '{DATABASE}.intermediate,{DATABASE}.marts'")

    def empty(self) -> None:
        """Forget all facts and postings."""
        for feed in Facts().tables():
            self.con.execute(f"delete from raw.{feed}")
        self.con.execute(f"delete from {posting_table.TABLE}")

    def put(self, facts: Facts) -> None:
        """Add facts to the raw tables."""
        for feed, rows in facts.tables().items():
            if rows:
                given = pa.Table.from_pylist(rows)
                self.con.register("given", given)
                self.con.execute(f"insert into raw.{feed} by name select * from given")
                self.con.unregister("given")

    def build(self, cut_off: str, month: str, until: str | None = UNPOSTED) -> None:
        """Make every model up to `until`, or all."""
        needed = []
        for model in self.models:
            sql = model.sql.replace(STAND_INS["cut_off_at"], cut_off)
            sql = sql.replace(STAND_INS["close_month"], month)
            needed.append(replace(model, sql=sql))
            if model.relation.endswith(f".{until}"):
                break
        run_models(self.con, needed)

    def close(self, month: str, cut_off: str) -> list[dict[str, Any]]:
        """Post what is unposted, as `publish.close.post` does; returns the new postings."""
        self.build(cut_off, month)
        self.con.execute(f"insert into {posting_table.TABLE} by name select * from {UNPOSTED}")
        return self.rows(f"select * from {UNPOSTED} order by posting_id")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        return self.con.execute(query).to_arrow_table().to_pylist()

    def number(self, query: str) -> int:
        """The one number that a query gives; a missing one is 0."""
        row = self.con.execute(query).fetchone()
        return int(row[0] or 0) if row else 0
