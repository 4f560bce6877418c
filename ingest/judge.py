"""Judging: batches of text become typed rows with masks of faults, by the contract's SQL in DuckDB.

Identifiers become tokens on the way, and those of accepted rows are put into the vault.
"""

from __future__ import annotations

from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.consent import grant_files, read_grants
from ingest.contracts import Contract
from ingest.screen_sql import ROW, Screen
from ingest.tokens import Tokeniser
from ingest.vault import open_vault
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

SCAN_SLICES = 4


class Judge:
    """What the deliveries of a feed share in being screened: engine, grants, tokens, vault."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        self._settings = settings
        self._contract = contract
        self._tokeniser = Tokeniser(settings.keys.token)
        self._vault = open_vault(settings)
        self._grants: tuple[str, ...] | None = None

    def renew_grants(self) -> None:
        """Read the grants, unless the lake has the same as before; call it for each delivery."""
        if not self._contract.consent_scope:
            return
        files = grant_files(self._settings.lake)
        if files != self._grants:
            read_grants(self._connection, files)
            self._grants = files

    def judge(self, texts: pa.RecordBatch, screen: Screen) -> tuple[pa.Table, dict[str, pa.Array]]:
        """Typed rows with `_fault` and masks, in the order of `texts`, and the tokens made."""
        columns = dict(zip(texts.schema.names, texts.columns, strict=True))
        tokens: dict[str, pa.Array] = {}
        for column in self._contract.text_columns:
            if column.identifier:
                clear = columns.pop(column.name)
                token = self._tokeniser.tokenise(column.identifier, clear)
                tokens[column.name] = token
                columns[column.raw_name] = token
                columns[f"{column.name}_is_bad"] = pc.and_(clear.is_valid(), token.is_null())
        columns[ROW] = pa.array(np.arange(texts.num_rows))
        batch = pa.RecordBatch.from_pydict(columns)
        step = -(-max(batch.num_rows, 1) // SCAN_SLICES)
        slices = [batch.slice(start, step) for start in range(0, max(batch.num_rows, 1), step)]
        self._connection.register("batch", pa.Table.from_batches(slices, batch.schema))
        typed = self._connection.execute(screen.sql).to_arrow_table()
        return in_order(typed, texts.num_rows), tokens

    def seal(
        self,
        texts: pa.RecordBatch,
        tokens: dict[str, pa.Array],
        typed: pa.Table,
        accepted: pa.Array,
    ) -> None:
        """Put the identifiers of accepted rows into the vault, once per person and token."""
        for column in self._contract.text_columns:
            if not column.identifier or not column.holder:
                continue
            rows = pa.table(
                {
                    "holder": typed.column(column.holder),
                    "token": tokens[column.name],
                    "value": texts.column(column.name),
                }
            ).filter(pc.and_(accepted, tokens[column.name].is_valid()))
            distinct = rows.group_by(["holder", "token"]).aggregate([("value", "min")])
            if distinct.num_rows:
                self._vault.seal(
                    column.identifier,
                    zip(*(distinct.column(i).to_pylist() for i in range(3)), strict=True),
                )

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        settings = self._settings
        return duckdb.connect(
            config={"threads": settings.threads, "memory_limit": settings.memory_limit}
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        if "_connection" in self.__dict__:
            self._connection.close()


def in_order(typed: pa.Table, row_count: int) -> pa.Table:
    """The rows in the order in which they were given, each once.

    The engine answers in another order where it joins (see ROW).

    Raises:
        TerminalError: a join lost or multiplied rows.
    """
    if typed.num_rows != row_count:
        raise TerminalError(
            f"{typed.num_rows} rows judged", f"{row_count}, as were given", "report this defect"
        )
    positions = typed.column(ROW).to_numpy()
    if row_count and np.any(positions[1:] < positions[:-1]):
        typed = typed.take(pa.array(np.argsort(positions)))
    return typed.drop_columns([ROW])
