"""Amounts in Chinese capitals say what the number says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.amount_in_words import MAXIMUM_FEN, amount_in_words

DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read(words: str) -> int:
    """Fen from words, by another way than they were written."""
    text = words.removeprefix("人民币")
    sign = -1 if text.startswith("负") else 1
    yuan, _, rest = text.removeprefix("负").rpartition("元")
    jiao = DIGITS[rest[rest.index("角") - 1]] if "角" in rest else 0
    cents = DIGITS[rest[rest.index("分") - 1]] if "分" in rest else 0
    return sign * (_whole(yuan) * 100 + jiao * 10 + cents)


def _whole(text: str) -> int:
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        if unit in text:
            high, _, low = text.rpartition(unit)
            return _whole(high) * value + _whole(low)
    total = digit = 0
    for sign in text:
        if sign in UNITS:
            total += digit * UNITS[sign]
            digit = 0
        else:
            digit = DIGITS[sign]
    return total + digit


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (168_032, "人民币壹仟陆佰捌拾元叁角贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (10_000_000, "人民币壹拾万元整"),
        (20_000_000_100, "人民币贰亿零壹元整"),
        (100_010_000_00, "人民币壹亿零壹万元整"),
        (-9_433_962, "人民币负玖万肆仟叁佰叁拾玖元陆角贰分"),
    ],
)
def test_known_amounts(fen: int, words: str) -> None:
    assert amount_in_words(fen) == words


@given(st.integers(-MAXIMUM_FEN, MAXIMUM_FEN))
def test_reading_the_words_gives_the_amount_back(fen: int) -> None:
    words = amount_in_words(fen)
    assert read(words) == fen
    assert "零零" not in words


def test_an_amount_beyond_words_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        amount_in_words(MAXIMUM_FEN + 1)
