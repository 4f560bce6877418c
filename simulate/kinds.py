"""Kinds of movement in a wallet, as both wallets name them, and who can stand on the other side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.vocabulary import (
    CLINICS,
    FRIENDS,
    FUND,
    LANDLORDS,
    RELATIVES,
    SCHOOLS,
    SHOPS,
    STRANGERS,
)

OUT, IN, NEUTRAL = 0, 1, 2


@dataclass(frozen=True)
class Kind:
    """A kind of movement. `share`: how often it occurs on ordinary days; `goods`: bought from a
    shop, so that it can be refunded."""

    direction: int
    share: float
    alipay_category: str
    wechat_type: str
    wechat_status: str
    goods: bool = False
    note: str = ""


KINDS: dict[str, Kind] = {
    "food": Kind(OUT, 0.37, "餐饮美食", "商户消费", "支付成功", goods=True),
    "groceries": Kind(OUT, 0.20, "日用百货", "商户消费", "支付成功", goods=True),
    "transport": Kind(OUT, 0.16, "交通出行", "商户消费", "支付成功", goods=True),
    "household": Kind(OUT, 0.09, "家居家装", "商户消费", "支付成功", goods=True),
    "leisure": Kind(OUT, 0.06, "文化休闲", "商户消费", "支付成功", goods=True),
    "transfer_out": Kind(OUT, 0.05, "转账红包", "转账", "朋友已收钱", note="转账"),
    "transfer_in": Kind(IN, 0.04, "转账红包", "转账", "已存入零钱", note="转账"),
    "packet_in": Kind(IN, 0.02, "转账红包", "微信红包", "已存入零钱", note="红包"),
    "fund": Kind(NEUTRAL, 0.01, "投资理财", "购买理财通", "支付成功", note="单次转入"),
    "packet_out": Kind(OUT, 0, "转账红包", "微信红包", "支付成功", note="红包"),
    "rent": Kind(OUT, 0, "住房物业", "转账", "朋友已收钱", note="房租"),
    "tuition": Kind(OUT, 0, "教育培训", "扫二维码付款", "已转账", note="学费"),
    "care": Kind(OUT, 0, "医疗健康", "扫二维码付款", "已转账", note="诊疗费"),
    "business": Kind(OUT, 0, "商业服务", "扫二维码付款", "已转账", note="收款方备注:服务费"),
}
CODES = {name: code for code, name in enumerate(KINDS)}
DIRECTIONS = np.array([kind.direction for kind in KINDS.values()])
SHARES = np.array([kind.share for kind in KINDS.values()])
IS_GOODS = np.array([kind.goods for kind in KINDS.values()])

PAYEES: tuple[str, ...] = (
    *(shop for shops in SHOPS.values() for shop in shops),
    *FRIENDS,
    *STRANGERS,
    *LANDLORDS,
    *SCHOOLS,
    *CLINICS,
    *RELATIVES,
    FUND,
)
"""Whoever can stand on the other side; a movement holds a position in it."""
FIRST_FRIEND = PAYEES.index(FRIENDS[0])
