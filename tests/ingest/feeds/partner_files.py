"""Files that partners deliver in layouts of their own; every order and firm is invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from xlsxwriter import Workbook

FLAT_NAMES = (
    "流水号|基金公司订单号|订单申请时间|普通日期|普通日期时间|普通数字|金额|年龄|长整型|布尔值|备注"
)
FLAT_ROWS = (
    "seq_0|o_0|2026-09-09 12:34:56|20260909|20260912 12:23:34|23.33|10.22|22|12345|true|备注",
    "seq_1|o_1|2026-09-10 15:56:12|20260910|20260913 12:33:34|23.34|11.88|33|56789|false|",
)
"""Two lines that come to 22.10."""


def flat(*head: str, rows: Sequence[str] = FLAT_ROWS, tail: Sequence[str] = ()) -> bytes:
    """A flat file of its lines."""
    return ("\n".join([*head, *rows, *tail]) + "\n").encode()


def edged(line: str) -> str:
    """A line with a pipe at both ends."""
    return f"|{line}|"


FLAT_FILES = {
    "de": flat("总笔数:2|总金额:22.10", FLAT_NAMES),
    "de with tail": flat("总笔数:2|总金额:22.10", FLAT_NAMES, tail=["OFDCFEND|20260909|2"]),
    "cm": flat("总笔数|总金额", "2|22.10", FLAT_NAMES, tail=["文件结束", "endFile"]),
    "cm with edges": flat(
        *(f"|{line}" for line in ("总笔数|总金额", "2|22.10", FLAT_NAMES)),
        rows=[edged(row) for row in FLAT_ROWS],
        tail=["|文件结束|", "|endFile|"],
    ),
    "sp": flat("2|22.10", tail=["OFDCFEND|20260909|2"]),
}
"""The same two lines under each protocol."""


def ledger() -> bytes:
    """A partner's ledger with Chinese headers, in GBK, with a line of totals."""
    lines = [
        "华东渠道成交台账",
        "序号,交易流水号,合作方编号,产品编码,订单编号,客户手机,成交时间,成交金额（元）,状态,备注",
        "1,L-1,P0007,family_plan,O-1,13800000001,2026/9/5 10:00,\t128.50,已确认,",
        "2,L-2,P0007,family_plan,O-2,13800000002,2026/9/6 11:30,99.00,待确认,老客户",
        "合计,,,,,,,227.50,,",
    ]
    return "\n".join(lines).encode("gbk")


def workbook() -> bytes:
    """A partner's workbook with English headers; day and time stand apart."""
    rows: list[list[Any]] = [
        ["Channel", "Conversion ID", "Partner ID", "Offer", "Order Ref", "Customer Mobile"],
        ["web", "W-1", "P0007", "family_plan", "O-1", "13800000001"],
        ["web", "W-2", "P0007", "family_plan", "O-2", None],
    ]
    rows[0] += ["Converted On", "Time", "Sale Value", "Currency", "Stage", "Remarks"]
    rows[1] += [datetime(2026, 9, 5), time(10, 0, 5), 128.5, "CNY", "Validated", None]
    rows[2] += [datetime(2026, 9, 6), time(23, 59, 0), 99, None, "Pending", "returning"]
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        day, hour = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "hh:mm:ss"))
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime | time):
                    form = day if isinstance(cell, datetime) else hour
                    sheet.write_datetime(number, place, cell, form)
                else:
                    sheet.write(number, place, cell)
    return content.getvalue()


FUND_FIELDS = {
    "AppSheetSerialNo": 24,
    "TransactionCfmDate": 8,
    "CurrencyType": 3,
    "ConfirmedVol": 16,
    "ConfirmedAmount": 16,
    "FundCode": 6,
    "TransactionDate": 8,
    "TransactionTime": 6,
    "ReturnCode": 4,
    "TransactionAccountID": 17,
    "DistributorCode": 9,
    "BusinessCode": 3,
    "TASerialNO": 20,
    "Charge": 10,
    "AgencyFee": 10,
    "NAV": 7,
    "InvestorName": 60,
}


def fund_file(*rows: dict[str, str], count: int | None = None) -> bytes:
    """A file of confirmations by JR/T 0017: head, names of fields, count, records, end."""
    head = ["OFDCFDAT", "22", "TA01", "DS01", "20260910", "001", "04", "TA01", "DS01"]
    head += [f"{len(FUND_FIELDS):03d}", *FUND_FIELDS]
    head += [f"{len(rows) if count is None else count:08d}"]
    records = [
        b"".join(row[name].encode("gb18030").ljust(width) for name, width in FUND_FIELDS.items())
        for row in rows
    ]
    return b"\n".join([*(line.encode() for line in head), *records, b"OFDCFEND"]) + b"\n"


def confirmation(**changes: str) -> dict[str, str]:
    """A purchase of 1,000.00 yuan, confirmed at 983.28 units with 1.50 yuan of fee."""
    return {
        "AppSheetSerialNo": "A-1",
        "TransactionCfmDate": "20260910",
        "CurrencyType": "156",
        "ConfirmedVol": f"{98328:016d}",
        "ConfirmedAmount": f"{100000:016d}",
        "FundCode": "000001",
        "TransactionDate": "20260909",
        "TransactionTime": "093000",
        "ReturnCode": "0000",
        "TransactionAccountID": "TX-EXAMPLE-1",
        "DistributorCode": "DS01",
        "BusinessCode": "122",
        "TASerialNO": "TA-0001",
        "Charge": f"{150:010d}",
        "AgencyFee": f"{75:010d}",
        "NAV": f"{10155:07d}",
        "InvestorName": "示例投资人",
    } | changes


INVOICE_HEADER = (
    "发票代码,发票号码,数电发票号码类型,发票类型,发票状态,对应蓝字发票号码,开票日期,销方名称,"
    "销方识别号,购方名称,购方识别号,金额,税率,税额,价税合计,备注"
)
INVOICES = "\n".join(
    [
        INVOICE_HEADER,
        ",26310000000000000001,数电,普票,蓝字,,2026-10-12 09:30:00,示例服务公司,91310000EXAMPLE001,"
        "示例合作公司,91310000EXAMPLE002,94339.62,6%,5660.38,100000.00,9 月服务费",
        "3100261130,00000002,,专票,红字,00000001,2026-10-13,示例服务公司,91310000EXAMPLE001,"
        "示例合作公司,91310000EXAMPLE002,-100.00,免税,0.00,-100.00,联系人 13800000000",
    ]
).encode()
"""A digital invoice, and a red one under a code that is free of tax."""
