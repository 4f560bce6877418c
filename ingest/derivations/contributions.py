"""Business words of housing funds and social insurance as codes.

Cities word the same business differently: `汇缴`, `公积金汇缴`, `汇缴[2024年1月]`.
"""

from __future__ import annotations

import pyarrow as pa

from ingest.derivations.matching import first_code, folded

_FUND_BUSINESS = (
    ("冲正|红冲|退回|调账", "correction"),
    ("结息|利息", "interest"),
    ("转出|外部转出|移出", "transfer_out"),
    ("转入|外部转入|移入", "transfer_in"),
    ("还贷|贷款|冲贷|按月冲|委托还", "loan_repayment"),
    ("销户", "account_closed"),
    ("提取|支取", "withdrawal"),
    ("启封", "unsealed"),
    ("封存", "sealed"),
    ("补缴|补交|补存", "back_payment"),
    ("汇缴|缴存|正常缴|缴交|汇补缴|单位缴", "remittance"),
    ("开户|设立", "account_opened"),
    ("上年结转|年度结转|结转", "carried_over"),
)
FUND_BUSINESS_CODES = (*(code for _, code in _FUND_BUSINESS), "other")
_INSURANCE = (
    ("养老|企保|110", "pension"),
    ("医疗|医保|310|大病", "medical"),
    ("失业|210", "unemployment"),
    ("工伤|410", "work_injury"),
    ("生育|510", "maternity"),
)
INSURANCE_CODES = (*(code for _, code in _INSURANCE), "several")
_PAYMENT_KIND = (
    ("补", "back_payment"),
    ("退", "refund"),
    ("转移|视同", "transferred"),
    ("正常|应缴|当期|在职|缴费|足额|按月", "regular"),
)
PAYMENT_KIND_CODES = (*(code for _, code in _PAYMENT_KIND), "other")


def housing_fund_business(texts: pa.Array) -> pa.Array:
    """One of FUND_BUSINESS_CODES."""
    return first_code(folded(texts), _FUND_BUSINESS, "other")


def insurance_kind(texts: pa.Array) -> pa.Array:
    """One of INSURANCE_CODES; `several` for a text that names no single kind."""
    return first_code(folded(texts), _INSURANCE, "several")


def contribution_kind(texts: pa.Array) -> pa.Array:
    """One of PAYMENT_KIND_CODES: how a month came to be paid."""
    return first_code(folded(texts), _PAYMENT_KIND, "other")
