"""The public part of a brief report: items, and the labels under which they are printed."""

from __future__ import annotations

from datetime import date

from simulate.credit_reports.items import Item, made, month_of
from simulate.credit_reports.public_life import Penalty, PublicLife, Ruling, Tax

TITLES = {
    "tax_arrear": "欠税记录",
    "judgment": "民事判决记录",
    "enforcement": "强制执行记录",
    "penalty": "行政处罚记录",
}
LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "tax_arrear": (
        ("主管税务机关", "institution_name"),
        ("欠税统计日期", "as_of_date"),
        ("欠税总额", "amount_yuan"),
        ("纳税人识别号", "taxpayer_number"),
    ),
    "judgment": (
        ("立案法院", "institution_name"),
        ("案号", "case_number"),
        ("案由", "reason_name"),
        ("结案方式", "closing_method_name"),
        ("立案日期", "filed_date"),
        ("判决/调解结果", "outcome"),
        ("诉讼标的", "claim"),
        ("诉讼标的金额", "amount_yuan"),
        ("判决/调解生效日期", "effective_date"),
    ),
    "enforcement": (
        ("执行法院", "institution_name"),
        ("案号", "case_number"),
        ("执行案由", "reason_name"),
        ("结案方式", "closing_method_name"),
        ("立案日期", "filed_date"),
        ("案件状态", "status_name"),
        ("申请执行标的", "claim"),
        ("已执行标的", "settled_claim"),
        ("申请执行标的金额", "amount_yuan"),
        ("已执行标的金额", "settled_yuan"),
        ("结案日期", "closed_date"),
    ),
    "penalty": (
        ("处罚机构", "institution_name"),
        ("文书编号", "case_number"),
        ("处罚内容", "content"),
        ("是否行政复议", "review_name"),
        ("处罚金额", "amount_yuan"),
        ("行政复议结果", "review_result_name"),
        ("处罚生效日期", "effective_date"),
        ("处罚截止日期", "end_date"),
    ),
    "postpaid": (
        ("机构名称", "institution_name"),
        ("业务类型", "business_type_name"),
        ("记账年月", "as_of_month"),
        ("业务开通日期", "opened_date"),
        ("当前缴费状态", "status_name"),
        ("当前欠费金额", "overdue_yuan"),
    ),
}
"""Label and cell, in printed order, two to a line."""
FIRST_GENERATION_LABELS = {
    "欠税统计日期": "欠税统计时间",
    "立案日期": "立案时间",
    "判决/调解生效日期": "判决/调解生效时间",
}


def postpaid_items(life: PublicLife, day: date) -> list[Item]:
    """Non-credit transactions."""
    return [
        made(
            "postpaid",
            institution_name=one.institution,
            business_type_name=one.business,
            as_of_month=month_of(day),
            opened_date=one.on,
            status_name="欠费" if one.amount else "正常",
            overdue_yuan=one.amount,
        )
        for one in life.postpaid
        if one.on < day
    ]


def public_items(life: PublicLife, day: date) -> list[Item]:
    """Public records, kind by kind."""
    items = [tax_item(one) for one in life.taxes if one.on < day]
    items += [judgment_item(one) for one in life.judgments if one.effective < day]
    items += [enforcement_item(one) for one in life.enforcements if one.effective < day]
    return items + [penalty_item(one) for one in life.penalties if one.on < day]


def tax_item(one: Tax) -> Item:
    """Arrears of tax."""
    return made(
        "tax_arrear",
        institution_name=one.office,
        as_of_date=one.on,
        amount_yuan=one.amount,
        taxpayer_number=one.payer,
    )


def judgment_item(one: Ruling) -> Item:
    """A civil judgment."""
    return made(
        "judgment",
        institution_name=one.court,
        case_number=one.case,
        reason_name=one.cause,
        closing_method_name=one.closing,
        filed_date=one.on,
        outcome=one.outcome,
        claim=one.subject,
        amount_yuan=one.amount,
        effective_date=one.effective,
    )


def enforcement_item(one: Ruling) -> Item:
    """An enforcement."""
    return made(
        "enforcement",
        institution_name=one.court,
        case_number=one.case,
        reason_name=one.cause,
        closing_method_name=one.closing,
        filed_date=one.on,
        status_name="已结案",
        claim=one.subject,
        settled_claim=one.subject,
        amount_yuan=one.amount,
        settled_yuan=one.settled,
        closed_date=one.effective,
    )


def penalty_item(one: Penalty) -> Item:
    """A penalty of an agency."""
    return made(
        "penalty",
        institution_name=one.agency,
        case_number=one.document,
        content=one.content,
        review_name="否" if one.review == "无" else "是",
        amount_yuan=one.amount,
        review_result_name=one.review,
        effective_date=one.on,
        end_date=one.ends,
    )
