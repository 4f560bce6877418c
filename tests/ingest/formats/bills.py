"""Wallet bills in the layouts that Alipay and WeChat Pay export; people and trades are invented."""

from __future__ import annotations

from ingest.contracts import Contract, read_contracts

TAB = "\t"
DASHES = "-" * 40
RECEIPT_TITLE = f"{DASHES}支付宝（中国）网络技术有限公司  电子客户回单{DASHES}"
WEB_HEADER = (
    "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
    "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态"
)
APP_2022_HEADER = (
    "收/支,交易对方,对方账号,商品说明,收/付款方式,金额,交易状态,交易分类,交易订单号,"
    "商家订单号,交易时间"
)
APP_2023_HEADER = (
    "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,"
    "商家订单号,备注"
)
WECHAT_HEADER = (
    "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
)


def bill_contract(feed: str) -> Contract:
    """The contract of a wallet bill."""
    return read_contracts()[feed]


def alipay_2021_web() -> bytes:
    """Alipay's web export up to 2021: short preamble, trailing comma, totals in the footer."""
    return _gb18030(
        "支付宝交易记录明细查询",
        "账号:[li.example@example.com]",
        "起始日期:[2021-03-01 00:00:00]    终止日期:[2021-03-31 00:00:00]",
        f"{DASHES}交易记录明细列表{DASHES}",
        _padded(WEB_HEADER),
        _padded(
            "2021030322001\t,T200P1\t,2021-03-03 09:00:00,2021-03-03 09:00:03,2021-03-04 09:00:03,"
            "支付宝网站,即时到账交易,江南杂货铺,搪瓷杯,25.90,支出,交易成功,0.00,0.00,,已支出"
        ),
        _padded(
            "2021030522001\t,T200P2\t,2021-03-05 19:00:00,2021-03-05 19:00:03,2021-03-06 09:00:03,"
            "支付宝网站,即时到账交易,江南杂货铺,退款-搪瓷杯,25.90,,退款成功,0.00,0.00,,资金转移"
        ),
        DASHES,
        "共2笔记录",
        "已收入:0笔,0.00元",
        "已支出:1笔,25.90元",
        "导出时间:[2021-04-01 08:00:00]    用户:李示例",
    )


def alipay_2022_app() -> bytes:
    """Alipay's app export of 2021 and 2022: header in line 2, all about the export behind."""
    return _gb18030(
        RECEIPT_TITLE,
        _padded(APP_2022_HEADER),
        _padded(
            "支出,江南杂货铺,jia***@example.com,搪瓷杯,示例银行(0000),25.90,交易成功,日用百货,"
            "2022060122001\t,T200P1\t,2022-06-01 14:00:38"
        ),
        _padded(
            "其他,示例基金,,收益发放,余额宝,0.11,交易成功,投资理财,"
            "2022060222001\t,   \t,2022-06-02 02:57:13"
        ),
        DASHES,
        "导出信息：",
        "姓名：李示例",
        "共7笔记录",
        "",
        "特别提示：",
        "1.本明细仅供个人对账使用。",
    )


def alipay_2023_app() -> bytes:
    """Alipay's app export since 2023: all before the header; one row with a comma in a cell."""
    return _gb18030(
        DASHES,
        "导出信息：",
        "姓名：李示例",
        "支付宝账户：li.example@example.com",
        "起始时间：[2023-02-10 00:00:00]    终止时间：[2023-02-13 23:59:59]",
        "共3笔记录",
        "",
        "特别提示：",
        *(f"{number}.本明细仅供个人对账使用。" for number in range(1, 10)),
        "",
        RECEIPT_TITLE,
        f"{APP_2023_HEADER},",
        _padded(
            "2023-02-12 21:32:14,亲友代付,李示例,/,亲情卡,支出,49.74,"
            "示例银行信用卡(0000)&红包,交易成功,2023021222001\t,T200P1\t,"
        ),
        _padded(
            "2023-02-12 20:00:00,日用百货,江南杂货铺,/,杯,碟,支出,20.00,"
            "余额,交易成功,2023021222002\t,T200P2\t,"
        ),
        "2023-02-11 18:21:04,退款,江南杂货铺,/,退款-搪瓷杯,不计收支,25.90,余额,退款成功,"
        "2023021122001_T200P1\t,T200P1\t,,",
    )


def wechat_preamble(commas: str = "," * 10) -> list[str]:
    """The 16 lines before the header, padded with commas."""
    return [
        f"微信支付账单明细{commas}",
        f"微信昵称：[示例]{commas}",
        f"起始时间：[2023-07-01 00:00:00] 终止时间：[2023-07-31 23:59:59]{commas}",
        f"导出类型：[全部]{commas}",
        f"导出时间：[2023-08-01 08:00:00]{commas}",
        commas,
        f"共4笔记录{commas}",
        f"收入：1笔 0.35元{commas}",
        f"支出：2笔 22.60元{commas}",
        f"中性交易：1笔 100.00元{commas}",
        f"注：{commas}",
        f"1. 充值/提现等交易，将计入中性交易{commas}",
        f"2. 本明细仅展示当前账单中的交易{commas}",
        f"3. 本明细仅供个人对账使用{commas}",
        commas,
        f"{'-' * 22}微信支付账单明细列表{'-' * 20}{commas}",
    ]


def wechat_csv() -> bytes:
    """WeChat's CSV: TAB behind closing quotes, escaped quotes, a line that is only a time."""
    rows = [
        '2023-07-26 12:45:27,"商户消费","江南面馆","总共消费:12.60","支出",¥12.60,"示例银行(0000)",'
        '"支付成功","420000001"\t,"129847001"\t,"/"',
        '2023-07-24 10:10:11,"微信红包","李示例","说""好""","收入",¥0.35,"/","已存入零钱",'
        '"100000002\t","129847002\t","/"',
        "12:52:01",
        '2023-07-20 16:29:37,零钱提现,示例银行,"/",/,￥100.00,示例银行,提现已到账,207000003\t,/\t,'
        '"服务费¥0.10"',
    ]
    return "\n".join([*wechat_preamble(), WECHAT_HEADER, *rows, ""]).encode()


def _padded(line: str) -> str:
    """As Alipay writes a line: every cell padded but those that end in TAB, a comma at the end."""
    cells = line.split(",")
    return "".join(f"{c if c.endswith(TAB) else c.ljust(20)}," for c in cells)


def _gb18030(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("gb18030")
