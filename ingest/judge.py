"""Judging: batches of text become typed rows with masks of faults, by the contract's SQL in DuckDB.

Identifiers become tokens on the way, and those of accepted rows are put into the vault.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.consent import grant_files, read_grants
from ingest.contracts import Contract
from ingest.process import ENGINE_KEEPS, tune_process
from ingest.screen_sql import ROW, Screen
from ingest.tokens import Tokeniser
from ingest.vault import open_vault
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings

SCAN_SLICES = 4


class Tokenised(NamedTuple):
    """Records on their way to be judged.

    `batch` is what the screen's SQL reads and has no identifier in clear; `texts` are the records
    as they were read, `tokens` those of their identifiers by column.
    """

    batch: pa.RecordBatch
    texts: pa.RecordBatch
    tokens: dict[str, pa.Array]


class Judge:
    """What the deliveries of a feed share in being screened: engine, grants, tokens, vault."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        tune_process()
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

    def tokenise(self, texts: pa.RecordBatch) -> Tokenised:
        """The batch that a screen reads: tokens in the place of identifiers.

        May run in another thread than the rest, for one delivery at a time.
        """
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
        return Tokenised(pa.RecordBatch.from_pydict(columns), texts, tokens)

    def judge(self, given: Tokenised, screen: Screen) -> pa.Table:
        """The raw table's columns with `_fault` and masks, in the order of the texts."""
        worked_out = judged(self._connection, given.batch, screen)
        return completed(worked_out, given.batch, screen, tuple(self._contract.raw_columns))

    def seal(self, given: Tokenised, typed: pa.Table, accepted: pa.Array) -> None:
        """Put the identifiers of accepted rows into the vault, once per person and token."""
        for column in self._contract.text_columns:
            if not column.identifier or not column.holder:
                continue
            rows = pa.table(
                {
                    "holder": typed.column(column.holder),
                    "token": given.tokens[column.name],
                    "value": given.texts.column(column.name),
                }
            ).filter(pc.and_(accepted, given.tokens[column.name].is_valid()))
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
            config={
                "threads": settings.threads,
                "memory_limit": settings.memory_limit,
                **ENGINE_KEEPS,
            }
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        if "_connection" in self.__dict__:
            self._connection.close()


def judged(
    connection: duckdb.DuckDBPyConnection, batch: pa.RecordBatch, screen: Screen
) -> pa.Table:
    """What the engine works out of a batch, row by row in its order."""
    step = -(-max(batch.num_rows, 1) // SCAN_SLICES)
    slices = [batch.slice(start, step) for start in range(0, max(batch.num_rows, 1), step)]
    connection.register("batch", pa.Table.from_batches(slices, batch.schema))
    return in_order(connection.execute(screen.sql).to_arrow_table(), batch.num_rows)


def completed(
    worked_out: pa.Table, batch: pa.RecordBatch, screen: Screen, raw_columns: Sequence[str]
) -> pa.Table:
    """The raw table's columns, `_fault` and masks: what was worked out beside what was given."""
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name in raw_columns:
        if name in screen.constants:
            columns[name] = _repeated(screen.constants[name], batch.num_rows)
        elif name in screen.as_given:
            columns[name] = batch.column(screen.as_given[name])
        else:
            columns[name] = worked_out.column(name)
    columns["_fault"] = batch.column("_fault")
    for number in range(screen.mask_count):
        columns[f"_faults_{number}"] = worked_out.column(f"_faults_{number}")
    return pa.table(columns)


def _repeated(value: str | datetime, count: int) -> pa.Array:
    """One value in so many rows; a text stands there once, as a dictionary."""
    if isinstance(value, str):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), [value])
    return pa.repeat(pa.scalar(value, pa.timestamp("us")), count)


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
