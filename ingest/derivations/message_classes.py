"""What a message is about, by its words; the first class whose words are there counts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ingest.derivations.matching import first_code, has
from ingest.derivations.one_time_codes import carries_code, without_codes
from ingest.derivations.stated_money import (
    card_tail,
    moves_in,
    moves_out,
    stated_balance,
    states_amount,
)
from ingest.derivations.stated_time import stated_time

OTHER = "other"
_LOAN_WORDS = (
    r"贷款|借款|借钱|借贷|放款|授信|信贷|备用金|提额|[金好易快速e网]贷|可借|可贷|借[0-9]"
    r"|额度(?:高达|最高|至|升至|已到|待领|未使用|为您)|最高额度"
)
_PROMOTED = r"退订|拒收|回复?[TRtrNn0]{1,2}(?:[^A-Za-z]|$)|点击|戳|领取|https?://|待提取|立即申请|马上申请|名额"
_LOAN_NEWS = (
    r"(?:贷款|借款|授信|信用卡)[^,。]{0,20}(?:已放款|放款成功|已发放|已到账|审批通过|已通过|已受理"
    r"|申请成功|审核中|已提交|未通过|已激活)|(?:收到|提交)[^,。]{0,12}(?:贷款|借款|信用卡)申请"
)
_BEFORE_MONEY = (
    (r"退款|退货|退税|冲正|已退回|退还", "refund"),
    (r"社会保险|社保(?:局|中心|卡|费|缴)|人力资源|医保局|医疗保障|12333", "social_insurance"),
    (
        r"公积金(?:中心|账|余额)|12329|(?:汇缴|补缴|提取)[^,。]{0,6}公积金|公积金(?:提取|汇缴|补缴|缴存|贷款)",
        "housing_fund",
    ),
    (r"已?逾期[^,。]{0,20}(?:天|欠|未还|请|影响)|催收|失信|起诉|法务", "collection_notice"),
    (r"预约还款|还款成功|成功还款|已还清|自动还款|还款[^,。]{0,6}已入账", "repayment"),
    (r"名下[^。]{0,30}(?:电话卡|手机卡|号卡|电话号码)[^。]{0,20}[0-9]+ ?张", "registered_lines"),
    (_LOAN_NEWS, "loan_notice"),
)
_AFTER_MONEY = (
    (r"快递|包裹|取件|驿站|丰巢|派送|派件|签收|骑手|外卖", "delivery"),
    (
        r"(?:绑定|解绑|换绑|修改|重置|变更|更换|开通|注销|挂失|冻结|解冻)[^,。]{0,12}"
        r"(?:手机|密码|银行卡|储蓄卡|信用卡|设备|邮箱|账[户号]|业务|快捷|服务|成功)"
        r"|(?:手机号|密码|绑定|银行卡)[^,。]{0,8}(?:已|成功)(?:被)?(?:绑定|解绑|修改|重置|变更|更换)",
        "account_change",
    ),
    (
        r"(?:登录|登陆)(?:成功|提醒|通知|异常)|(?:正在|已在|已于|尝试|异地|新设备)[^,。]{0,20}(?:登录|登陆)|新设备|异地登[录陆]",
        "login_notice",
    ),
    (r"账单|还款日|应还|最低还款|到期还款", "bill_reminder"),
    (r"话费|流量|套餐|停机|充值成功|实名登记", "telecom_notice"),
    (r"开户|销户|注册成功|欢迎(?:注册|加入|使用)", "registration_notice"),
    (r"退订|拒收|优惠|促销|抽奖|红包|特惠|满减|秒杀", "marketing"),
)
MESSAGE_CLASSES = (
    "one_time_code",
    *(code for _, code in _BEFORE_MONEY),
    "loan_marketing",
    "bank_spend",
    "bank_income",
    *(code for _, code in _AFTER_MONEY),
    OTHER,
)


def message_class(texts: pa.Array) -> pa.Array:
    """One of MESSAGE_CLASSES for each text."""
    text = without_codes(texts)
    promoted = pc.and_(has(text, _LOAN_WORDS), has(text, _PROMOTED))
    moved = states_amount(text)
    before_money = first_code(text, _BEFORE_MONEY, None)
    return pc.case_when(
        pc.make_struct(
            carries_code(text),
            pc.and_(promoted, pc.invert(_is_statement(text))),
            before_money.is_valid(),
            pc.and_(moved, moves_out(text)),
            pc.and_(moved, moves_in(text)),
        ),
        pa.scalar("one_time_code"),
        pa.scalar("loan_marketing"),
        before_money,
        pa.scalar("bank_spend"),
        pa.scalar("bank_income"),
        first_code(text, _AFTER_MONEY, OTHER),
    )


def _is_statement(text: pa.Array) -> pa.Array:
    """Whether a text tells of a movement: it names the card, a balance or the time."""
    told = (card_tail(text), stated_balance(text), stated_time(text))
    return pc.coalesce(*told).is_valid()
