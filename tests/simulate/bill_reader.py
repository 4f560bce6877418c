"""A plain reader of wallet bills, written from the layouts and sharing nothing with the writer."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

KEYS = ("交易订单号", "交易号", "交易单号")
TIMES = ("交易时间", "交易创建时间")
AMOUNTS = ("金额", "金额（元）", "金额(元)")


@dataclass(frozen=True)
class Bill:
    """Header and rows as text, every cell stripped; `lines[i]` is the physical line of row i."""

    encoding: str
    header: list[str]
    rows: list[list[str]]
    lines: list[int]

    def position(self, names: tuple[str, ...]) -> int:
        """Of the first of the names that the header has."""
        return next(self.header.index(name) for name in names if name in self.header)

    def sound(self) -> list[dict[str, str]]:
        """The rows with as many cells as the header, by column."""
        return [
            dict(zip(self.header, row, strict=True))
            for row in self.rows
            if len(row) == len(self.header)
        ]


def read_bills(path: Path) -> list[Bill]:
    """The bills in a file: one, or one per sheet that holds the data."""
    if path.suffix == ".xlsx":
        return _read_workbook(path)
    return [_read_text(path)]


def _is_header(cells: list[str]) -> bool:
    names = [cell.strip() for cell in cells]
    return any(k in names for k in KEYS) and any(a in names for a in AMOUNTS)


def decode(content: bytes) -> tuple[str, str]:
    """Text and the encoding that it is in.

    Raises:
        UnicodeDecodeError: it is text in none of them.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030"), "gb18030"


def _read_text(path: Path) -> Bill:
    text, encoding = decode(path.read_bytes())
    quote = csv.QUOTE_NONE if path.parent.parent.name == "alipay_bills" else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline=""), quoting=quote)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, cells in enumerate(reader, start=1):
        if not header:
            header = [cell.strip() for cell in cells] if _is_header(cells) else []
        elif cells and cells[0].startswith("-----"):
            break
        else:
            rows.append([cell.strip() for cell in cells])
            lines.append(number)
    return Bill(encoding, header, rows, lines)


def _read_workbook(path: Path) -> list[Bill]:
    book = CalamineWorkbook.from_path(str(path))
    bills = []
    for name in book.sheet_names:
        sheet = [
            [str(cell).strip() for cell in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        top = next((i for i, row in enumerate(sheet) if _is_header(row)), None)
        if top is not None:
            rows = sheet[top + 1 :]
            bills.append(Bill("xlsx", sheet[top], rows, list(range(top + 2, len(sheet) + 1))))
    return bills
