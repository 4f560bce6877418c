"""A sample read as text: how it is written, what its columns are called, and their cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import pyarrow as pa

from ingest.contracts import Column, Contract, Dialect, Drift, Retention
from ingest.formats import open_delivery
from ingest.formats.first_rows import FIRST_ROWS
from ingest.formats.sniff import sniff
from ingest.formats.source import Source
from tallywatch.errors import TerminalError

FORMATS = ("delimited", "json_lines", "parquet", "xlsx", "xls")
DELIMITERS = (",", "\t", "|", ";")
MOST_ROWS = 200_000
HEADER_ROWS = 100
KEYS_READ = 1_000
FOOTER_LINES = 20
_CELL = Column("", "string", "", "internal")
_LEADING_WORD = re.compile(r"[^\W\d_]+|[-=#*]{4,}")
_NUMBER = re.compile(r"[-+¥￥]?[\d.,:/ -]+%?")


@dataclass(frozen=True)
class Sample:
    """`texts` has a string column per header, null where a cell is empty, in file order."""

    format_name: str
    dialect: Dialect
    encoding: str | None
    headers: tuple[str, ...]
    texts: pa.Table

    @property
    def rows(self) -> int:
        """Records that were looked at."""
        return int(self.texts.num_rows)


def read_sample(path: Path) -> Sample:
    """Read up to MOST_ROWS records of a delimited file, workbook, JSON Lines or Parquet file.

    Raises:
        DeliveryRefused: the file is damaged or of another format.
        TerminalError: no header or no record is in it.
    """
    with path.open("rb") as stream:
        source = Source(stream)
        format_name = sniff(source, _contract((), FORMATS, Dialect()))
        dialect, headers = _headers(source, format_name)
        if format_name == "delimited":
            dialect = replace(dialect, footer=_footer(source, dialect, headers))
        columns = tuple(
            Column(
                _cell_name(n), "string", "", "internal", headers=(header,), optional_header=n > 0
            )
            for n, header in enumerate(headers)
        )
        reading = open_delivery(stream, _contract(columns, (format_name,), dialect))
        batches = list(_limited(reading.batches()))
        if not batches:
            raise _unusable("no record", "a header and some records of every kind")
        table = pa.Table.from_batches(batches)
        texts = pa.table({header: table.column(_cell_name(n)) for n, header in enumerate(headers)})
        is_padded = format_name == "delimited" and _is_padded(source, dialect)
    dialect = replace(dialect, padded=is_padded)
    return Sample(format_name, dialect, reading.tally.encoding, headers, texts)


def _headers(source: Source, format_name: str) -> tuple[Dialect, tuple[str, ...]]:
    """The dialect that gives most columns, and the texts of the likeliest header row."""
    if format_name == "json_lines":
        return Dialect(), _keys(source)
    best: tuple[Dialect, tuple[str, ...]] = (Dialect(), ())
    for delimiter in DELIMITERS if format_name == "delimited" else DELIMITERS[:1]:
        dialect = Dialect(delimiter=delimiter, padded=True)
        row = _header_row(list(islice(FIRST_ROWS[format_name](source, dialect), HEADER_ROWS)))
        if len(row) > len(best[1]):
            best = (dialect, row)
    if not best[1]:
        raise _unusable("no row that could be a header", "a row of distinct names of columns")
    return best


def _header_row(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The first of the widest rows whose cells are distinct words."""
    width = max((sum(map(bool, row)) for row in rows), default=0)
    for row in rows:
        cells = [cell for cell in row if cell]
        is_named = not any(_NUMBER.fullmatch(cell) for cell in cells)
        if len(cells) >= max(width - 1, 1) and len(set(cells)) == len(cells) and is_named:
            return tuple(cells)
    return ()


def _keys(source: Source) -> tuple[str, ...]:
    """Dotted paths of the values in the first records, in the order they are met."""
    source.seek(0)
    names: dict[str, None] = {}
    for line in source.read(1 << 22).decode("utf-8-sig", "ignore").splitlines()[:KEYS_READ]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            names |= dict.fromkeys(_paths(record, ""))
    if not names:
        raise _unusable("no JSON object in a line", "one object per line")
    return tuple(names)


def _paths(record: dict[str, object], before: str) -> Iterator[str]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _paths(value, f"{before}{key}.")
        elif not isinstance(value, list):
            yield f"{before}{key}"


def _footer(source: Source, dialect: Dialect, headers: Sequence[str]) -> str | None:
    """A pattern of the first of the last lines that are too narrow for records."""
    source.seek(0)
    data = source.read()
    text = data.decode("utf-8-sig" if _is_utf8(data) else "gb18030", "replace")
    lines = [line for line in text.splitlines() if line.strip()][-FOOTER_LINES:]
    narrow: list[str] = []
    for line in reversed(lines):
        if line.count(dialect.delimiter) + 1 >= max(len(headers) // 2, 2):
            break
        narrow.append(line)
    words = [word for line in reversed(narrow) if (word := _LEADING_WORD.match(line.strip()))]
    if not words:
        return None
    first = words[0].group()
    return "^" + (re.escape(first[:1]) + "{4,}" if not first[0].isalnum() else re.escape(first))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_padded(source: Source, dialect: Dialect) -> bool:
    """Whether cells have blanks around them that belong to nobody."""
    source.seek(0)
    head = source.read(1 << 16)
    delimiter = dialect.delimiter.encode()
    around = (b" " + delimiter, b"\t" + delimiter) if delimiter != b"\t" else (b" " + delimiter,)
    return sum(head.count(guard) for guard in around) * 5 > head.count(delimiter)


def _limited(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        yield batch
        rows += batch.num_rows
        if rows >= MOST_ROWS:
            return


def _cell_name(number: int) -> str:
    return f"cell_{number}"


def _contract(columns: tuple[Column, ...], formats: tuple[str, ...], dialect: Dialect) -> Contract:
    """A contract that knows nothing of the sample but how to read it."""
    return Contract(
        feed="sample",
        version="0",
        title="",
        domain="",
        purpose="",
        usage="",
        grain="",
        owner="",
        formats=formats,
        dialect=dialect,
        columns=columns,
        drift=Drift.EVOLVE,
        consent_scope=None,
        business_date_column="",
        schedule="",
        freshness_days=1,
        retention=Retention(1),
    )


def _unusable(found: str, expected: str) -> TerminalError:
    return TerminalError(f"{found} in the sample", expected, "take a larger or another sample")
