"""The first rows of a table, in which its header is looked for."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.contract_layouts import Dialect
from ingest.formats.arrow_csv import split_cells
from ingest.formats.blocks import Block, blocks
from ingest.formats.delimited_head import candidates
from ingest.formats.encoding import survey
from ingest.formats.headers import header_text
from ingest.formats.html_tables import html_page
from ingest.formats.lines import Lines
from ingest.formats.sheet_reading import HEADER_SEARCH_ROWS, worksheets
from ingest.formats.source import Source, truncated
from ingest.formats.xlsx import refuse_too_large

HEAD_BLOCK_BYTES = 1 << 20
Row = Sequence[str]


def _of_delimited(source: Source, dialect: Dialect) -> Iterator[Row]:
    found = survey(source, dialect.encoding)
    lines = Lines(next(blocks(source, found, HEAD_BLOCK_BYTES), Block(b"", 1, 0)).data)
    if dialect.names:
        yield from _stated(lines, dialect)
        return
    for cells in candidates(lines, dialect):
        yield [header_text(cell) for cell in cells]


def _stated(lines: Lines, dialect: Dialect) -> Iterator[Row]:
    """The names that the dialect states, where the first record has as many cells."""
    texts = (lines.text(index) for index in range(len(lines)))
    is_head = re.compile(dialect.head) if dialect.head else None
    records = (t for t in texts if t and not (is_head and is_head.search(t.decode())))
    if len(split_cells(next(records, b""), dialect)) == len(dialect.names):
        yield dialect.names


def _of_xlsx(source: Source, dialect: Dialect) -> Iterator[Row]:
    with zipfile.ZipFile(source) as archive:
        refuse_too_large(archive)
    yield from _of_workbook(source, dialect)


def _of_workbook(source: Source, dialect: Dialect) -> Iterator[Row]:
    for sheet in worksheets(source):
        for row in islice(sheet.rows, HEADER_SEARCH_ROWS):
            yield [header_text(cell) for cell in row]


def _of_html(source: Source, dialect: Dialect) -> Iterator[Row]:
    for table in html_page(source).tables:
        yield from islice(table.rows, HEADER_SEARCH_ROWS)


def _of_parquet(source: Source, dialect: Dialect) -> Iterator[Row]:
    source.seek(0)
    try:
        yield pq.ParquetFile(pa.PythonFile(source, mode="r")).schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise truncated("a Parquet file whose description cannot be read") from error


FIRST_ROWS: Mapping[str, Callable[[Source, Dialect], Iterable[Row]]] = MappingProxyType(
    {
        "delimited": _of_delimited,
        "html": _of_html,
        "parquet": _of_parquet,
        "xls": _of_workbook,
        "xlsx": _of_xlsx,
    }
)
"""By format, for the formats that have a header row; cells come as header texts."""
