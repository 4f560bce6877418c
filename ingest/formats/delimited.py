"""Delimited text: CSV and its kin, one record per line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa

from ingest.background import made_ahead
from ingest.contracts import Contract
from ingest.formats.blocks import Block, blocks
from ingest.formats.delimited_block import BlockParser
from ingest.formats.delimited_head import find_head
from ingest.formats.encoding import Survey, survey
from ingest.formats.headers import refuse_unknown_columns
from ingest.formats.lines import Lines
from ingest.formats.outside import declared_count, tail_text
from ingest.formats.reading import OUTSIDE_BYTES, Tally, batch_schema, regroup
from ingest.formats.source import Source

MAX_BLOCK_BYTES = 1 << 22


class DelimitedReading:
    """A delimited file: preamble, header, records, footer.

    The header is the first line that names every column whose header is required. The footer
    begins with the first line after the header that the dialect's pattern finds. Blocks of lines
    are parsed by two threads while this one reads on.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._contract = contract
        self._batch_rows = batch_rows
        self._survey: Survey = survey(source, contract.dialect.encoding)
        text_blocks = blocks(source, self._survey, _block_bytes(self._survey, batch_rows))
        self._head = find_head(next(text_blocks, Block(b"", 1, 0)), contract)
        refuse_unknown_columns(self._head.layout.unknown_headers, contract)
        place = source.tell()
        footer = contract.dialect.footer
        self._tail_text = tail_text(source, self._survey, footer, self._head.lines)
        source.seek(place)
        self._body = chain([self._head.body] if self._head.body.lines else [], text_blocks)
        self._blank_lines = 0
        self._footer_line: int | None = None

    @property
    def tally(self) -> Tally:
        """Records are the lines of the survey less all that is none."""
        last = self._survey.lines if self._footer_line is None else self._footer_line - 1
        has_header = self._head.header_line is not None
        return Tally(
            encoding=self._survey.encoding,
            lines=self._survey.lines,
            physical_records=last - self._head.lines - self._blank_lines,
            blank_lines=self._blank_lines,
            preamble_lines=self._head.lines - has_header,
            footer_lines=self._survey.lines - last,
            header_line=self._head.header_line,
            declared_records=self._declared(),
            unknown_headers=self._head.layout.unknown_headers,
        )

    def outside(self) -> tuple[str, str]:
        """See Reading."""
        return self._head.text[:OUTSIDE_BYTES], self._tail_text

    def _declared(self) -> int | None:
        pattern = self._contract.dialect.declared_records
        found = (declared_count(text, pattern) for text in self.outside())
        return next((count for count in found if count is not None), None)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        return regroup(self._parsed(), self._batch_rows)

    def _parsed(self) -> Iterator[pa.RecordBatch]:
        parser = BlockParser(
            self._contract, self._head.layout, self.schema, is_damaged=self._survey.is_damaged
        )
        for parsed in made_ahead(parser.parse, self._before_footer(), MAX_BLOCK_BYTES):
            self._blank_lines += parsed.blank_lines
            yield parsed.batch

    def _before_footer(self) -> Iterator[Block]:
        pattern = self._contract.dialect.footer
        for block in self._body:
            index = Lines(block.data).first_match(pattern) if pattern else None
            if index is None:
                yield block
                continue
            self._footer_line = block.first_line + index
            cut = Lines(block.data).offset(index)
            if index:
                yield Block(block.data[:cut], block.first_line, index)
            return


def _block_bytes(found: Survey, batch_rows: int) -> int:
    """So many bytes that a block gives no more than about one batch."""
    mean_line = found.text_bytes // max(found.lines, 1) + 1
    return min(batch_rows * mean_line, MAX_BLOCK_BYTES)
