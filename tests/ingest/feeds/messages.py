"""Invented text messages and app notices, in the wording of institutions."""

from __future__ import annotations

import json
from typing import Any

SENT = 1_790_000_000_000
"""21 September 2026, 14:13:20 UTC, as phones write it."""


def sms(body: str, sender: str = "95588", **changes: Any) -> dict[str, Any]:
    """One text message as a phone exports it; None leaves a key out."""
    message = {"sender": sender, "body": body, "t": SENT} | changes
    return {name: value for name, value in message.items() if value is not None}


def notice(title: str, text: str, **changes: Any) -> dict[str, Any]:
    """One notice of an app as a phone exports it; None leaves a key out."""
    message = {"title": title, "text": text, "t": SENT} | changes
    return {name: value for name, value in message.items() if value is not None}


def one_file(message: dict[str, Any]) -> bytes:
    """A file of its own for one message, spread over lines."""
    return json.dumps(message, ensure_ascii=False, indent=1).encode()


def spend(amount: str, shop: str = "示例便利店", tail: str = "1234") -> dict[str, Any]:
    """A card was used."""
    return sms(
        f"尾号{tail}卡9月21日21:30支出(消费支付宝-{shop}){amount}元，余额1,333.22元。【工商银行】"
    )


def one_time_code(digits: str, platform: str = "示例易贷") -> dict[str, Any]:
    """Somebody asked for a loan with the person's number."""
    return sms(f"【{platform}】验证码{digits}，您正在申请借款，5分钟内有效。", "10690001234")
