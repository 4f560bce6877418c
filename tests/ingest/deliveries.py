"""Deliveries for the tests: small files in the layouts of the feeds, all people invented."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from tallywatch.settings import Settings

RECEIVED = datetime(2026, 11, 1, 4, tzinfo=UTC)
DEAL_HEADER = (
    "deal_id,partner_id,product_code,order_id,customer_phone,occurred_at,amount,currency_code,"
    "status_code"
)
GRANT = "A0000001"


def deal(number: int, **changes: str) -> str:
    """One line of partner_deals."""
    cells = {
        "deal_id": f"D{number}",
        "partner_id": "P0001",
        "product_code": "family_plan",
        "order_id": f"O{number}",
        "customer_phone": f"138{number:08d}",
        "occurred_at": "2026-10-05 10:00:00",
        "amount": "128.50",
        "currency_code": "CNY",
        "status_code": "approved",
    }
    return ",".join((cells | changes).values())


def deals_csv(*lines: str, header: str = DEAL_HEADER) -> bytes:
    """A file of partner_deals."""
    return ("\n".join([header, *lines]) + "\n").encode()


def put(
    settings: Settings, feed: str, content: bytes, name: str = "file", received: datetime = RECEIVED
) -> Path:
    """Deliver a file into the feed's inbox."""
    path = settings.inbox / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (received.timestamp(), received.timestamp()))
    return path


def grant(settings: Settings, authorisation_id: str = GRANT, **changes: str | None) -> None:
    """Deliver one authorisation."""
    row = {
        "authorisation_id": authorisation_id,
        "subject_key": "S0000001",
        "scope_code": "wallet_bills",
        "granted_at": "2026-01-01 00:00:00",
        "expires_at": "2027-01-01 00:00:00",
        "recorded_at": "2026-01-01 00:00:00",
    }
    line = json.dumps({k: v for k, v in (row | changes).items() if v is not None})
    put(settings, "authorisations", line.encode() + b"\n", f"{authorisation_id}-{len(changes)}")


def alipay(*rows: str, count: int | None = None) -> bytes:
    """An Alipay export as of 2023 and later: GBK, metadata before, padded cells, TAB guards."""
    header = (
        "交易时间            ,交易分类      ,交易对方      ,对方账号      ,"
        "商品说明      ,收/支      ,"
        "金额      ,收/付款方式      ,交易状态      ,交易订单号     ,商家订单号      ,备注      ,"
    )
    total = len(rows) if count is None else count
    preamble = [
        "-" * 84,
        "导出信息：",
        "姓名：示例",
        "支付宝账户：example@example.com",
        f"共{total}笔记录",
        "",
        f"{'-' * 24}支付宝（中国）网络技术有限公司  电子客户回单{'-' * 24}",
    ]
    return ("\n".join([*preamble, header, *rows]) + "\n").encode("gbk")


def alipay_row(number: int, amount: str = "49.74   ", at: str = "2026-10-12 21:32:14 ") -> str:
    """One padded line of such an export."""
    return (
        f"{at},餐饮美食      ,示例面馆      ,/         ,午餐      ,支出      ,{amount},余额      ,"
        f"交易成功      ,20261012{number:06d}\t,M{number}\t,      ,"
    )
