"""The grammar of sentences, on variants that the form is known to print."""

from __future__ import annotations

import pytest

from ingest.formats.credit_report.sentences import sentence_item
from ingest.formats.credit_report.texts import Unreadable
from ingest.formats.pdf_words import fold

CARD = "2012年3月4日晴川银行江城分行发放的贷记卡（人民币账户）"


@pytest.mark.parametrize(
    ("sentence", "cells"),
    [
        (f"{CARD}，截至2016年11月已销户。", {"status_code": "closed", "closed_month": "2016-11"}),
        (f"{CARD}，2016年01月销户。", {"status_code": "closed", "closed_month": "2016-01"}),
        (
            f"{CARD}。截至2016年11月,信用额度10,000，尚未激活。",
            {"status_code": "unused", "credit_limit_yuan": "10000", "as_of_month": "2016-11"},
        ),
        (
            f"{CARD}。截至2016年11月，信用额度100，已使用额度2016，逾期金额1,016。"
            "最近5年内有11个月处于逾期状态，其中8个月逾期超过90天。",
            {
                "status_code": "active",
                "credit_limit_yuan": "100",
                "used_yuan": "2016",
                "overdue_yuan": "1016",
                "overdue_months_count": "11",
                "overdue_90_days_months_count": "8",
            },
        ),
        (
            "2014年5月6日云鹿公司(原:重明公司)发放的400,000元（人民币）个人商用房（含商住两用）贷款，"
            "2034年5月6日到期。截至2016年10月，余额100，2016年11月已转出。",
            {
                "institution_name": "云鹿公司(原:重明公司)",
                "business_type_name": "个人商用房(含商住两用)贷款",
                "status_code": "transferred",
                "balance_yuan": "100",
            },
        ),
        (
            "2020年5月6日木星公司为其他个人消费贷款授信，额度有效期至2026年5月6日，不可循环使用。"
            "截至2026年04月，信用额度1,000元（人民币），余额为0，当前无逾期。",
            {"is_revolving": "false", "account_kind_code": "revolving_sub_account"},
        ),
    ],
)
def test_a_sentence_is_understood(sentence: str, cells: dict[str, str]) -> None:
    item_type, found = sentence_item(fold(sentence))
    assert item_type == "account"
    assert found.items() >= cells.items()


@pytest.mark.parametrize(
    "sentence",
    [
        f"{CARD}。截至2016年11月，信用额度10,000，已使用额度5，神秘金额7。",
        f"{CARD}。截至2016年11月，信用额度10,000，信用额度10,000，已使用额度5。",
        f"{CARD}。截至2016年11月，信用额度10,00，已使用额度5。",
        f"{CARD}。截至2016年13月，信用额度10,000，已使用额度5。",
        f"{CARD}。截至2016年11月，已使用额度5。",
        f"{CARD}。信用额度10,000，已使用额度5。",
        CARD.replace("人民币", "贝壳") + "，2016年01月销户。",
        CARD.replace("3月4日", "2月30日") + "，2016年01月销户。",
        CARD.replace("发放的", "借出的") + "，2016年01月销户。",
    ],
)
def test_a_sentence_that_is_not_understood_is_not_guessed(sentence: str) -> None:
    with pytest.raises(Unreadable):
        sentence_item(fold(sentence))
