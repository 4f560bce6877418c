"""The form of a message without what fills it: digits, names, amounts, dates, links, codes."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from ingest.derivations.matching import NUMBER, has, replaced
from ingest.derivations.one_time_codes import without_codes

TEMPLATE_HEX_DIGITS = 16
_LINK = (
    r"(?i:https?://[^\s一-龥,。;)】]+|\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*"
    r"\.(?:cn|com|net|org|cc|me|top|xyz|vip|site|club|info|io|tv|co|link|ink|fun|ltd|shop|app|la|ws|ly)"
    r"(?:/[a-z0-9._~/?#=&%-]*)?)"
)
_PERSON = r"[一-龥*·]{1,5}"
_FILLINGS = (
    (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "<mail>"),
    (_LINK, "<link>"),
    (r"(?:[0-9]{2,4}年)?[0-9]{1,2}月[0-9]{1,2}日", "<date>"),
    (r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", "<date>"),
    (r"[0-9]{1,2}[:时点][0-9]{2}(?:[:分][0-9]{0,2}秒?)?", "<time>"),
    (rf"[+-]?(?:{NUMBER})", "<n>"),
    (rf"\*+{_PERSON}|{_PERSON}\*+", "<name>"),
    (rf"(尊敬的){_PERSON}?(先生|女士|客户|用户)", r"\1<name>\2"),
    (rf"{_PERSON}(先生|女士|同学)", r"<name>\1"),
    (r"(来自)[^,。的]{1,30}(的)", r"\1<name>\2"),
    (rf"(】|\n|^){_PERSON}(于<|向您|给您)", r"\1<name>\2"),
    (r"(向)[^,。您]{1,60}?(完成|支出|付款|支付|转账|转出)", r"\1<name>\2"),
    (r"(在)[^,。]{1,60}?(发生|消费|退款|支付|有一笔)", r"\1<name>\2"),
    (r"\((?:消费|退款|缴费|转账|代发|收款|提现)(?:[^()]|\([^()]*\))*\)", "(<name>)"),
    (r"\[[^\]]{1,30}\]", "[<name>]"),
    (r"[A-Za-z]*[0-9][0-9A-Za-z]*", "<n>"),
)


def template_hash(texts: pa.Array) -> pa.Array:
    """First 16 hex digits of SHA-256 over the masked form: equal forms have equal hashes."""
    masked = replaced(without_codes(texts), _FILLINGS).dictionary_encode()
    hashes = [
        hashlib.sha256(form.encode()).hexdigest()[:TEMPLATE_HEX_DIGITS]
        for form in masked.dictionary.to_pylist()
    ]
    return pa.array(hashes, pa.string()).take(masked.indices)


def link_flag(texts: pa.Array) -> pa.Array:
    """`true` where a message carries a link, else `false`."""
    return has(without_codes(texts), _LINK).cast(pa.string())
