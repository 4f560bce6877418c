"""From the cells of a layout to the columns of the feed, batch by batch, in Arrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ingest.contract_layouts import CellSource, Form
from ingest.contracts import Column, Contract
from ingest.derivations import DERIVATIONS
from ingest.formats import cell_texts
from ingest.formats.cells import PADDING
from ingest.formats.file_contracts import LaidOut
from ingest.formats.reading import Reading, Tally

NO_SOURCE = CellSource(Form.CONSTANT)


class ShapedReading:
    """A reading of the cells of a file as the columns of its feed."""

    def __init__(self, reading: Reading, contract: Contract, laid_out: LaidOut) -> None:
        self.schema = pa.schema(
            [("_line_number", pa.int64()), ("_fault", pa.int16())]
            + [(column.name, pa.string()) for column in contract.text_columns]
        )
        self._reading = reading
        self._laid_out = laid_out
        self._outside = reading.outside()
        self._stored = contract.text_columns
        read = (*contract.text_columns, *contract.transient_columns)
        sources = laid_out.layout.sources
        self._read = [c for c in read if not c.derive or c.name in sources]
        self._derived = [c for c in read if c.derive and c.name not in sources]

    @property
    def tally(self) -> Tally:
        """Of the file, with the layout that it was read by."""
        return replace(self._reading.tally, layout=self._laid_out.layout.name or None)

    def outside(self) -> tuple[str, str]:
        """See Reading."""
        return self._outside

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        return map(self._shape, self._reading.batches())

    def _shape(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        texts = {column.name: self._text(batch, column) for column in self._read}
        for column in self._derived:
            assert column.derive is not None  # narrows the type; _derived holds no other
            function = DERIVATIONS[column.derive.function]
            made = cell_texts.derived(texts[column.derive.column], function)
            texts[column.name] = self._own_changes(made, column)
        columns = [texts[column.name] for column in self._stored]
        faults = batch.column("_fault")
        sound = pc.equal(faults, 0)
        if sound.false_count:
            columns = [pc.if_else(sound, column, cell_texts.NO_TEXT) for column in columns]
        return pa.RecordBatch.from_arrays(
            [batch.column("_line_number"), faults, *columns], schema=self.schema
        )

    def _text(self, batch: pa.RecordBatch, column: Column) -> pa.Array:
        source = self._laid_out.layout.sources.get(column.name)
        if source is None:
            source = (
                CellSource(Form.PREAMBLE, text=column.preamble) if column.preamble else NO_SOURCE
            )
        texts = self._formed(batch, source)
        if column.fold:
            texts = pc.utf8_normalize(texts, form="NFKC")
        texts = cell_texts.rewritten(texts, source.rewrite)
        if source.year:
            texts = cell_texts.with_year(texts, source.year, self._outside)
        texts = cell_texts.rewritten(texts, column.rewrite)
        return texts if source.default is None else pc.fill_null(texts, source.default)

    def _own_changes(self, texts: pa.Array, column: Column) -> pa.Array:
        if column.fold:
            texts = pc.utf8_normalize(texts, form="NFKC")
        return cell_texts.rewritten(texts, column.rewrite)

    def _formed(self, batch: pa.RecordBatch, source: CellSource) -> pa.Array:
        if source.form in {Form.CONSTANT, Form.PREAMBLE}:
            text = source.text if source.form == Form.CONSTANT else self._found(source.text or "")
            return pa.repeat(pa.scalar(text, pa.string()), batch.num_rows)
        cells = [
            batch.column(self._laid_out.cells[header])
            if header
            else pa.nulls(batch.num_rows, pa.string())
            for header in source.headers
        ]
        if source.form == Form.CREDIT_DEBIT:
            return cell_texts.credit_or_debit(*cells)
        if source.form == Form.SIGNED:
            values, signs = cells
            return cell_texts.signed(values, signs, source.negative, source.positive)
        if source.form == Form.FIRST:
            return cell_texts.first_filled(cells)
        return cell_texts.joined(cells, source.separator)

    def _found(self, pattern: str) -> str | None:
        """What the first group of a pattern that has a match outside the records captured."""
        for text in self._outside:
            if match := re.search(pattern, text, re.MULTILINE):
                captured = next((group for group in match.groups() if group), "")
                return captured.strip(PADDING) or None
        return None
