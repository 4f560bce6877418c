"""Who lends: banks and lenders by the names that reports print and that people say.

Lenders that a person knows carry public names, so that lists of brands and of co-lenders apply to
them. Who lends to a thief is mostly invented.
"""

from __future__ import annotations

import numpy as np

from simulate.credit_reports.vocabulary import LENDERS as INVENTED

BANKS = (
    ("中国工商银行股份有限公司", "中国工商银行", "icbc"),
    ("中国农业银行股份有限公司", "中国农业银行", "abc"),
    ("中国银行股份有限公司", "中国银行", "boc"),
    ("中国建设银行股份有限公司", "中国建设银行", "ccb"),
    ("交通银行股份有限公司", "交通银行", "bocom"),
    ("招商银行股份有限公司", "招商银行", "cmb"),
    ("中国邮政储蓄银行股份有限公司", "中国邮政储蓄银行", "psbc"),
    ("兴业银行股份有限公司", "兴业银行", "cib"),
    ("中信银行股份有限公司", "中信银行", "citic"),
    ("上海浦东发展银行股份有限公司", "上海浦东发展银行", "spdb"),
    ("中国民生银行股份有限公司", "中国民生银行", "cmbc"),
    ("平安银行股份有限公司", "平安银行", "pab"),
)
"""Printed name, name that people say, code in messages. The first eight are people's own banks."""
OWN_BANKS = 8
BRANDS = (
    ("重庆蚂蚁消费金融有限公司", "花呗", "huabei"),
    ("深圳前海微众银行股份有限公司", "微粒贷", "welab"),
    ("重庆京东盛际小额贷款有限公司", "京东金条", "baitiao"),
    ("重庆度小满小额贷款有限公司", "有钱花", "du_xiaoman"),
    ("马上消费金融股份有限公司", "安逸花", "mashang"),
    ("招联消费金融有限公司", "招联", "zhaolian"),
    ("福州三六零网络小额贷款有限公司", "360借条", "qihoo_loan"),
    ("吉安市分期乐网络小额贷款有限公司", "分期乐", "lexin"),
)
CO_LENDERS = (
    "南京银行股份有限公司",
    "华夏银行股份有限公司",
    "江苏银行股份有限公司",
    "中信百信银行股份有限公司",
    "哈尔滨哈银消费金融有限责任公司",
    "苏州银行股份有限公司",
    "天津金城银行股份有限公司",
    "晴川银行股份有限公司",
)
"""Who books a loan of the brand at the same place; some of these partners stand in no list."""
STRANGE = tuple(name for name in INVENTED if "原" not in name)
OFFICIAL = (
    "江城住房公积金管理中心",
    "江城市河东区人民法院",
    "鼎岳融资租赁有限公司",
    "青石保证保险股份有限公司",
)
NAMES = (
    *(bank[0] for bank in BANKS),
    *(brand[0] for brand in BRANDS),
    *CO_LENDERS,
    *STRANGE,
    *OFFICIAL,
    "本人",
)
BRAND = len(BANKS)
CO_LENDER = BRAND + len(BRANDS)
STRANGER = CO_LENDER + len(CO_LENDERS)
FUND_CENTRE = STRANGER + len(STRANGE)
COURT, LEASING, GUARANTOR, SELF = (FUND_CENTRE + place for place in range(1, 5))


SAID = (
    *(bank[1] for bank in BANKS),
    *(brand[1] for brand in BRANDS),
    *(name.partition("股份")[0].partition("有限")[0] for name in NAMES[CO_LENDER:]),
)
"""What people call each of NAMES."""


def group_of(number: np.ndarray) -> list[str]:
    """What an institution is known by: its name without the legal form."""
    groups = []
    for name in NAMES:
        for ending in ("股份有限公司", "有限责任公司", "有限公司"):
            name = name.removesuffix(ending)
        groups.append(name)
    return [groups[place] for place in number.tolist()]


def lenders_to_thieves(rng: np.random.Generator, count: int) -> np.ndarray:
    """Mostly lenders that nobody knows, now and then one that everybody knows."""
    strange = STRANGER + rng.integers(0, len(STRANGE), count)
    common = np.where(
        rng.random(count) < 0.5,
        BRAND + rng.integers(1, len(BRANDS), count),
        rng.integers(OWN_BANKS, len(BANKS), count),
    )
    return np.where(rng.random(count) < 0.65, strange, common)
