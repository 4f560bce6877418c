"""Real wallet bills of the reference folder: header found, every data row present."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ingest.formats.bills import bill_contract
from tests.ingest.formats.deliveries import read

TRADE_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")


@pytest.mark.parametrize(
    ("folder", "feed"), [("alipay", "alipay_bills"), ("wechat", "wechat_bills")]
)
def test_every_row_of_the_real_bills_is_read(
    shared: Callable[[str], Path], folder: str, feed: str
) -> None:
    contract = bill_contract(feed)
    names = [column.name for column in contract.file_columns]
    required = [names.index(column.name) for column in contract.file_columns if column.required]
    paths = sorted(path for path in shared(f"samples/{folder}").iterdir() if path.is_file())
    assert paths
    for path in paths:
        with path.open("rb") as stream:
            content = read(stream, contract)
        assert content.faults == {}, path.name
        assert content.rows, path.name
        for row in content.rows.values():
            assert TRADE_TIME.fullmatch(row[names.index("occurred_at")] or "")
            assert all(row[position] for position in required), path.name
        if path.suffix == ".csv":
            assert len(content.rows) == _rows_with_a_time(path), path.name


def _rows_with_a_time(path: Path) -> int:
    """Lines that hold a trade time in a cell of its own, counted without the reader."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    cells = (line.split(",") for line in text.split("\n"))
    return sum(any(TRADE_TIME.fullmatch(cell.strip()) for cell in line) for line in cells)
