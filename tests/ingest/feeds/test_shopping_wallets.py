"""JD and Meituan bills: what an amount says of refunds, both generations, declared figures."""

from __future__ import annotations

from datetime import datetime

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds.taking import Row, allow, rows_of, take, taken

JD_HEADER = (
    "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,交易订单号,商家订单号,备注"
)
JD_AMOUNTS = ("10.20", "131.77(已退款89.84)", "468.32(已全额退款)", "223.1(已退款)", "0.00")


def jd(*amounts: str, mark: str = "\ufeff") -> bytes:
    """An export of late 2024."""
    rows = [
        f"2026-09-{number:02d} 17:16:02\t,京东平台商户,示例商品,{amount},钱包余额,交易成功,支出,"
        f"网购,1000{number}\t,2000{number}\t, ,"
        for number, amount in enumerate(amounts, start=1)
    ]
    preamble = [
        "导出信息：",
        "京东账号名：jd_example",
        "申请时间：2026-10-01 11:32:42",
        "日期区间：2026-09-01 至 2026-09-30",
        f"共：{len(rows)}笔记录",
        "支出：1笔(含1笔部分退款)，10.20元",
        "",
        "特别提示",
        "1.本明细为每笔订单支付的明细；",
        "",
    ]
    return (mark + "\n".join([*preamble, JD_HEADER, *rows]) + "\n").encode()


def in_another_order(content: bytes) -> bytes:
    """The same as an export of early 2024 has it: other column order, no mark."""
    lines = content.decode("utf-8-sig").splitlines()
    start = lines.index(JD_HEADER)
    table = [line.split(",")[:11] for line in lines[start:]]
    order = [0, 7, 1, 2, 6, 3, 4, 5, 8, 9, 10]
    moved = [",".join(cells[place] for place in order) for cells in table]
    return "\n".join([*lines[:start], *moved]).encode()


def meituan(*rows: str) -> bytes:
    head = [
        "美团交易账单明细",
        "美团用户名：[example]",
        "起始时间：[2026-09-01] 终止时间：[2026-09-30]",
        "导出时间：[2026-10-01 17:43:31]",
        '""',
        f"共：{len(rows)}笔记录",
        "支出：1笔 21.17元",
        "收入：1笔 11.90元",
        '""',
        "【美团交易账单明细列表】",
        "交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号,商家单号,备注",
    ]
    return ("\ufeff" + "\r\n".join([*head, *rows]) + "\r\n").encode()


MEITUAN_ROWS = (
    "2026-09-02 20:35:13,2026-09-02 20:35:25,支付,示例奶茶,支出,美团月付,"
    '¥22.30,¥21.17,"1\t","2\t",/',
    "2026-09-03 07:04:17,2026-09-03 07:04:18,退款,示例蛋挞,收入,示例卡(1875),"
    '¥11.90,¥11.90,"3\t","4\t",/',
)


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    """Settings under which the first person lets their wallets be read."""
    allow(settings, "wallet_bills")
    return settings


def money(rows: list[Row]) -> list[tuple[int, int | None]]:
    return [(row["amount_fen"], row["refunded_fen"]) for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        jd(*JD_AMOUNTS),
        jd(*JD_AMOUNTS).replace(b"\n", b"\r\n"),
        in_another_order(jd(*JD_AMOUNTS)),
    ],
)
def test_an_amount_says_what_was_refunded_of_it(content: bytes, allowed: Settings) -> None:
    rows = taken(allowed, "jd_bills", content)
    assert money(rows) == [
        (1020, None),
        (13177, 8984),
        (46832, 46832),
        (22310, 22310),
        (0, None),
    ]
    assert rows[0]["trade_id"] == "10001"
    assert rows[0]["exported_at"] == datetime(2026, 10, 1, 3, 32, 42)


def test_an_amount_that_is_none_is_quarantined(allowed: Settings) -> None:
    report = take(allowed, "jd_bills", jd("10.20", "免费(已退款)"))
    assert report.accepted_records == 1
    assert report.reasons == {
        ("amount_fen", "bad_amount"): 1,
        ("refunded_fen", "bad_amount"): 1,
    }


def test_what_was_paid_and_came_back_is_held_against_the_totals(allowed: Settings) -> None:
    report = take(allowed, "meituan_bills", meituan(*MEITUAN_ROWS))
    assert report.declared == (
        ("records", 2, 2),
        ("paid_fen (direction_code out)", 2117, 2117),
        ("paid_fen (direction_code in)", 1190, 1190),
    )
    rows = rows_of(allowed, report)
    assert [(r["category_name"], r["paid_fen"], r["order_amount_fen"]) for r in rows] == [
        ("支付", 2117, 2230),
        ("退款", 1190, 1190),
    ]
    assert (rows[0]["trade_id"], rows[0]["remark"]) == ("1", None)
