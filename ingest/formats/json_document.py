"""JSON: one document with a list of records somewhere in it, read with flat memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa

from ingest.contracts import Contract, Drift
from ingest.formats.cells import CellCleaner
from ingest.formats.encoding import survey
from ingest.formats.headers import refuse_unknown_columns
from ingest.formats.json_count import count_elements
from ingest.formats.json_records import Record, RecordJudge, texts
from ingest.formats.json_walk import Document, PathMissing, Walked
from ingest.formats.reading import Tally, assemble, batch_schema
from ingest.formats.source import Source, truncated
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

CHUNK_BYTES = 1 << 20


class JsonReading:
    """The list that the dialect's `recordPath` (dotted keys) leads to; an object is one record.

    A line number is the ordinal of a record, from 1. Keys, or dotted paths of keys, are matched to
    the contract's headers; nested values become JSON text; numbers keep their digits. A record that
    names a key twice loses only itself, broken syntax loses the document.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        self.schema = batch_schema(contract)
        self._source = source
        self._contract = contract
        self._batch_rows = batch_rows
        self._cleaner = CellCleaner(contract)
        self._survey = survey(source, contract.dialect.encoding)
        self._judge = RecordJudge(contract, is_damaged=self._survey.is_damaged)
        self._document: Document | None = None
        if contract.drift == Drift.FREEZE:
            for walked in self._walk():
                self._record(walked)
            refuse_unknown_columns(self._judge.unknown_headers, contract)

    @property
    def tally(self) -> Tally:
        """Records are counted by the commas between them."""
        records = self._count()
        return Tally(
            encoding=self._survey.encoding,
            lines=records,
            physical_records=records,
            unknown_headers=self._judge.unknown_headers,
        )

    def outside(self) -> tuple[str, str]:
        """See Reading: there is none."""
        return "", ""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See Reading."""
        walk = self._walk()
        first = 1
        while chunk := [self._record(walked) for walked in islice(walk, self._batch_rows)]:
            records = [record for record, _ in chunk]
            faults = np.array([fault for _, fault in chunk], np.int16)
            lines = np.arange(first, first + len(chunk))
            columns = [
                self._cleaner.clean(texts(records, column), column)
                for column in self._contract.file_columns
            ]
            yield assemble(self.schema, lines, faults, columns)
            first += len(chunk)

    def _walk(self) -> Iterator[Walked]:
        path = self._contract.dialect.record_path or ""
        self._document = Document(self._text())
        number = 0
        try:
            for walked in self._document.records(_steps(path)):
                number += 1
                yield walked
        except PathMissing as error:
            raise DeliveryRefused(
                RefusalReason.HEADER_MISSING,
                "a JSON document that has nothing at the path of its records",
                f"records at {path}",
                "ask the sender for the agreed document, or mend recordPath in the contract",
            ) from error
        except (ValueError, RecursionError) as error:
            raise truncated(
                f"a JSON document that cannot be read beyond record {number}"
            ) from error

    def _record(self, walked: Walked) -> tuple[Record, StructuralFault]:
        if fault := self._judge.fault_of_text(walked.text):
            return {}, fault
        if walked.is_odd:
            return {}, StructuralFault.BAD_JSON
        return self._judge.judged(walked.text, walked.value)

    def _text(self) -> Iterator[str]:
        self._source.seek(self._survey.offset)
        decoder = codecs.getincrementaldecoder(self._survey.encoding)("replace")
        chunks = iter(lambda: self._source.read(CHUNK_BYTES), b"")
        yield from filter(None, map(decoder.decode, chunks))
        yield from filter(None, [decoder.decode(b"", final=True)])

    def _count(self) -> int:
        if self._document is None or self._document.span is None:
            return int(self._document is not None)
        return count_elements(self._between(*self._document.span))

    def _between(self, start: int, end: int) -> Iterator[bytes]:
        offset = 0
        for chunk in self._text():
            yield chunk[max(start - offset, 0) : max(end - offset, 0)].encode()
            offset += len(chunk)


def _steps(path: str) -> list[str]:
    return path.split(".") if path else []
