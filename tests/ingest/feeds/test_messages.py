"""Text messages and notices: what counts is read from them, and nothing else of them is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.derivations import DERIVATIONS
from ingest.pipeline import ingest_feed
from tallywatch.settings import Settings
from tests.ingest.deliveries import GRANT, grant, put
from tests.ingest.feeds.messages import SENT, notice, one_file, one_time_code, sms, spend
from tests.ingest.feeds.taking import Row, allow, everything_kept, json_lines, take, taken

FROM_BODY = (
    "message_class", "institution_code", "platform_class", "signature_name", "stated_amount",
    "stated_balance", "stated_credit_left", "stated_currency", "stated_direction", "stated_time",
    "card_tail", "template_hash", "link_flag",
)  # fmt: skip
SENT_AT = datetime(2026, 9, 21, 14, 13, 20)


def take_sms(settings: Settings, *messages: dict[str, Any]) -> list[Row]:
    allow(settings, "sms_messages")
    return taken(settings, "sms_messages", json_lines(messages))


def pick(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (spend("45"), ("bank_spend", "bank", "ICBC", "out", 4500, 133322, "1234")),
        (
            sms(
                "【农业银行】您尾号0773账户09月20日15:03向示例商贸有限公司完成支付宝交易人民币-18.90，"
                "余额4834.48。", "95599",
            ),
            ("bank_spend", "bank", "ABC", "out", 1890, 483448, "0773"),
        ),
        (
            sms(
                "您尾号4036卡人民币活期14:09转入9,915.48元[代发工资],可用余额105,047.59元。"
                "【浦发银行】", "95528",
            ),
            ("bank_income", "bank", "SPDB", "in", 991548, 10504759, "4036"),
        ),
        (
            sms(
                "您尾号1234的龙卡信用卡9月2日23:00消费858.00日元，可用额度123456元。【建设银行】",
                "95533",
            ),
            ("bank_spend", "bank", "CCB", "out", None, None, "1234"),
        ),
        (
            sms("您账户0877于09月16日23:38在支付宝-示例网店退款4529.48元", "95555"),
            ("refund", "bank", "CMB", "in", 452948, None, "0877"),
        ),
        (one_time_code("482913"), ("one_time_code", "loan", None, None, None, None, None)),
        (
            sms("【示例贷】您的最高20万元额度已到账，点击 dk.example.cn/a ，退订回R", "1069"),
            ("loan_marketing", "loan", None, None, None, None, None),
        ),
        (
            sms("【安逸花】您申请的借款已放款，金额10000元，预计2小时内到账。", "10690"),
            ("loan_notice", "loan", "MASHANG", "in", 1000000, None, None),
        ),
        (
            sms(
                "【福建12329】*示您公积金账号[尾号6864]于9月30日缴存2186元，余额12611.76元。"
                "【示例公积金中心】", "12329",
            ),
            ("housing_fund", "government", "HOUSING_FUND", "in", 218600, 1261176, "6864"),
        ),
        (
            sms("【招商银行】您的手机银行于9月2日10:02在新设备登录，非本人请致电95555", "95555"),
            ("login_notice", "bank", "CMB", None, None, None, None),
        ),
        (
            sms("【工商银行】您已成功绑定手机号至快捷支付"),
            ("account_change", "bank", "ICBC", None, None, None, None),
        ),
        (
            sms("【工信部】您名下登记的电话卡数量：中国移动2张，中国联通1张。", "10699000"),
            ("registered_lines", "government", "MIIT_LOOKUP", None, None, None, None),
        ),
        (sms("回家吃饭", "妈妈"), ("other", "unknown", None, None, None, None, None)),
    ],
)  # fmt: skip
def test_a_message_is_understood(
    message: dict[str, Any], expected: tuple[Any, ...], settings: Settings
) -> None:
    [row] = take_sms(settings, message)
    assert pick(
        row, "message_class", "platform_class", "institution_code", "direction_code",
        "amount_fen", "balance_fen", "card_tail",
    ) == expected  # fmt: skip
    if "日元" in message["body"]:
        assert row["currency_code"] == "JPY"


def test_a_file_of_one_message_gives_the_row_that_a_line_gives(settings: Settings) -> None:
    [line] = take_sms(settings, spend("45"))
    [file] = taken(settings, "sms_messages", one_file(spend("45")))
    lineage = {"_delivery_id", "_file_sha256", "_line_number"}
    assert {k: v for k, v in line.items() if k not in lineage} == {
        k: v for k, v in file.items() if k not in lineage
    }
    assert line["subject_key"] == "S0000001"


@pytest.mark.parametrize(
    ("t", "sent_at"),
    [(SENT, SENT_AT), (str(SENT), SENT_AT), (SENT // 1000, SENT_AT), (0, None), (None, None)],
)
def test_a_phone_that_does_not_know_the_time_leaves_it_empty(
    t: int | str | None, sent_at: datetime | None, settings: Settings
) -> None:
    [row] = take_sms(settings, sms("回家吃饭", t=t))
    assert row["sent_at"] == sent_at
    assert row["_business_date"] == (sent_at or row["_received_at"]).date()


def test_a_message_from_the_future_and_one_without_body_are_quarantined(
    settings: Settings,
) -> None:
    allow(settings, "sms_messages")
    report = take(
        settings,
        "sms_messages",
        json_lines([spend("45"), sms("晚了", t=SENT + 10**11), sms("", sender="95588")]),
    )
    assert (report.accepted_records, report.rejected_records) == (1, 2)
    assert report.reasons == {("sent_at", "in_future"): 1, ("has_link", "missing_required"): 1}


def test_messages_are_read_under_a_grant_for_messages_only(settings: Settings) -> None:
    grant(settings, scope_code="app_notices")
    ingest_feed(settings, "authorisations")
    report = take(settings, "sms_messages", json_lines([spend("45")]))
    assert report.reasons == {("authorisation_id", "consent_missing"): 1}


@pytest.mark.parametrize(
    ("sender", "code", "prefix"),
    [
        ("95588", "95588", None),
        ("+8695588", "95588", None),
        ("10698000095588", "10698000095588", None),
        ("建设银行", "建设银行", None),
        ("13800000001", None, "ph_"),
        ("+86 138-0000-0001", None, "ph_"),
        ("0591 8888 0000", None, "cp_"),
        ("+33 6 00 00 00 00", None, "cp_"),
        ("张示例", None, "cp_"),
    ],
)
def test_public_senders_are_kept_and_private_ones_become_tokens(
    sender: str, code: str | None, prefix: str | None, settings: Settings
) -> None:
    [row] = take_sms(settings, sms("晚上来", sender))
    token = row["sender_phone_token"] or row["sender_contact_token"]
    assert row["sender_code"] == code
    assert (token or "")[:3] == (prefix or "")


def test_messages_of_one_form_share_a_template_and_others_do_not(settings: Settings) -> None:
    rows = take_sms(
        settings,
        spend("45"),
        spend("1,045.50", shop="张记（深圳）餐饮有限公司", tail="9876"),
        one_time_code("482913"),
        one_time_code("7719"),
        one_time_code("482913", platform="另一易贷"),
    )
    spent, spent_again, code, code_again, elsewhere = (row["template_hash"] for row in rows)
    assert spent == spent_again
    assert code == code_again
    assert len({spent, code, elsewhere}) == 3


CANARY_CODES = ("482913", "57 20 31", "G-48392", "771904")
CANARIES = (*CANARY_CODES, "13800000001", "示例便利店", "张示例", "您正在申请借款", "/OTVBav2y7")


def test_no_byte_of_the_home_holds_a_code_a_body_or_a_private_sender(settings: Settings) -> None:
    grant(settings, scope_code="sms_messages")
    ingest_feed(settings, "authorisations")
    messages = [
        one_time_code("482913"),
        sms("您的验证码是 57 20 31，用于登录手机银行。【工商银行】"),
        sms("【京东】Your verification code is G-48392. Do not share.", "10690000"),
        sms("771904（动态码），切勿告知他人【拼多多】n.example.com/OTVBav2y7", "10690000"),
        sms("【验证码482913】您正在注册", "10690000"),
        spend("45"),
        sms("晚上来", "13800000001"),
        sms("晚上来", "张示例"),
        sms("482913是您的验证码", "13800000001", t=SENT + 10**11),
    ]
    put(settings, "sms_messages", json_lines(messages), f"authorisation_id={GRANT}/phone.jsonl")
    [report] = ingest_feed(settings, "sms_messages")
    assert (report.accepted_records, report.rejected_records) == (8, 1)
    kept = list(everything_kept(settings))
    assert any(b"one_time_code" in content for _, content in kept)
    for canary in CANARIES:
        assert [name for name, content in kept if canary.encode() in content] == []


WORDS = st.sampled_from(
    ["验证码", "校验码", "动态密码", "登录密码", "注册码", "verification code", "OTP", "取款码"]
)
CLOSE = st.text(st.sampled_from(" :：是为，（【“ "), max_size=4)
PADDING_TEXT = st.sampled_from(
    ["", "您正在申请借款5000元，", "【示例银行】", "尾号1234卡，", "a.cn/x "]
)


@given(
    word=WORDS,
    close=CLOSE,
    before=PADDING_TEXT,
    after=PADDING_TEXT,
    digits=st.text("0123456789", min_size=5, max_size=8),
    is_first=st.booleans(),
)
def test_no_derivation_gives_a_code_away(
    word: str, close: str, before: str, after: str, digits: str, is_first: bool
) -> None:
    if digits in {"5000", "1234"}:
        return
    weak = word == "登录密码"
    said = f"{digits}{close}{word}" if is_first and not weak else f"{word}{close}{digits}"
    message = pa.array([f"10690001234\n{before}{said}，{after}请勿告知他人"])
    for name in FROM_BODY:
        [made] = DERIVATIONS[name](message).to_pylist()
        if name != "template_hash":
            assert made is None or digits not in made, name
    assert DERIVATIONS["message_class"](message).to_pylist() == ["one_time_code"]


def test_a_template_does_not_tell_the_code() -> None:
    texts = pa.array(
        [f"1069\n【示例】验证码{n:06d}，请勿告知他人" for n in range(0, 999_999, 9_973)]
    )
    assert len(set(DERIVATIONS["template_hash"](texts).to_pylist())) == 1


def test_a_notice_is_of_the_app_that_shows_it(settings: Settings) -> None:
    allow(settings, "app_notices")
    rows = taken(
        settings,
        "app_notices",
        json_lines(
            [
                notice("动账通知", "尾号9301卡支出(缴费财付通-示例大学)5元。", app="com.icbc"),
                notice("招商银行", "您尾号6598的账户入账人民币1245.00元"),
                notice("【美团月付】成功支付126.00元", "还款日每月8号，记得按时还款"),
                notice("登录提醒", "您的账号在新设备登录", package="com.example.chat", t=None),
            ]
        ),
    )  # fmt: skip
    assert [pick(r, "message_class", "amount_fen", "direction_code") for r in rows] == [
        ("bank_spend", 500, "out"),
        ("bank_income", 124500, "in"),
        ("bank_spend", 12600, "out"),
        ("login_notice", None, None),
    ]
    assert [pick(r, "app_institution_code", "institution_code") for r in rows] == [
        ("ICBC", None),
        (None, "CMB"),
        (None, "MEITUAN_PAY_LATER"),
        (None, None),
    ]
    assert rows[3]["sent_at"] is None
