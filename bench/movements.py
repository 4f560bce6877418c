"""The deliveries that the benchmarks read: movements, in several formats, made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import xlsxwriter
import xlwt

from bench.way import FILES
from ingest.contracts import Contract, read_contract

PEOPLE = 200_000
CONTRACT = Path(__file__).with_name("movements.yaml")
XLS_ROWS = 60_000
"""A sheet of an XLS workbook has room for 65,536."""

_MOVEMENTS = f"""
    select i + 1 as movement_id,
        'S' || lpad((i * 7919 % {PEOPLE})::varchar, 7, '0') as subject_key,
        (13000000000 + i * 7919 % {PEOPLE} * 37)::varchar as phone,
        strftime(timestamp '2026-01-01' + to_seconds(i * 13 % 20000000),
            '%Y-%m-%d %H:%M:%S') as occurred_at,
        ((i * 104729 % 1000000) / 100)::decimal(17, 2) as amount,
        case when i % 5 = 0 then 'in' else 'out' end as direction_code,
        'city-' || (i % 300) as city_name,
        'order ' || (i * 31 % 999983) as remark
    from range(?) as t(i)
"""


def contract_of(format_name: str) -> Contract:
    """The contract of movements, with every kind of check on, for one format."""
    return replace(read_contract(CONTRACT), formats=(format_name,))


def csv_file(rows: int) -> Path:
    """About 80 bytes a row."""
    return made(f"movements-{rows}.csv", lambda path: copied(path, rows, "csv, header"))


def json_lines_file(rows: int) -> Path:
    """About 180 bytes a row; amounts are numbers."""
    return made(f"movements-{rows}.jsonl", lambda path: copied(path, rows, "json"))


def xlsx_file(rows: int) -> Path:
    """One sheet of text cells."""

    def write(path: Path) -> None:
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(movement_rows(rows)):
                sheet.write_row(number, 0, row)

    return made(f"movements-{rows}.xlsx", write)


def xls_file(rows: int) -> Path:
    """One sheet of text cells."""

    def write(path: Path) -> None:
        book = xlwt.Workbook()
        sheet = book.add_sheet("movements")
        for number, row in enumerate(movement_rows(rows)):
            for position, cell in enumerate(row):
                sheet.write(number, position, cell)
        book.save(str(path))

    return made(f"movements-{rows}.xls", write)


def movement_rows(rows: int) -> Iterator[list[str]]:
    """The header, then the records."""
    found = duckdb.execute(_MOVEMENTS, [rows])
    yield [column[0] for column in found.description or ()]
    for row in found.fetchall():
        yield [str(cell) for cell in row]


def copied(path: Path, rows: int, form: str) -> None:
    """Write movements by DuckDB's own means."""
    duckdb.execute(f"copy ({_MOVEMENTS}) to '{path}' (format {form})", [rows])


def made(name: str, write: Callable[[Path], None]) -> Path:
    """The file of that name among those kept; written when it is not there yet."""
    path = FILES / name
    if not path.exists():
        FILES.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"unfinished-{name}")
        write(temporary)
        temporary.rename(path)
    return path
