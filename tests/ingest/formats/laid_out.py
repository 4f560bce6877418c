"""Contracts with layouts, and files in them, for the tests of layouts; all people invented."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pyarrow as pa

from ingest.contract_layouts import layouts_of
from ingest.contracts import Column, Contract
from ingest.formats import Reading, open_delivery
from tests.ingest.formats.deliveries import column, contract

DEBIT = {
    "name": "savings",
    "dialect": {"padded": True, "footer": "^人民币合计"},
    "ignore": ["余额"],
    "nullTexts": ["-"],
    "columns": {
        "booked_date": "交易日期",
        "occurred_at": {"join": ["交易日期", "交易时间"], "separator": " "},
        "amount_fen": {"credit": "收入", "debit": "支出"},
        "currency_code": {
            "header": "币种",
            "default": "CNY",
            "optional": True,
            "rewrite": [["^人民币.*", "CNY"]],
        },
        "bank_code": {"constant": "ICBC"},
        "account": {"preamble": "卡号[:：]\\s*([^\\s,]+)"},
        "counterparty": {"first": ["对方户名", "对方账号"]},
    },
}
CARD = {
    "name": "card",
    "columns": {
        "booked_date": {"header": ["记账日", "入账日"], "year": "账单 (\\d{4})年"},
        "amount_fen": {"value": "金额", "sign": "借贷", "negative": ["借"], "positive": ["贷"]},
        "bank_code": {"constant": "CMB"},
        "account": {"header": "卡号末四位", "optional": True},
    },
}
SAVINGS_FILE = """明细查询
卡号: 6222****9876,"卡别名: 无"

交易日期,交易时间,收入,支出,币种,对方户名,对方账号,余额
2026-05-02 ,08:00:01 ,"1,234.50\t",-,人民币,甲公司,1001,"9,999.99"
2026-05-03 ,09:00:00 ,,13.40,,,1002,1.00
2026-05-04 ,10:00:00 ,0.00,-5.50,美元,乙公司,,1.00
2026-05-05 ,10:00:00 ,0.00,,美元,乙公司,,1.00
2026-05-06 ,10:00:00 ,1.00,2.00,美元,乙公司,,1.00
人民币合计,,"1,240.00",26.90
"""
CARD_FILE = """信用卡账单 2026年01月
入账日,金额,借贷,备注
12/29,1.00,借,甲
01/02,2.00,贷,乙
0103,3.00,其他,丙
"""


def feed(*layouts: dict[str, Any], columns: tuple[Column, ...] = (), **about: Any) -> Contract:
    """A feed with these layouts, as a contract would list them; unknown columns are ignored."""
    names = (
        "booked_date",
        "occurred_at",
        "amount_fen",
        "currency_code",
        "bank_code",
        "account",
        "counterparty",
    )
    made = contract(*(columns or map(column, names)), **about)
    extras = {"formats": list(made.formats), "drift": "evolve", "layouts": list(layouts)}
    return replace(made, layouts=layouts_of(extras))


def opened(content: str | bytes, expected: Contract, batch_rows: int = 1000) -> Reading:
    """The reading of a file."""
    data = content.encode() if isinstance(content, str) else content
    return open_delivery(io.BytesIO(data), expected, batch_rows=batch_rows)


def rows_of(reading: Reading) -> list[dict[str, Any]]:
    """All records, cells by column; without the line number and the fault."""
    table = pa.Table.from_batches(list(reading.batches()), reading.schema)
    table.validate(full=True)
    assert table.num_rows == reading.tally.physical_records
    rows: list[dict[str, Any]] = table.drop(["_line_number", "_fault"]).to_pylist()
    return rows
