"""The full ingest of a CSV file against DuckDB's own typed `read_csv` into a table.

Ours does everything that a delivery gets: sealed landing, validation of every cell, tokens for the
phone column, lake, raw, ledger. The reference casts the same columns and writes one table.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import duckdb

from bench.measure import Result, Run, in_child, report
from ingest.contracts import read_contract
from ingest.landing import delivered, land
from ingest.screen import screen
from ingest.warehouse import load, prepare
from tallywatch.settings import REPOSITORY, Keys, Settings
from tallywatch.warehouse import open_warehouse

ROWS = 2_000_000
PEOPLE = 200_000
MEMORY_LIMIT = "256MB"
"""What DuckDB may use in our way; the reference has no limit."""
CONTRACT = Path(__file__).with_name("movements.yaml")
REFERENCE_COLUMNS = (
    "{'movement_id': 'BIGINT', 'subject_key': 'VARCHAR', 'phone': 'VARCHAR', "
    "'occurred_at': 'TIMESTAMP', 'amount': 'DECIMAL(17,2)', 'direction_code': 'VARCHAR', "
    "'city_name': 'VARCHAR', 'remark': 'VARCHAR'}"
)


def run(repeats: int = 5) -> list[Result]:
    """Time both ways by turns; then our peak memory at 1 and at 10 million rows."""
    file = csv_file(ROWS)
    ours: list[Run] = []
    reference: list[Run] = []
    for _ in range(repeats):
        reference.append(in_child("bench.ingest_csv", "reference", str(file)))
        ours.append(in_child("bench.ingest_csv", "ours", str(file)))
    seconds = statistics.median(r.seconds for r in ours)
    base = statistics.median(r.seconds for r in reference)
    peak = max(r.peak_bytes for r in ours)
    small = in_child("bench.ingest_csv", "ours", str(csv_file(1_000_000))).peak_bytes
    large = in_child("bench.ingest_csv", "ours", str(csv_file(10_000_000))).peak_bytes
    return [
        Result(
            "ingest_csv",
            round(ROWS / seconds),
            round(ROWS / base),
            round(seconds / base, 2),
            "rows/s (ratio of times)",
            peak >> 20,
            "ratio <= 2.5",
        ),
        Result(
            "ingest_csv_memory",
            large >> 20,
            small >> 20,
            round(large / small, 2),
            "MB peak at 10 and at 1 million rows",
            large >> 20,
            "flat: ratio about 1",
        ),
    ]


def csv_file(rows: int) -> Path:
    """A CSV file of `rows` movements, made once, about 80 bytes a row."""
    path = REPOSITORY / "var" / "bench" / f"movements-{rows}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        duckdb.execute(
            f"""copy (
                select i + 1 as movement_id,
                    'S' || lpad((i * 7919 % {PEOPLE})::varchar, 7, '0') as subject_key,
                    (13000000000 + i * 7919 % {PEOPLE} * 37)::varchar as phone,
                    strftime(timestamp '2026-01-01' + to_seconds(i * 13 % 20000000),
                        '%Y-%m-%d %H:%M:%S') as occurred_at,
                    ((i * 104729 % 1000000) / 100)::decimal(17, 2) as amount,
                    case when i % 5 = 0 then 'in' else 'out' end as direction_code,
                    'city-' || (i % 300) as city_name,
                    'order ' || (i * 31 % 999983) as remark
                from range({rows}) as t(i)
            ) to '{temporary}' (header, delimiter ',')"""
        )
        temporary.rename(path)
    return path


def reference(file: Path) -> None:
    """DuckDB alone: a typed read into a table of a fresh database file."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        connection = duckdb.connect(str(Path(folder) / "reference.duckdb"), config={"threads": 2})
        connection.execute(
            f"create table movements as select * from read_csv(?, auto_detect = false, "
            f"header = true, delim = ',', quote = '\"', columns = {REFERENCE_COLUMNS})",
            [str(file)],
        )
        connection.close()


def ours(file: Path) -> None:
    """The whole way of one delivery."""
    contract = read_contract(CONTRACT)
    home = Path(tempfile.mkdtemp(dir=file.parent))
    try:
        keys = Keys(b"t" * 32, b"a" * 32, b"v" * 32)
        settings = Settings(home, keys, memory_limit=MEMORY_LIMIT)
        landed = land(settings, delivered(contract, file))
        screened = screen(settings, contract, landed)
        with open_warehouse(settings) as warehouse:
            prepare(warehouse, [contract])
            load(warehouse, settings, contract, screened)
        if screened.is_refused or screened.rejected_records:
            raise SystemExit(f"the benchmark's file is not clean: {screened}")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=("ours", "reference"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    work = ours if arguments.way == "ours" else reference
    report(lambda: work(arguments.file))
