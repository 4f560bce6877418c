"""Amounts in Chinese capitals (人民币大写), as invoices and cheques write them."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
MAXIMUM_FEN = 10**18 - 1


def amount_in_words(fen: int) -> str:
    """`12345` (123.45 yuan) becomes 人民币壹佰贰拾叁元肆角伍分.

    An amount without fen ends in 整, a negative one begins with 负. Follows the rules of 《支付结算
    办法》 annex 1, items 4 and 5.

    Raises:
        ValueError: the amount has more than sixteen digits of yuan.
    """
    if abs(fen) > MAXIMUM_FEN:
        raise ValueError("amount too large to be written in words")
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif cents and yuan:
        words += "零"
    words += f"{_DIGITS[cents]}分" if cents else "整"
    if not (yuan or rest):
        words = "零元整"
    return f"人民币{'负' if fen < 0 else ''}{words}"


def _whole(number: int) -> str:
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            zero = "零" if 0 < low < unit // 10 else ""
            return _whole(high) + word + zero + (_whole(low) if low else "")
    return _group(number)


def _group(group: int) -> str:
    words = ""
    zero = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return words
