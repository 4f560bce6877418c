"""One-time codes: told by their words, and masked before anything else is read from a message.

The digits of a code are kept nowhere (JR/T 0171-2020 counts them among authentication data).
Masking errs on the safe side: around the word, what could be a code is taken for one.
"""

from __future__ import annotations

import pyarrow as pa

from ingest.derivations.matching import folded, has, replaced

WORD = (
    r"(?:验证码|校验码|确认码|激活码|动态码|动态密码|动态口令|短信口令|一次性密码|安全码|取款码"
    r"|注册码|登录码|认证码|授权码|交易码|识别码|随机码"
    r"|(?i:verification code|security code|passcode|one[- ]time (?:code|password))|OTP)"
)
CODE = r"(?:[A-Za-z]{1,3}-)?[0-9A-Za-z]*[0-9][0-9A-Za-z]*(?:[ -][0-9]{1,4}){0,5}"
MASK = "<code>"
_WEAK_WORD = r"(?:密码|口令|(?i:code|pin))"

_AFTER_WORD = rf"({WORD}[^0-9A-Za-z\n]{{0,12}}(?:(?i:is)[ :]{{0,2}})?){CODE}"
_AFTER_WEAK_WORD = rf"({_WEAK_WORD}[^0-9A-Za-z\n]{{0,6}})[0-9]{{4,8}}([^0-9年月.]|$)"
_BEFORE_WORD = rf"(^|[^0-9A-Za-z.]|[^0-9]\.){CODE}([^0-9A-Za-z.\n]{{0,12}}{WORD})"


def without_codes(texts: pa.Array) -> pa.Array:
    """Folded texts with every one-time code replaced by a mask."""
    return replaced(
        folded(texts),
        [
            (_AFTER_WORD, rf"\1{MASK}"),
            (_AFTER_WEAK_WORD, rf"\1{MASK}\2"),
            (_BEFORE_WORD, rf"\1{MASK}\2"),
        ],
    )


def carries_code(masked: pa.Array) -> pa.Array:
    """Whether a text from `without_codes` carried a code."""
    return has(masked, MASK)
