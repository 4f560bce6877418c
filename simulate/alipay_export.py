"""Lines of Alipay's personal bill in every generation: web until 2021, app 2021-22, 2023, 2026.

Cells are padded to 20 characters, order numbers guarded by a TAB, the last column is empty;
amounts carry no sign, a refund is a line of its own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulate.alipay_layouts import CELL, NEUTRAL_WORDS, UNPADDED, columns_of, ending
from simulate.bills import account_text, note_text
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
from simulate.kinds import CODES, DIRECTIONS, KINDS, PAYEES
from simulate.wallets import Movements


def lines(movements: Movements, cut: np.ndarray, layout: str, subject: np.ndarray) -> pa.Array:
    """One line per movement as it stood at `cut`; `subject` numbers its wallet."""
    cells = _cells(movements, cut, layout, subject)
    padded = layout not in UNPADDED
    columns = []
    for name in columns_of(layout):
        cell = cells[name]
        if name in {"交易订单号", "商家订单号", "交易号"}:
            columns.append(joined(pc.utf8_rpad(cell, CELL) if padded else cell, "\t"))
        else:
            columns.append(pc.utf8_rpad(cell, CELL) if padded else cell)
    return csv_lines([*columns, pa.array([""] * len(movements), pa.string())], ending(layout))


def _cells(
    movements: Movements, cut: np.ndarray, layout: str, subject: np.ndarray
) -> dict[str, pa.Array]:
    rows = np.zeros(len(movements), np.int64)
    empty = chosen([""], rows)
    is_back = movements.refunded_at < cut
    in_full = is_back & (movements.refunded_fen == movements.fen) & ~movements.is_refund
    direction = np.where(movements.is_refund, 2, DIRECTIONS[movements.kind])
    is_open = (movements.kind == CODES["household"]) & (cut - movements.at < np.timedelta64(3, "D"))
    status = where(is_open & ~movements.is_refund, "等待确认收货", "交易成功")
    status = where(in_full, "交易关闭", status)
    category = chosen([kind.alipay_category for kind in KINDS.values()], movements.kind)
    note = note_text(movements)
    base = joined(
        day_text(movements.at), "2200", number_text(subject, 7), number_text(movements.serial, 9)
    )
    trade = where(movements.is_refund, joined(base, "_", number_text(movements.fen)), base)
    order = joined("T200P", number_text(movements.serial + 7_000_000, 10))
    is_person = np.isin(movements.kind, [CODES["transfer_in"], CODES["transfer_out"]])
    method = where(
        movements.serial % 3 == 0, chosen(["余额"], rows), chosen(["晴川银行储蓄卡(1234)"], rows)
    )
    promoted = where(movements.serial % 17 == 0, joined(method, "&红包"), method)
    time = clock_text(movements.at)
    back_fen = np.where(is_back & ~movements.is_refund, movements.refunded_fen, 0)
    amount = yuan_text(movements.fen)
    words = chosen(["支出", "收入", NEUTRAL_WORDS.get(layout, "不计收支")], direction)
    return {
        "交易时间": time,
        "交易创建时间": time,
        "付款时间": time,
        "最近修改时间": time,
        "交易来源地": chosen(["其他（包括阿里巴巴和外部商家）"], rows),
        "交易分类": where(movements.is_refund, "退款", category),
        "类型": chosen(["即时到账交易"], rows),
        "交易对方": chosen(PAYEES, movements.payee),
        "对方账号": where(is_person, account_text(movements.payee), "/"),
        "商品说明": where(movements.is_refund, joined("退款-", note), note),
        "商品名称": where(movements.is_refund, joined("退款-", note), note),
        "收/支": words,
        "金额": amount,
        "金额（元）": amount,
        "收/付款方式": where(direction == 1, empty, promoted),
        "交易状态": where(movements.is_refund, "退款成功", status),
        "交易订单号": trade,
        "交易号": trade,
        "商家订单号": where(is_person, "", order),
        "服务费（元）": chosen(["0.00"], rows),
        "成功退款（元）": yuan_text(back_fen),
        "备注": empty,
        "资金状态": chosen(["已支出", "已收入", "资金转移"], direction),
    }
