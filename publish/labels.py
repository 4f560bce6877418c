"""Words for codes, Chinese first, as finance and ops read them; a code without words stays."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "payable": ("应付", "Payable"),
    "receivable": ("应收", "Receivable"),
    "percentage": ("按比例", "Percentage"),
    "graduated": ("阶梯", "Graduated"),
    "earned": ("本期分成", "Earned"),
    "adjustment": ("调整", "Adjustment"),
    "late_deal": ("迟到成交", "Deal reported late"),
    "reversal": ("成交撤销", "Deal reversed"),
    "amended_deal": ("成交金额更正", "Deal amended"),
    "terms_corrected": ("条款更正", "Terms corrected"),
    "tier_rerated": ("阶梯重算", "Tier rerated"),
    "critical": ("严重", "Critical"),
    "high": ("高", "High"),
    "medium": ("中", "Medium"),
    "low": ("低", "Low"),
    "info": ("提示", "Info"),
    "live": ("生效", "Live"),
    "shadow": ("试运行", "Shadow"),
    "suppressed": ("已抑制", "Suppressed"),
    "insufficient_history": ("历史不足", "Too little history"),
    "feed_stale": ("数据过期", "Feed stale"),
    "consent_withdrawn": ("授权已撤回", "Consent withdrawn"),
    "parse_low_confidence": ("解析置信度低", "Low parse confidence"),
    "raw": ("入库检查", "Raw data in"),
    "release": ("发布检查", "Release out"),
    "open": ("进行中", "Open"),
    "closed": ("已关闭", "Closed"),
    "running": ("计时中", "Running"),
    "due_soon": ("即将到期", "Due soon"),
    "overdue": ("已逾期", "Overdue"),
    "met": ("按时完成", "Met"),
    "missed": ("未按时", "Missed"),
    "watch": ("观察", "Watch"),
    "notice": ("提示", "Notice"),
    "warning": ("预警", "Warning"),
    "urgent": ("紧急", "Urgent"),
    "was_me": ("本人所为", "Was me"),
    "family_authorised": ("家人授权", "Family"),
    "institution_error": ("机构差错", "Institution's error"),
    "confirmed_misuse": ("确认冒用", "Confirmed misuse"),
    "unreachable": ("未联系上", "Unreachable"),
    "new": ("新增", "New"),
    "changed": ("有变化", "Changed"),
    "unchanged": ("无变化", "Unchanged"),
}


def words(code: str) -> str:
    """`payable` becomes 应付 Payable."""
    return " ".join(WORDS[code]) if code in WORDS else code


def chinese(code: str) -> str:
    """`payable` becomes 应付."""
    return WORDS[code][0] if code in WORDS else code


def english(code: str) -> str:
    """`payable` becomes Payable."""
    return WORDS[code][1] if code in WORDS else code
