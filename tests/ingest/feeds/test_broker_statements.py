"""Broker statements: lost zeros are put back, amounts have the sign of the cash account."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tallywatch.settings import Settings
from tests.ingest.feeds.taking import allow, rows_of, take
from tests.ingest.formats.test_xlsx import sheet

HTSEC = [
    [
        *("证券代码", "证券名称", "成交日期", "成交时间", "成交数量", "成交价格", "成交金额"),
        *("发生金额", "操作", "合同号", "成交号", "手续费", "印花税", "过户费", "其他费"),
        *("资金本次余额", "股份本次余额", "股东账号", "资金账号"),
    ],
    [
        *(2304, "示例股份", 20260901, "10:51:44", 400, 1.902, 760.8, -760.84, "买", "", ""),
        *(0.04, 0, 0, 0, 100.5, 400, "A000000001", 1000000001),
    ],
    [
        *("519888", "示例基金", 20260902, "", 128, 0.01, 1.28, 1.28, "卖", "", ""),
        *(0, 0, 0, 0, 101.78, 0, "A000000001", 1000000001),
    ],
]
HXSEC = (
    "交收日期\t成交时间\t业务名称\t证券代码\t证券名称\t成交价格\t成交数量\t剩余数量\t成交金额\t总费用\t"
    "清算金额\t资金本次余额\t净佣金\t印花税\t过户费\t清算费\t交易规费\t经手费\t证管费\t财汇局征费\t"
    "其他费\t币种\t成交编号\t股东代码\t资金帐号\r\n"
    '="20260901"\t="10:00:01"\t="证券买入"\t="002304"\t="示例股份"\t100.000\t100.00\t100\t10000.000\t'
    '5.00\t-10005.000\t89995.00\t5.00\t0.00\t0.00\t0\t0\t0\t0\t0\t0\t="人民币"\t="0001"\t="A1"\t="77"\r\n'
    '="20260902"\t=""\t="银行转证券"\t=""\t=""\t0.000\t0\t0\t0.000\t0.00\t5000.000\t94995.00\t0\t0\t0\t'
    '0\t0\t0\t0\t0\t0\t="人民币"\t=""\t=""\t="77"\r\n'
)


HXSEC_GUARDED = "\t".join(f'="{name}"' for name in HXSEC.split("\r\n")[0].split("\t"))


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    """Settings under which the first person lets their broker's statements be read."""
    allow(settings, "broker_statements")
    return settings


def test_a_workbook_that_lost_zeros(allowed: Settings) -> None:
    report = take(allowed, "broker_statements", sheet(*HTSEC))
    assert (report.layout, report.reasons) == ("htsec", {})
    stock, fund = rows_of(allowed, report)
    assert (stock["security_code"], fund["security_code"]) == ("002304", "519888")
    assert (stock["amount_fen"], stock["commission_fen"], stock["price_text"]) == (
        -76084,
        4,
        "1.902",
    )
    assert (stock["occurred_at"], fund["occurred_at"]) == (datetime(2026, 9, 1, 2, 51, 44), None)
    assert fund["traded_date"] == date(2026, 9, 2)
    assert None not in (stock["account_token"], stock["shareholder_account_token"])


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
@pytest.mark.parametrize("header", [HXSEC.split("\r\n")[0], HXSEC_GUARDED])
def test_tabs_under_the_name_of_a_workbook(header: str, encoding: str, allowed: Settings) -> None:
    content = header + HXSEC[HXSEC.index("\r\n") :]
    report = take(allowed, "broker_statements", content.encode(encoding))
    assert (report.layout, report.reasons) == ("hxsec", {})
    bought, transfer = rows_of(allowed, report)
    assert (bought["security_code"], bought["traded_count"], bought["amount_fen"]) == (
        "002304",
        100,
        -1000500,
    )
    assert (transfer["operation_name"], transfer["amount_fen"], transfer["trade_id"]) == (
        "银行转证券",
        500000,
        None,
    )
    assert {bought["currency_code"], transfer["currency_code"]} == {"CNY"}
