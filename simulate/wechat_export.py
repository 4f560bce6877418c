"""WeChat Pay's personal bill: its cells, and its CSV layouts (UTF-8, some with a byte order mark).

Sixteen lines of preamble padded with commas, `/` for nothing, both yuan signs, trade numbers that
end in a TAB, inside or outside their quotes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.bills import Export, Summary, note_text
from simulate.columns import (
    chosen,
    clock_text,
    csv_lines,
    day_text,
    joined,
    number_text,
    where,
    yuan_text,
)
from simulate.deliveries import clock
from simulate.kinds import CODES, DIRECTIONS, KINDS, PAYEES
from simulate.wallets import Movements

LAYOUTS = (
    "csv_2021",
    "csv_2019",
    "xlsx_second_sheet",
    "csv_2021",
    "csv_2023",
    "csv_body",
    "csv_2021",
    "xlsx_text",
    "csv_2019",
    "csv_2021",
    "csv_2021",
    "xlsx_merged",
    "csv_2023",
    "csv_2021",
    "csv_2019",
    "csv_2021",
)
COLUMNS = (
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
)
QUOTED = ("交易类型", "交易对方", "商品", "收/支", "支付方式", "当前状态", "备注")
BYTE_ORDER_MARK = "\ufeff"
PREAMBLE_COMMAS = {"csv_2019": 10, "csv_2021": 8, "csv_2023": 11}


def is_workbook(layout: str) -> bool:
    """Whether the layout is an XLSX file."""
    return layout.startswith("xlsx")


def sheet_count(layout: str) -> int:
    """How many sheets of a workbook hold the data: a dump may stand before the real sheet."""
    return 2 if layout == "xlsx_second_sheet" else 1


def encoding(_layout: str) -> str:
    """How text becomes bytes; a byte order mark is part of the text."""
    return "utf-8"


def ending(layout: str) -> str:
    """How lines of a CSV layout end."""
    return "\r\n" if layout == "csv_body" else "\n"


def lines(movements: Movements, cut: np.ndarray, layout: str, subject: np.ndarray) -> pa.Array:
    """One CSV line per movement as it stood at `cut`; `subject` numbers its wallet."""
    cells = cells_of(movements, cut, subject)
    if layout == "csv_2019":
        cells |= {name: joined('"', cells[name], '"') for name in QUOTED}
        for name in ("交易单号", "商户单号"):
            inside = joined('"', cells[name], '\t"')
            outside = joined('"', cells[name], '"\t')
            cells[name] = where(movements.serial % 2 == 0, inside, outside)
    else:
        cells |= {name: joined(cells[name], "\t") for name in ("交易单号", "商户单号")}
    columns = [cells[name] for name in COLUMNS]
    if layout == "csv_2023":
        columns.append(cells["备注"])
    return csv_lines(columns, ending(layout))


def cells_of(movements: Movements, cut: np.ndarray, subject: np.ndarray) -> dict[str, pa.Array]:
    """The cells of every column, without guards and quotes."""
    rows = np.zeros(len(movements), np.int64)
    slash = chosen(["/"], rows)
    payee = chosen(PAYEES, movements.payee)
    kinds = list(KINDS.values())
    direction = np.where(movements.is_refund, 1, DIRECTIONS[movements.kind])
    sign = where(movements.serial % 2 == 0, "¥", "￥")
    in_part = joined("已退款(￥", yuan_text(movements.refunded_fen), ")")
    in_full = (movements.refunded_fen == movements.fen) | movements.is_refund
    back = where(in_full, "已全额退款", in_part)
    is_back = (movements.refunded_at < cut) | movements.is_refund
    usual = chosen([kind.wechat_status for kind in kinds], movements.kind)
    number = joined(number_text(subject, 7), number_text(movements.serial, 9))
    trade = joined(where(movements.is_refund, "50", "42"), "00", day_text(movements.at), number)
    is_own = movements.kind == CODES["fund"]
    method = chosen(["零钱", "零钱通", "远帆银行(5678)"], movements.serial % 3)
    return {
        "交易时间": clock_text(movements.at),
        "交易类型": where(
            movements.is_refund,
            joined(payee, "-退款"),
            chosen([kind.wechat_type for kind in kinds], movements.kind),
        ),
        "交易对方": where(is_own, slash, payee),
        "商品": note_text(movements),
        "收/支": chosen(["支出", "收入", "/"], direction),
        "金额(元)": joined(sign, yuan_text(movements.fen)),
        "支付方式": where(direction == 1, slash, method),
        "当前状态": where(is_back, back, usual),
        "交易单号": trade,
        "商户单号": where(is_own, slash, joined("1000", number)),
        "备注": slash,
    }


def lead(layout: str, export: Export, summary: Summary) -> list[str]:
    """The lines before the data of a CSV, header included, without line ends."""
    names = (*COLUMNS, "备注") if layout == "csv_2023" else COLUMNS
    header = ",".join(names)
    if layout == "csv_body":
        return [BYTE_ORDER_MARK + header]
    commas = "," * PREAMBLE_COMMAS[layout]
    return [*(line + commas for line in preamble(export, summary)), header]


def tail(_layout: str, _export: Export, _summary: Summary) -> list[str]:
    """Nothing stands after the data."""
    return []


def preamble(export: Export, summary: Summary, has_zone_note: bool = False) -> list[str]:
    """What stands before the header; the layouts since 2025 name the time zone."""
    totals = [
        f"{word}：{summary.counts[d]}笔 {summary.yuan(d)}元"
        for word, d in (("收入", 1), ("支出", 0), ("中性交易", 2))
    ]
    zone = ["4. 本账单中所有时间均为UTC+08:00时间"] if has_zone_note else []
    return [
        "微信支付账单明细",
        f"微信昵称：[{export.account}]",
        f"起始时间：[{clock(export.since)}] 终止时间：[{clock(export.until)}]",
        "导出类型：[全部]",
        f"导出时间：[{clock(export.until)}]",
        "",
        f"共{sum(summary.counts)}笔记录",
        *totals,
        "注：",
        "1. 充值、提现、理财和零钱通的交易计入中性交易",
        "2. 本文件为模拟数据，所列交易、姓名和账号均为虚构",
        "3. 统计金额与明细之和可能不一致",
        *zone,
        "",
        "-" * 22 + "微信支付账单明细列表" + "-" * 20,
    ]
