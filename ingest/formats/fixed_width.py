"""Fixed-width text: fields of so many bytes, named by the contract or by the file (OFDCFDAT)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from ingest.contracts import Contract
from ingest.formats.cells import CellCleaner
from ingest.formats.encoding import SUPERSETS, survey
from ingest.formats.fixed_width_block import FixedLines, decoded
from ingest.formats.fixed_width_head import find_fixed_head
from ingest.formats.outside import declared_count, tail_text
from ingest.formats.pieces import raw_pieces
from ingest.formats.reading import OUTSIDE_BYTES, Tally, assemble, batch_schema, regroup
from ingest.formats.source import Source, truncated

PIECE_BYTES = 1 << 20
HEAD_LINES = 2_000


class FixedWidthReading:
    """One record per line, its fields as many bytes wide as the dialect's `fixedWidth` says.

    Bytes are those of `fixedWidth.encoding`: a file in another one is turned into it first, for a
    Chinese character is two bytes in GBK and three in UTF-8. Cells come without their padding.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._source = source
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._survey = survey(source, contract.dialect.encoding)
        fixed = contract.dialect.fixed_width
        named = fixed.encoding.lower() if fixed else "gb18030"
        self._encoding = SUPERSETS.get(named, named)
        first = FixedLines(next(self._pieces(), b""))
        lines = [first.text(i, self._encoding) for i in range(min(len(first), HEAD_LINES))]
        self._head = find_fixed_head(lines, contract)
        self._is_tail = re.compile(self._head.tail) if self._head.tail else None
        tail = tail_text(source, self._survey, self._head.tail, self._head.lines)
        if self._is_tail and not tail:
            raise truncated("a file without the line that ends it")
        self._outside = "\n".join(lines[: self._head.lines])[:OUTSIDE_BYTES], tail
        self._blank_lines = 0
        self._tail_line: int | None = None

    @property
    def tally(self) -> Tally:
        """Records are the lines of the survey less all that is none."""
        last = self._survey.lines if self._tail_line is None else self._tail_line - 1
        pattern = self._contract.dialect.declared_records
        counts = (declared_count(text, pattern) for text in self._outside)
        declared = [self._head.declared_records, *counts]
        return Tally(
            encoding=self._survey.encoding,
            lines=self._survey.lines,
            physical_records=last - self._head.lines - self._blank_lines,
            blank_lines=self._blank_lines,
            preamble_lines=self._head.lines,
            footer_lines=self._survey.lines - last,
            declared_records=next((count for count in declared if count is not None), None),
        )

    def outside(self) -> tuple[str, str]:
        """See Reading."""
        return self._outside

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        return regroup(self._parsed(), self._batch_rows)

    def _parsed(self) -> Iterator[pa.RecordBatch]:
        line = 1
        for piece in self._pieces():
            lines = FixedLines(piece)
            end = self._end(lines, line)
            yield self._parse(lines, max(self._head.lines + 1 - line, 0), end, line)
            if end < len(lines):
                self._tail_line = line + end
                return
            line += len(lines)

    def _end(self, lines: FixedLines, first_line: int) -> int:
        """The index of the line that ends the records; only lines of another width can be it."""
        if self._is_tail:
            for index in np.flatnonzero(lines.widths != self._head.width):
                is_body = first_line + index > self._head.lines
                if is_body and self._is_tail.search(lines.text(int(index), self._encoding)):
                    return int(index)
        return len(lines)

    def _parse(self, lines: FixedLines, start: int, end: int, first_line: int) -> pa.RecordBatch:
        is_record = ~lines.blank()
        is_record[:start] = is_record[end:] = False
        self._blank_lines += max(end - start, 0) - int(np.count_nonzero(is_record))
        pads = self._contract.dialect.short_rows
        rows, faults = lines.only(is_record).matrix(self._head.width, pads=pads)
        columns = []
        for column, position in zip(
            self._contract.file_columns, self._head.layout.positions, strict=True
        ):
            if position is None:
                columns.append(pa.nulls(len(rows), pa.string()))
            else:
                cells = rows[:, self._head.starts[position] : self._head.ends[position]]
                texts = decoded(cells, self._encoding, faults)
                columns.append(self._cleaner.clean(texts, column))
        numbers = np.flatnonzero(is_record) + first_line
        return assemble(self.schema, numbers, faults, columns)

    def _pieces(self) -> Iterator[bytes]:
        """Whole lines, each ended, in the encoding in which widths are counted."""
        found = self._survey
        pieces = raw_pieces(self._source, found.encoding, found.offset, PIECE_BYTES)
        given = found.encoding if found.encoding in {"utf-8", "gb18030"} else "utf-8"
        for piece in pieces:
            whole = piece if piece.endswith(b"\n") else piece + b"\n"
            if given == self._encoding or whole.isascii():
                yield whole
            else:
                yield whole.decode(given, "replace").encode(self._encoding, "replace")
