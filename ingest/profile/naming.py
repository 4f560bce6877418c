"""Names for columns by the law of docs/naming.md, made from the headers of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS = (
    (r"授权(编号|号|id)|authori[sz]ation_?(id|no|number)?", "authorisation_id"),
    (r"交易(创建)?时间|发生时间|occurred(_?at)?|transaction_?(time|at)", "occurred"),
    (r"交易日期?|记账日期?|发生日期?|transaction_?date", "occurred"),
    (r"下单时间|订单时间|order_?(time|at|date)", "ordered"),
    (r"支付时间|付款时间|pay(ment)?_?time|paid_?at", "paid"),
    (r"创建时间|created?_?(at|time|on)?", "created"),
    (r"更新时间|修改时间|updated?_?(at|time|on)?", "updated"),
    (r"注册时间|registered_?(at|time)?", "registered"),
    (r"出生日期|birth_?da(y|te)", "birth"),
    (r"(交易)?流水号|交易(订单)?号|transaction_?(id|no)", "transaction_id"),
    (r"订单(编)?号|order_?(id|no|number)", "order_id"),
    (r"商户(编)?号|merchant_?(id|no)", "merchant_id"),
    (r"合作方(编号)?|partner_?id", "partner_id"),
    (r"(交易)?金额(（元）|\(元\))?|amount", "amount"),
    (r"(账户)?余额|balance", "balance"),
    (r"手续费|服务费|fee", "fee"),
    (r"佣金|commission", "commission"),
    (r"费率|rate", "rate"),
    (r"数量|笔数|quantity|qty|count", "item"),
    (r"币种|currency(_?code)?", "currency"),
    (r"(交易)?状态|status", "status"),
    (r"收/支|借贷(标志)?|方向|direction", "direction"),
    (r"(交易)?类型|业务类型|type", "type"),
    (r"姓名|客户名称?|户名|full_?name|customer_?name|name", "full_name"),
    (r"(被保险人|投保人|持卡人|联系人|收货人|经办人|业务员)(姓名)?", "full_name"),
    (r"(agent|holder|insured|contact|payee|payer|receiver|owner|user)_?name", "full_name"),
    (r"(交易)?对方(户名|名称)?|收款人|counterparty", "counterparty"),
    (r"手机(号码?)?|联系电话|电话|mobile|phone(_?number)?", "phone"),
    (r"身份证(号码?)?|证件号码?|id_?(card|number)", "id_number"),
    (r"(银行)?卡号|card(_?(no|number))?", "card_number"),
    (r"账号|账户|account(_?(no|number))?", "account"),
    (r"邮箱|电子邮件|e-?mail(_?address)?", "email"),
    (r"(联系|收货)?地址|address", "address"),
    (r"备注|附言|说明|remark|comment|note", "remark"),
    (r"摘要|描述|description", "description"),
    (r"产品(编号|代码)|product_?(id|code)", "product_code"),
    (r"产品(名称)?|商品(名称|说明)?|product", "product_name"),
)
"""Headers that are often seen, whole, and the stem of a name; more Chinese ones belong here."""

SUFFIXES = ("_at", "_date", "_fen", "_ppm", "_code", "_count", "_id", "_name", "_type")
_ASCII = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def stem_of(header: str) -> str | None:
    """The stem for a header; None for one in which there is nothing to make a name of."""
    plain = header.strip().lower()
    for pattern, stem in WORDS:
        if re.fullmatch(pattern, plain):
            return stem
    name = _ASCII.sub("_", _CAMEL.sub("_", header).lower()).strip("_")
    return name if re.match(r"[a-z]", name) else (f"n_{name}" if name else None)


def with_suffix(stem: str, suffix: str) -> str:
    """The stem with the suffix of its kind, in place of another one."""
    if stem.endswith(suffix):
        return stem
    base = next((stem.removesuffix(s) for s in SUFFIXES if stem.endswith(s)), stem)
    base = base.removesuffix("_time").removesuffix("_yuan")
    return f"{base or stem}{suffix}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, those that were there before with a number behind."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return made
