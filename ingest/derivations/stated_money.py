"""Money that a message states: amount, currency, direction, balance, the tail of the card."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.matching import NUMBER, first_code, first_match, has, plain_number, replaced
from ingest.derivations.one_time_codes import without_codes

CNY = "CNY"
IN, OUT = "in", "out"
_YUAN_BEFORE = r"(?:人民币|RMB|CNY|¥) ?"
_FIGURE_ENDS = r"(?:元|[^0-9.,万亿]|[.,][^0-9]|[.,]?$)"
_BALANCE = rf"余额(?:为|是)?[: ]{{0,2}}(?:{_YUAN_BEFORE})?(?P<value>-?(?:{NUMBER})){_FIGURE_ENDS}"
_CREDIT_LEFT = (
    rf"额度(?:为|是|剩余|还有)?[: ]{{0,2}}(?:{_YUAN_BEFORE})?(?P<value>{NUMBER}){_FIGURE_ENDS}"
)
_NOT_THE_AMOUNT = (
    (_BALANCE.replace("?P<value>", ""), " "),
    (_CREDIT_LEFT.replace("?P<value>", ""), " "),
    (r"(?:优惠|立减|抵扣|已省|积分|满|送)[: ]?" + f"(?:{NUMBER}) ?元?", " "),
)
_AMOUNTS = (
    rf"{_YUAN_BEFORE}(?P<value>[+-]?(?:{NUMBER}))",
    rf"(?P<value>[+-]?(?:{NUMBER})) ?(?:元|人民币)",
    rf"(?:金额|支出|收入|消费|存入|转入|转出|扣款|退款)[: ](?P<value>[+-]?(?:{NUMBER}))",
)
_FOREIGN = (
    ("日元|JPY", "JPY"),
    ("美元|USD", "USD"),
    ("欧元|EUR", "EUR"),
    ("港币|港元|HKD", "HKD"),
    ("英镑|GBP", "GBP"),
    ("韩元|KRW", "KRW"),
    ("澳元|AUD", "AUD"),
)
_REFUND = r"退款|退货|退税|冲正|已退回|退还"
_PLATFORM_NAMES = (
    r"支付宝|支付助手|支付中心|支付服务|微信支付|美团支付|云闪付|财付通|消费达标|消费者"
)
_OUT = (
    r"消费|支出|支取|扣款|扣收|扣缴|支付|付款|转出|取款|取现|下单|预授权|圈存|刷卡|缴费|缴款"
    r"|预约还款|交易(?:人民币)?-"
)
_IN = r"入账|收入|转入|存入|到账|收到|代发|缴存|汇缴|补缴|结息|退回|交易人民币[0-9]"
_CARD = "账户|信用卡|贷记卡|借记卡|储蓄卡"
_TAILS = (
    r"尾[号数](?:为|是)?[:( ]{0,2}\*?(?P<value>[0-9]{3,4})(?:[^0-9]|$)",
    r"[0-9]{4} ?\*{4} ?\*{4} ?(?P<value>[0-9]{4})(?:[^0-9]|$)",
    rf"(?:{_CARD}|钱包|卡号)[:( ]?(?:尾号)?(?P<value>[0-9]{{4}})(?:[^0-9.元]|$)",
    rf"您(?:的)?(?P<value>[0-9]{{4}})的(?:{_CARD}|卡)",
)


def stated_amount(texts: pa.Array) -> pa.Array:
    """The amount in yuan as text without its sign; null where none, or in another currency."""
    text = _bare(without_codes(texts))
    amount = pc.replace_substring_regex(plain_number(first_match(text, _AMOUNTS)), "^[+-]", "")
    return pc.if_else(_foreign(text).is_valid(), None, amount)


def stated_currency(texts: pa.Array) -> pa.Array:
    """ISO code of the amount's currency; null where no amount is stated."""
    text = _bare(without_codes(texts))
    yuan = pc.if_else(first_match(text, _AMOUNTS).is_valid(), CNY, None)
    return pc.coalesce(_foreign(text), yuan)


def stated_direction(texts: pa.Array) -> pa.Array:
    """`in` or `out`; null where no amount is stated or no word tells."""
    text = without_codes(texts)
    code = pc.if_else(moves_out(text), OUT, pc.if_else(moves_in(text), IN, None))
    return pc.if_else(states_amount(text), code, None)


def stated_balance(texts: pa.Array) -> pa.Array:
    """The balance in yuan as text; null where none is stated."""
    return plain_number(first_match(without_codes(texts), [_BALANCE]))


def stated_credit_left(texts: pa.Array) -> pa.Array:
    """What is left of a credit line in yuan as text; null where it is not stated."""
    return plain_number(first_match(without_codes(texts), [_CREDIT_LEFT]))


def card_tail(texts: pa.Array) -> pa.Array:
    """The last three or four digits of the card or account; null where they are not stated."""
    return first_match(without_codes(texts), _TAILS)


def states_amount(text: pa.Array) -> pa.Array:
    """Whether a text without codes states an amount, in any currency."""
    bare = _bare(text)
    return pc.or_(first_match(bare, _AMOUNTS).is_valid(), _foreign(bare).is_valid())


def moves_out(text: pa.Array) -> pa.Array:
    """Whether the words of a text without codes say that money left."""
    return pc.equal(_direction(text), OUT)


def moves_in(text: pa.Array) -> pa.Array:
    """Whether the words of a text without codes say that money came."""
    return pc.equal(_direction(text), IN)


def _direction(text: pa.Array) -> pa.Array:
    """By the sign, by a refund's words, else by whichever word stands first; '' where none."""
    words = replaced(text, [(_PLATFORM_NAMES, "")])
    out_at, in_at = (pc.find_substring_regex(words, w) for w in (_OUT, _IN))
    out_first = pc.and_(
        pc.greater_equal(out_at, 0), pc.or_(pc.less(in_at, 0), pc.less(out_at, in_at))
    )
    by_word = pc.if_else(out_first, OUT, pc.if_else(pc.greater_equal(in_at, 0), IN, ""))
    return pc.if_else(has(text, _REFUND), IN, by_word)


def _bare(text: pa.Array) -> pa.Array:
    """The text without the figures that are not what moved."""
    return replaced(text, _NOT_THE_AMOUNT)


def _foreign(text: pa.Array) -> pa.Array:
    """Currency of an amount that is not in yuan, else null."""
    codes = [
        (rf"(?:{NUMBER}) ?(?:{names})|(?:{names}) ?(?:{NUMBER})", code) for names, code in _FOREIGN
    ]
    return first_code(text, codes, None)
