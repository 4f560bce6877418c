"""What messages say in words, so that whoever reads them finds their class."""

from __future__ import annotations

BODIES = {
    "one_time_code": "验证码{code},您正在验证身份,5分钟内有效,请勿泄露。",
    "bank_spend": "您尾号{tail}的储蓄卡消费人民币{yuan}元。",
    "bank_income": "您尾号{tail}的账户入账工资人民币{yuan}元。",
    "delivery": "您的包裹已到驿站,请凭取件通知领取。",
    "marketing": "会员特惠满减进行中,退订回T",
    "loan_marketing": "您有最高额度{yuan}元待领取,点击申请,退订回T",
    "bill_reminder": "本期账单已出,请在还款日前存足款项。",
    "telecom_notice": "本月套餐流量已用过半。",
    "account_change": "您的账户手机号已修改成功。",
    "login_notice": "您的账号在新设备登录。",
    "registration_notice": "注册成功,欢迎加入。",
    "loan_notice": "您的借款已放款成功。",
    "collection_notice": "您的借款已逾期3天未还,请尽快处理。",
    "housing_fund": "您的住房公积金本月汇缴已入账,公积金账户有变动。",
    "social_insurance": "您的社保缴费本月已记录。",
}
"""Class of a message to its words."""


def body_of(message_class: str, signature: str, number: int, amount_fen: int | None) -> str:
    """A message of that class, signed; `number` fills in what changes."""
    fen = 100_000 if amount_fen is None else amount_fen
    filled = {
        "code": f"{number * 7_919 % 1_000_000:06d}",
        "tail": f"{number % 10_000:04d}",
        "yuan": f"{fen // 100}.{fen % 100:02d}",
    }
    return f"【{signature}】{BODIES[message_class].format(**filled)}"
