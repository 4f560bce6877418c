"""Settlement bills of WeChat Pay and Alipay in their layouts; every payment is invented."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

WECHAT_PAID = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额"
)
WECHAT_LAST = "商品名称,商户数据包,手续费,费率"
WECHAT_SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def quoted(*cells: str) -> str:
    """A line of WeChat, which puts a back-quote before every value."""
    return ",".join(f"`{cell}" for cell in cells)


def wechat_bill(header: str, rows: Sequence[str], summary: str, total: str) -> bytes:
    """A bill with its summary of two lines, in UTF-8 with a mark."""
    return ("\n".join([header, *rows, summary, total])).encode("utf-8-sig")


def paid(number: int, amount: str = "6.00", state: str = "SUCCESS") -> tuple[str, ...]:
    """The first cells of every bill since 2019."""
    return (
        f"2026-09-0{number} 08:35:41",
        "wx0000000000000001",
        "1900000001",
        "0",
        "",
        f"42000000012026090{number}0000000001",
        f"T{number}",
        "oExamplePayer",
        "JSAPI",
        state,
        "PSBC_DEBIT",
        "CNY",
        amount,
        "0.00",
    )


def wechat_all() -> bytes:
    """A payment, a refund of it with its fee given back; the count is written as 2.0."""
    header = (
        f"{WECHAT_PAID},微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
        f"{WECHAT_LAST},订单金额,申请退款金额,费率备注"
    )
    goods = ("会员 13800000000", "", "0.04000", "0.60%", "6.00", "0.00", "")
    payment = quoted(*paid(1), "0", "0", "0.00", "0.00", "", "", *goods)
    given = ("50000000012026090300000001", "R1", "1.42", "0.00", "ORIGINAL", "SUCCESS")
    back = ("会员 13800000000", "", "-0.01000", "0.60%", "0.00", "1.42", "")
    refund = quoted(*paid(1, "0.00", "REFUND"), *given, *back)
    total = quoted("2.0", "6.00", "1.42", "0.00", "0.03000", "6.00", "1.42")
    return wechat_bill(header, [payment, refund], WECHAT_SUMMARY, total)


def wechat_success() -> bytes:
    """Payments only: the columns of refunds are not there."""
    header = f"{WECHAT_PAID},{WECHAT_LAST},订单金额,费率备注"
    rows = [quoted(*paid(n), "会员", "", "0.04000", "0.60%", "6.00", "") for n in (1, 2)]
    total = quoted("2", "12.00", "0.00", "0.00", "0.08000", "12.00", "0.00")
    return wechat_bill(header, rows, WECHAT_SUMMARY, total)


def wechat_refund() -> bytes:
    """Refunds only, with the instants of asking and of success in the midst."""
    header = (
        f"{WECHAT_PAID},退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
        f"退款类型,退款状态,{WECHAT_LAST},订单金额,申请退款金额,费率备注"
    )
    row = quoted(
        *paid(1, "0.00", "REFUND"),
        *("2026-09-03 20:53:36", "2026-09-03 20:53:40", "50000000012026090300000001", "R1"),
        *("1.42", "0.00", "ORIGINAL", "SUCCESS", "会员", "", "-0.01000", "0.60%"),
        *("0.00", "1.42", ""),
    )
    total = quoted("1", "0.00", "1.42", "0.00", "-0.01000", "0.00", "1.42")
    return wechat_bill(header, [row], WECHAT_SUMMARY, total)


def wechat_2014() -> bytes:
    """As until 2019: fewer columns, full-width colons; one payment less than is declared."""
    header = (
        "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
        "付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,"
        f"代金券或立减优惠退款金额,退款类型,退款状态,{WECHAT_LAST}"
    )
    cells = ("2014-11-10 16：33：45", *paid(1, "0.01")[1:-1], "0.0")
    row = quoted(*cells, "0", "0", "0", "0", "", "", "被扫支付", "", "0", "0.60%")
    total = quoted("2", "0.02", "0.0", "0.0", "0")
    return wechat_bill(
        header,
        [row],
        "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
        total,
    )


def fund_flows(declared_in: str = "5.96") -> bytes:
    """A payment, its fee, and a refund whose flow is that of the payment."""
    header = (
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
        "资金变更提交申请人,备注,业务凭证号"
    )
    at, payment = "2026-09-01 08:35:41", "4200000001202609010000000001"
    rows = [
        quoted(at, payment, payment, "交易", "交易", "收入", "5.96", "5.96", "system", "", "V1"),
        quoted(
            *("2026-09-03 20:53:40", "50000000012026090300000001", payment, "退款", "退款", "支出"),
            *("1.42", "4.54", "1900000001API", "退款总金额1.42元;含手续费0.01元", "V2"),
        ),
    ]
    total = quoted("2", "1", declared_in, "1", "1.42")
    return wechat_bill(header, rows, "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额", total)


def profit_shares() -> bytes:
    """A share and its return, under the headers of the mainland."""
    header = (
        "分账时间,分账发起方,分账方,微信订单号,微信分账/回退单号,分账明细单号,商户分账/回退单号,"
        "订单金额,分账接收方,分账金额,业务类型,处理状态,分账描述,备注"
    )
    payment = "4200000001202609010000000001"
    rows = [
        quoted(
            *("2026-09-01 12:00:00", "1900000001", "1900000001", payment, f"30000{n}", f"36000{n}"),
            *(f"P{n}", "6.00", "1900000109", "1.80", kind, "成功", "渠道分成", ""),
        )
        for n, kind in ((1, "分账"), (2, "回退"))
    ]
    return wechat_bill(header, rows, "总条数,分账总金额", quoted("2", "1.80"))


ALIPAY_HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注"
)


def alipay_row(kind: str, amount: str, request: str = "") -> str:
    """A payment or a refund of the one payment; values are guarded by a TAB."""
    zeros = ",".join(["0.00"] * 5)
    return (
        f"2026090122000000000000000001\t,T1\t,{kind}\t,会员,"
        "2026-09-01 10:55:16,2026-09-01 10:55:23,"
        f"\t,\t,\t,\t,*某(138****0000)\t,{amount},{amount},{zeros},,"
        f"0.00\t,0.00,{request}\t,0.00,0.00,"
    )


def alipay_details() -> bytes:
    """A payment of 88 yuan and two refunds of it, in GBK."""
    rows = [
        alipay_row("交易", "88.00"),
        alipay_row("退款", "-8.00", "re_1"),
        alipay_row("退款", "-30.50", "re_2"),
    ]
    text = "\n".join(
        [
            "#支付宝业务明细查询",
            "#账号：[20880000000000000156]",
            "#起始日期：[2026年09月01日 00:00:00]   终止日期：[2026年09月02日 00:00:00]",
            f"#{'-' * 40}业务明细列表{'-' * 40}",
            ALIPAY_HEADER,
            *rows,
            f"#{'-' * 40}业务明细列表结束{'-' * 36}",
            "#交易合计：1笔，商家实收共88.00元，商家优惠共0.00元",
            "#退款合计：2笔，商家实收退款共-38.50元，商家优惠退款共0.00元",
            "#导出时间：[2026年09月02日 05:46:49]",
        ]
    )
    return (text + "\n").encode("gbk")


def alipay_zip() -> bytes:
    """The details beside the summary of the stores, under names in GBK without a mark for it."""
    members = {"明细": alipay_details(), "明细(汇总)": "#支付宝业务汇总查询\n".encode("gbk")}
    names = {f"20880000000000000156_业务{kind}.csv".encode("gbk"): kind for kind in members}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for raw, kind in names.items():
            archive.writestr(zipfile.ZipInfo("x" * len(raw)), members[kind])
    content = packed.getvalue()
    for raw in names:  # no two are of one length, so that each stands for itself
        content = re.sub(rb"(?<!x)x{%d}(?!x)" % len(raw), lambda _, raw=raw: raw, content)
    return content
