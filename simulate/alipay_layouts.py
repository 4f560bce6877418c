"""How the generations of Alipay's personal bill are laid out: columns, preamble, footer.

Summary and notes stand before the lines (from 2023) or after them (2021); the web export of 2021
frames its lines with both.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulate.bills import Export, Summary
from simulate.deliveries import clock

LAYOUTS = (
    "app_2023",
    "app_2026",
    "app_2023",
    "app_2021",
    "app_2026",
    "app_2023_utf8",
    "web_2021",
    "app_2023",
    "app_2021_body",
)
UNPADDED = frozenset({"app_2026"})
ENCODINGS = {"app_2023_utf8": "utf-8", "app_2021_body": "utf-8"}
ENDINGS = {"app_2021_body": "\r\n"}
NEUTRAL_WORDS = {"app_2021": "其他", "app_2021_body": "其他", "web_2021": ""}
CELL, TRADE_CELL, ORDER_CELL = 20, 10, 16
TITLE = "支付宝（中国）网络技术有限公司  电子客户回单"
TITLE_2026 = "支付宝支付科技有限公司  电子客户回单"
RULE = "-" * 84

COLUMNS_2023 = (
    "交易时间",
    "交易分类",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/支",
    "金额",
    "收/付款方式",
    "交易状态",
    "交易订单号",
    "商家订单号",
    "备注",
)
COLUMNS_2021 = (
    "收/支",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/付款方式",
    "金额",
    "交易状态",
    "交易分类",
    "交易订单号",
    "商家订单号",
    "交易时间",
)
COLUMNS_WEB = (
    "交易号",
    "商家订单号",
    "交易创建时间",
    "付款时间",
    "最近修改时间",
    "交易来源地",
    "类型",
    "交易对方",
    "商品名称",
    "金额（元）",
    "收/支",
    "交易状态",
    "服务费（元）",
    "成功退款（元）",
    "备注",
    "资金状态",
)
HEADER_CELLS = {"交易订单号": TRADE_CELL, "商家订单号": ORDER_CELL, "交易时间": ORDER_CELL}
NOTES = (
    "特别提示：",
    "1.本文件为模拟数据，所列交易、姓名和账号均为虚构；",
    "2.统计金额与明细之和可能不一致，以明细为准；",
    "3.不计收支的交易不计入收入或者支出。",
)


def columns_of(layout: str) -> tuple[str, ...]:
    """The headers of a layout, in order, without the empty last one."""
    if layout == "web_2021":
        return COLUMNS_WEB
    return COLUMNS_2021 if layout.startswith("app_2021") else COLUMNS_2023


def encoding(layout: str) -> str:
    """How text becomes bytes; GBK is the part of GB18030 that most exports keep to."""
    return ENCODINGS.get(layout, "gb18030")


def ending(layout: str) -> str:
    """How lines end."""
    return ENDINGS.get(layout, "\n")


def lead(layout: str, export: Export, summary: Summary) -> list[str]:
    """The lines before the data, header included, without line ends."""
    header = _header(layout)
    span = f"{clock(export.since)}]    终止{{}}：[{clock(export.until)}]"
    if layout == "app_2021_body":
        return [header]
    if layout == "web_2021":
        return [
            "支付宝交易记录明细查询",
            f"账号:[{export.account}]",
            f"起始日期:[{clock(export.since)}]    终止日期:[{clock(export.until)}]",
            "-" * 33 + "交易记录明细列表" + "-" * 36,
            header,
        ]
    if layout == "app_2021":
        return [_title(TITLE), header]
    return [
        RULE,
        *_about(export, span),
        "导出交易类型：[全部]",
        f"导出时间：[{clock(export.until)}]",
        f"共{sum(summary.counts)}笔记录",
        *_totals(summary, ("收入", "支出", "不计收支"), " "),
        "",
        *NOTES,
        "",
        _title(TITLE_2026 if layout == "app_2026" else TITLE),
        header,
    ]


def tail(layout: str, export: Export, summary: Summary) -> list[str]:
    """The lines after the data."""
    if layout == "web_2021":
        income, outgo, _ = _totals(summary, ("已收入", "已支出", ""), ",", ":")
        return [
            RULE,
            f"共{sum(summary.counts)}笔记录",
            income,
            "待收入:0笔,0.00元",
            outgo,
            "待支出:0笔,0.00元",
            f"导出时间:[{clock(export.until)}]    用户:{export.account}",
        ]
    if layout != "app_2021":
        return []
    span = f"{clock(export.since)}]    终止{{}}：[{clock(export.until)}]"
    return [
        RULE,
        *_about(export, span),
        f"导出时间：[{clock(export.until)}]",
        f"共{sum(summary.counts)}笔记录",
        *_totals(summary, ("收入", "支出", "其他"), ","),
        "",
        *NOTES,
    ]


def _about(export: Export, span: str) -> list[str]:
    return [
        "导出信息：",
        "姓名：***",
        f"支付宝账户：{export.account}",
        f"起始时间：[{span.format('时间')}",
    ]


def _totals(summary: Summary, words: Sequence[str], separator: str, colon: str = "：") -> list[str]:
    order = (1, 0, 2)
    return [
        f"{word}{colon}{summary.counts[d]}笔{separator}{summary.yuan(d)}元"
        for word, d in zip(words, order, strict=True)
    ]


def _title(text: str) -> str:
    return f"{'-' * 24}{text}{'-' * 24}"


def _header(layout: str) -> str:
    names = columns_of(layout)
    if layout not in UNPADDED:
        names = tuple(name.ljust(HEADER_CELLS.get(name, CELL)) for name in names)
    return ",".join((*names, ""))
