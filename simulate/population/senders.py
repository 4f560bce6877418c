"""Who writes to phones: short codes, signatures, classes; and the forms of their messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulate.population.institutions import (
    BANKS,
    BRAND,
    BRANDS,
    CO_LENDER,
    OWN_BANKS,
    STRANGE,
    STRANGER,
)

SHORT_CODES = ("95588", "95599", "95566", "95533", "95559", "95555", "95580", "95561")


@dataclass(frozen=True)
class Sender:
    """`institution`: code of a listed one, else None; the signature is then what names it."""

    code: str
    platform_class: str
    institution: str | None
    signature: str
    platform: str


def _short(name: str) -> str:
    for ending in ("股份有限公司", "有限责任公司", "有限公司"):
        name = name.removesuffix(ending)
    return name


OWN_BANK = tuple(
    Sender(SHORT_CODES[n], "bank", bank[2].upper(), bank[1].removeprefix("中国"), bank[2])
    for n, bank in enumerate(BANKS[:OWN_BANKS])
)
OTHER_BANK = tuple(
    Sender(("95558", "95528", "95568", "95511")[n], "bank", bank[2].upper(), bank[1], bank[2])
    for n, bank in enumerate(BANKS[OWN_BANKS:])
)
LENDERS = tuple(
    Sender(f"106900{n:04d}", "loan", brand[2].upper(), brand[1], brand[2])
    for n, brand in enumerate(BRANDS)
)
STRANGE_LENDERS = tuple(
    Sender(f"106811{n:04d}", "loan", None, _short(name), _short(name))
    for n, name in enumerate(STRANGE)
)
WALLETS = (
    Sender("95188", "payment", "ALIPAY", "支付宝", "alipay"),
    Sender("95017", "payment", "WECHAT_PAY", "微信支付", "wechat_pay"),
)
SHOPS = (
    Sender("950618", "shopping", "JD", "京东", "jd"),
    Sender("1069021", "shopping", "TAOBAO", "淘宝", "taobao"),
    Sender("1069022", "shopping", "PDD", "拼多多", "pdd"),
    Sender("1069023", "shopping", "MEITUAN", "美团", "meituan"),
    Sender("95338", "logistics", "SF_EXPRESS", "顺丰速运", "sf_express"),
    Sender("12306", "travel", "RAILWAY_12306", "铁路12306", "railway_12306"),
)
CARRIERS = (
    Sender("10086", "telecom", "CHINA_MOBILE", "中国移动", "china_mobile"),
    Sender("10010", "telecom", "CHINA_UNICOM", "中国联通", "china_unicom"),
    Sender("10001", "telecom", "CHINA_TELECOM", "中国电信", "china_telecom"),
)
OFFICES = (
    Sender("12329", "government", "HOUSING_FUND", "住房公积金", "housing_fund"),
    Sender("12333", "government", "SOCIAL_INSURANCE", "人社局", "social_insurance"),
)
OTHERS = tuple(
    Sender(f"10690{n:05d}", kind, None, name, name)
    for n, (kind, name) in enumerate(
        (
            ("social", "小红书"),
            ("social", "知乎"),
            ("travel", "携程旅行"),
            ("travel", "滴滴出行"),
            ("shopping", "唯品会"),
            ("shopping", "得物商城"),
            ("brokerage", "云溪证券"),
            ("insurance", "安垣保险"),
            ("unknown", "鹿角会员"),
            ("unknown", "半亩茶铺"),
            ("loan", "快汇小贷"),
            ("loan", "金桥借款"),
            ("payment", "星轨一卡通"),
            ("social", "光隙影院"),
            ("unknown", "青禾便当"),
            ("unknown", "跃动健身"),
        )
    )
)
SENDERS = (
    *OWN_BANK,
    *LENDERS,
    *STRANGE_LENDERS,
    *WALLETS,
    *SHOPS,
    *CARRIERS,
    *OFFICES,
    *OTHERS,
    *OTHER_BANK,
)
BANK_AT = 0
LENDER_AT = len(OWN_BANK)
STRANGE_AT = LENDER_AT + len(LENDERS)
WALLET_AT = STRANGE_AT + len(STRANGE_LENDERS)
SHOP_AT = WALLET_AT + len(WALLETS)
CARRIER_AT = SHOP_AT + len(SHOPS)
OFFICE_AT = CARRIER_AT + len(CARRIERS)
OTHER_AT = OFFICE_AT + len(OFFICES)
OTHER_BANK_AT = OTHER_AT + len(OTHERS)
CLASSES = (
    "one_time_code",
    "bank_spend",
    "bank_income",
    "delivery",
    "marketing",
    "loan_marketing",
    "bill_reminder",
    "telecom_notice",
    "account_change",
    "login_notice",
    "registration_notice",
    "loan_notice",
    "collection_notice",
    "housing_fund",
    "social_insurance",
)
(
    CODE,
    SPEND,
    INCOME,
    PARCEL,
    ADVERT,
    LOAN_ADVERT,
    BILL,
    CARRIER_NEWS,
    CHANGED,
    LOGGED_IN,
    WELCOME,
    LOAN_NEWS,
    COLLECTION,
    FUND_NEWS,
    SOCIAL_NEWS,
) = range(15)


def sender_of_lender(lender: np.ndarray) -> np.ndarray:
    """The sender behind a lender of institutions.NAMES; else a lender that nobody knows."""
    place = STRANGE_AT + lender % len(STRANGE_LENDERS)
    place = np.where(lender < OWN_BANKS, BANK_AT + lender, place)
    place = np.where(
        (lender >= OWN_BANKS) & (lender < BRAND), OTHER_BANK_AT + lender - OWN_BANKS, place
    )
    place = np.where((lender >= BRAND) & (lender < CO_LENDER), LENDER_AT + lender - BRAND, place)
    is_strange = (lender >= STRANGER) & (lender < STRANGER + len(STRANGE_LENDERS))
    return np.where(is_strange, STRANGE_AT + lender - STRANGER, place)
