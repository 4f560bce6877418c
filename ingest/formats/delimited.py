"""Delimited text: CSV and its kin, one record per line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

import pyarrow as pa

from ingest.contracts import Contract
from ingest.formats.arrow_csv import split_cells
from ingest.formats.blocks import Block, blocks
from ingest.formats.delimited_block import BlockParser, Parsed
from ingest.formats.encoding import Survey, survey
from ingest.formats.headers import Layout, find_header, header_missing, refuse_unknown_columns
from ingest.formats.lines import Lines
from ingest.formats.reading import Tally, batch_schema, regroup
from ingest.formats.source import Source

HEADER_SEARCH_LINES = 1_000
LONGEST_HEADER_BYTES = 1 << 16
FOOTER_SEARCH_BYTES = 1 << 16
PARSER_THREADS = 2
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
        self._survey: Survey = survey(source)
        self._blocks = blocks(source, self._survey, _block_bytes(self._survey, batch_rows))
        first = next(self._blocks, Block(b"", 1, 0))
        self._declared_records: int | None = None
        self._header_line, self._layout, body = self._find_header(first)
        refuse_unknown_columns(self._layout.unknown_headers, contract)
        self._body = chain([body] if body.lines else [], self._blocks)
        self._blank_lines = 0
        self._footer_line: int | None = None

    @property
    def tally(self) -> Tally:
        """Records are the lines of the survey less all that is none."""
        last = self._survey.lines if self._footer_line is None else self._footer_line - 1
        return Tally(
            encoding=self._survey.encoding,
            lines=self._survey.lines,
            physical_records=last - self._header_line - self._blank_lines,
            blank_lines=self._blank_lines,
            preamble_lines=self._header_line - 1,
            footer_lines=self._survey.lines - last,
            header_line=self._header_line,
            declared_records=self._declared_records,
            unknown_headers=self._layout.unknown_headers,
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        return regroup(self._parsed(), self._batch_rows)

    def _parsed(self) -> Iterator[pa.RecordBatch]:
        parser = BlockParser(
            self._contract, self._layout, self.schema, is_damaged=self._survey.is_damaged
        )
        with ThreadPoolExecutor(PARSER_THREADS, thread_name_prefix="parse") as pool:
            waiting: deque[Future[Parsed]] = deque()
            for block in self._before_footer():
                waiting.append(pool.submit(parser.parse, block))
                if len(waiting) > PARSER_THREADS:
                    yield self._finish(waiting.popleft())
            while waiting:
                yield self._finish(waiting.popleft())

    def _finish(self, parsing: Future[Parsed]) -> pa.RecordBatch:
        batch, blank_lines = parsing.result()
        self._blank_lines += blank_lines
        return batch

    def _before_footer(self) -> Iterator[Block]:
        pattern = self._contract.dialect.footer
        for block in self._body:
            index = Lines(block.data).first_match(pattern) if pattern else None
            if index is None:
                yield block
                continue
            self._footer_line = block.first_line + index
            cut = Lines(block.data).offset(index)
            self._declare(block.data[cut:] + next(self._body, Block(b"", 0, 0)).data)
            if index:
                yield Block(block.data[:cut], block.first_line, index)
            return

    def _find_header(self, first: Block) -> tuple[int, Layout, Block]:
        lines = Lines(first.data)
        found = find_header(self._header_candidates(lines), self._contract)
        if found is None:
            raise header_missing(self._header_candidates(lines), self._contract)
        index, layout = found
        cut = lines.offset(index + 1)
        self._declare(first.data[: lines.offset(index)])
        body = Block(first.data[cut:], first.first_line + index + 1, len(lines) - index - 1)
        return first.first_line + index, layout, body

    def _header_candidates(self, lines: Lines) -> Iterator[Sequence[str]]:
        for index in range(min(len(lines), HEADER_SEARCH_LINES)):
            line = lines.text(index)
            is_short = len(line) <= LONGEST_HEADER_BYTES
            yield split_cells(line, self._contract.dialect) if is_short else []

    def _declare(self, data: bytes) -> None:
        pattern = self._contract.dialect.declared_records
        if pattern and self._declared_records is None:
            text = data[:FOOTER_SEARCH_BYTES].decode(errors="replace")
            if match := re.search(pattern, text):
                self._declared_records = int(match.group(1))


def _block_bytes(found: Survey, batch_rows: int) -> int:
    """So many bytes that a block gives no more than about one batch."""
    mean_line = found.text_bytes // max(found.lines, 1) + 1
    return min(batch_rows * mean_line, MAX_BLOCK_BYTES)
