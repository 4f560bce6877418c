"""Social insurance and housing funds: every city's list gives the same columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from ingest.derivations import DERIVATIONS
from tallywatch.settings import Settings
from tests.ingest.feeds.contributions import FUND, INSURANCE, fund_ledger, insurance_list
from tests.ingest.feeds.taking import allow, take, taken

PAID = {
    "beijing": (
        "2026年09月,正常缴费,12000.00,1920.00,960.00,示例科技有限公司",
        {
            "region_code": "110000", "insurance_code": "pension", "first_month": "2026-09",
            "last_month": "2026-09", "months_count": 1, "contribution_code": "regular",
            "contribution_base_fen": 1_200_000, "employer_fen": 192_000, "personal_fen": 96_000,
        },
    ),
    "beijing_injury": (
        "202609,12000.00,24.00",
        {"insurance_code": "work_injury", "employer_fen": 2_400, "personal_fen": None},
    ),
    "shanghai": (
        "2026-9,\"12,000.00\",960.00,240.00,60.00",
        {
            "region_code": "310000", "insurance_code": "several", "first_month": "2026-09",
            "pension_personal_fen": 96_000, "medical_personal_fen": 24_000,
            "unemployment_personal_fen": 6_000, "employer_fen": None,
        },
    ),
    "guangzhou": (
        "2026-01-01,2026-06-30,6,5000.00,4200.00,2400.00,240.00,60.00,12.00,--,900123,示例贸易有限公司,核定",
        {
            "region_code": "440100", "insurance_code": "several", "first_month": "2026-01",
            "last_month": "2026-06", "paid_for_date": date(2026, 6, 1), "months_count": 6,
            "pension_employer_fen": 420_000, "work_injury_employer_fen": 1_200,
            "maternity_employer_fen": None, "employer_code": "900123",
        },
    ),
    "guangzhou_medical": (
        "900123,202601,202606,6,,补缴,1800.00,600.00,0,5000.00,职工社会医疗保险",
        {"insurance_code": "medical", "contribution_code": "back_payment", "personal_fen": 60_000},
    ),
    "hangzhou": (
        "202609,失业保险,8000.00,40.00,77001,示例餐饮店,应缴",
        {"region_code": "330100", "insurance_code": "unemployment", "personal_fen": 4_000},
    ),
    "zhejiang": (
        "2026/09,8000.00,640.00,示例餐饮店,补缴,已到账,企业养老",
        {
            "region_code": "330000", "insurance_code": "pension",
            "contribution_code": "back_payment", "status_name": "已到账",
        },
    ),
    "zhejiang_due": (
        "202609,示例餐饮店,8000.00,40.00,未到账",
        {"insurance_code": "unemployment", "personal_fen": 4_000, "status_name": "未到账"},
    ),
}  # fmt: skip

BOOKED = {
    "beijing": (
        "20260918,202609,汇缴,2880.00,,60000.00",
        {
            "region_code": "110000", "posted_date": date(2026, 9, 18), "paid_for_month": "2026-09",
            "business_code": "remittance", "change_fen": 288_000, "balance_fen": 6_000_000,
        },
    ),
    "beijing_centre": (
        "2026-09-20,D01,示例科技有限公司,部分提取,,0.00,1500.00,58500.00,示例科技有限公司,转账,L0001,网上",
        {
            "business_code": "withdrawal", "change_fen": -150_000, "employer_code": "D01",
            "serial_id": "L0001", "channel_name": "网上",
        },
    ),
    "guangzhou": (
        "1,2026-06-30,年度结息,,88.12,58588.12,2026-07-01",
        {"region_code": "440100", "business_code": "interest", "change_fen": 8_812},
    ),
    "hangzhou": (
        "2026年9月5日,外部转入,300.00,,900.00",
        {
            "region_code": "330100", "posted_date": date(2026, 9, 5),
            "business_code": "transfer_in", "change_fen": 30_000,
        },
    ),
    "hangzhou_monthly": (
        "202609,正常汇缴,960.00,960.00,1920.00,0.00,是",
        {
            "posted_date": date(2026, 9, 1), "paid_for_month": "2026-09", "employer_fen": 96_000,
            "personal_fen": 96_000, "change_fen": 192_000, "status_name": "是",
        },
    ),
    "shanghai": (
        "2026-09-10,示例科技有限公司,2000.00,补缴2026年08月公积金,单位补缴",
        {"region_code": "310000", "business_code": "back_payment", "change_fen": 200_000},
    ),
    "zhejiang": (
        "2026-09-10,封存,202609,0,7000.00,示例餐饮店",
        {"region_code": "330000", "business_code": "sealed", "change_fen": 0},
    ),
}  # fmt: skip


def test_every_layout_is_tried() -> None:
    assert (PAID.keys(), BOOKED.keys()) == (INSURANCE.keys(), FUND.keys())


@pytest.mark.parametrize("layout", PAID)
def test_insurance_lists_give_the_same_columns(layout: str, settings: Settings) -> None:
    allow(settings, "social_insurance")
    line, expected = PAID[layout]
    [row] = taken(settings, "social_insurance_payments", insurance_list(layout, line))
    assert {name: row[name] for name in expected} == expected
    has_employer = "示例" in line
    assert (row["employer_token"] or "").startswith("co_") is has_employer
    assert row["subject_key"] == "S0000001"


@pytest.mark.parametrize("layout", BOOKED)
def test_fund_ledgers_give_the_same_columns(layout: str, settings: Settings) -> None:
    allow(settings, "housing_fund")
    line, expected = BOOKED[layout]
    [row] = taken(settings, "housing_fund_payments", fund_ledger(layout, line))
    assert {name: row[name] for name in expected} == expected


def test_an_impossible_month_and_a_word_for_an_amount_are_quarantined(settings: Settings) -> None:
    allow(settings, "social_insurance")
    good, _ = PAID["hangzhou"]
    bad = [good.replace("202609", "202613"), good.replace("40.00", "四十")]
    report = take(settings, "social_insurance_payments", insurance_list("hangzhou", good, *bad))
    assert (report.accepted_records, report.rejected_records) == (1, 2)
    assert ("personal_fen", "bad_amount") in report.reasons
    assert ("first_month", "pattern_mismatch") in report.reasons


def test_a_list_of_another_city_is_refused_with_the_layouts_there_are(settings: Settings) -> None:
    allow(settings, "housing_fund")
    report = take(settings, "housing_fund_payments", "日期,摘要,余额\n2026-09-01,汇缴,1\n".encode())
    assert report.reason_code == "header_missing"
    assert "guangzhou" in str(report.expected)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (
            "housing_fund_business",
            {
                "汇缴": "remittance", "汇缴[2024年1月]": "remittance", "补缴": "back_payment",
                "年度结息": "interest", "租房提取": "withdrawal", "转入": "transfer_in",
                "转出": "transfer_out", "封存": "sealed", "启封": "unsealed",
                "销户提取": "account_closed", "按月冲还贷": "loan_repayment", "其他": "other",
            },
        ),
        (
            "insurance_kind",
            {"企业基本养老保险": "pension", "医保": "medical", "五险合一": "several"},
        ),
        ("contribution_kind", {"正常应缴": "regular", "补收": "back_payment", "退费": "refund"}),
    ],
)  # fmt: skip
def test_business_words_become_codes(function: str, words: dict[str, Any]) -> None:
    assert DERIVATIONS[function](pa.array(list(words))).to_pylist() == list(words.values())
