"""The grids of the detailed report: label, cell and share of the width, in printed order.

Cells ending in `_yuan`, `_date`, `_month` are printed as amounts, days and months; an empty cell as
two dashes. A label of None is a number that counts the rows.
"""

from __future__ import annotations

Grid = tuple[tuple[str, str, int], ...]
NUMBER = ("编号", "", 4)
SOURCE = ("数据发生机构名称", "institution_name", 30)

HEAD: Grid = (
    ("被查询者姓名", "full_name", 10),
    ("被查询者证件类型", "id_type_name", 12),
    ("被查询者证件号码", "id_number", 18),
    ("查询机构", "institution_name", 14),
    ("查询原因", "reason_name", 12),
)
DOCUMENTS: Grid = (("证件类型", "id_type_name", 10), ("证件号码", "document_number", 10))
FRAUD_ALERT: Grid = (
    ("警示内容", "content", 30),
    ("联系电话", "other_phone", 14),
    ("生效日期", "effective_date", 10),
    ("截止日期", "end_date", 10),
)
IDENTITY: Grid = (
    ("性别", "gender_name", 6),
    ("出生日期", "birth_date", 9),
    ("婚姻状况", "marital_status_name", 8),
    ("学历", "education_name", 8),
    ("学位", "degree_name", 7),
    ("就业状况", "employment_status_name", 12),
    ("国籍", "country_name", 7),
    ("电子邮箱", "email", 16),
)
IDENTITY_ADDRESSES: Grid = (
    ("通讯地址", "mailing_address", 10),
    ("户籍地址", "household_address", 10),
)
PHONES: Grid = (
    NUMBER,
    ("手机号码", "phone", 12),
    ("信息更新日期", "updated_date", 10),
    SOURCE,
)
SPOUSE: Grid = (
    ("姓名", "full_name", 8),
    ("证件类型", "id_type_name", 8),
    ("证件号码", "id_number", 14),
    ("工作单位", "employer", 18),
    ("联系电话", "phone", 11),
)
SPOUSE_SOURCE: Grid = (SOURCE,)
ADDRESSES: Grid = (
    NUMBER,
    ("居住地址", "address", 26),
    ("住宅电话", "other_phone", 10),
    ("居住状况", "residence_type_name", 9),
    ("信息更新日期", "updated_date", 10),
)
SOURCES: Grid = (NUMBER, SOURCE)
EMPLOYERS: Grid = (
    NUMBER,
    ("工作单位", "employer", 18),
    ("单位性质", "employer_type_name", 10),
    ("单位地址", "employer_address", 20),
    ("单位电话", "other_phone", 10),
)
OCCUPATIONS: Grid = (
    NUMBER,
    ("职业", "occupation_name", 14),
    ("行业", "industry_name", 14),
    ("职务", "position_name", 9),
    ("职称", "title_name", 7),
    ("进入本单位年份", "joined_year", 7),
    ("信息更新日期", "updated_date", 10),
)
CLAIM: Grid = (
    ("管理机构", "institution_name", 14),
    ("业务种类", "business_type_name", 9),
    ("债权接收日期", "opened_date", 9),
    ("原债权人", "original_creditor_name", 14),
    ("原债务业务种类", "original_business_type_name", 10),
    ("债权金额", "claim_yuan", 8),
    ("债权转移时的还款状态", "transfer_status_name", 8),
)
CLAIM_OPEN: Grid = (
    ("账户状态", "status_code", 8),
    ("余额", "balance_yuan", 8),
    ("最近一次还款日期", "last_paid_date", 8),
)
CLOSED: Grid = (("账户状态", "status_code", 8), ("账户关闭日期", "closed_date", 8))
LOAN: Grid = (
    ("管理机构", "institution_name", 14),
    ("账户标识", "account_id", 15),
    ("开立日期", "opened_date", 9),
    ("到期日期", "due_date", 9),
    ("借款金额", "loan_yuan", 9),
    ("账户币种", "currency_code", 8),
)
REVOLVING: Grid = (
    *LOAN[:4],
    ("账户授信额度", "credit_limit_yuan", 9),
    LOAN[5],
)
LOAN_TERMS: Grid = (
    ("业务种类", "business_type_name", 14),
    ("担保方式", "guarantee_name", 10),
    ("还款期数", "terms_count", 7),
    ("还款频率", "frequency_name", 7),
    ("还款方式", "repayment_method_name", 12),
    ("共同借款标志", "joint_name", 9),
)
LOAN_OPEN: Grid = (
    ("账户状态", "status_code", 7),
    ("五级分类", "five_tier_name", 7),
    ("余额", "balance_yuan", 8),
    ("剩余还款期数", "remaining_terms_count", 6),
    ("本月应还款", "due_yuan", 7),
    ("应还款日", "scheduled_date", 9),
    ("本月实还款", "paid_yuan", 7),
    ("最近一次还款日期", "last_paid_date", 9),
)
LOAN_OVERDUE: Grid = (
    ("当前逾期期数", "overdue_terms_count", 7),
    ("当前逾期总额", "overdue_yuan", 8),
    ("逾期31—60天未还本金", "overdue_31_60_yuan", 8),
    ("逾期61－90天未还本金", "overdue_61_90_yuan", 8),
    ("逾期91－180天未还本金", "overdue_91_180_yuan", 8),
    ("逾期180天以上未还本金", "overdue_over_180_yuan", 8),
)
CARD: Grid = (
    ("发卡机构", "institution_name", 14),
    ("账户标识", "account_id", 14),
    ("开立日期", "opened_date", 9),
    ("账户授信额度", "credit_limit_yuan", 7),
    ("共享授信额度", "shared_limit_yuan", 7),
    ("币种", "currency_code", 7),
    ("业务种类", "business_type_name", 7),
    ("担保方式", "guarantee_name", 8),
)
CARD_OPEN: Grid = (
    ("账户状态", "status_code", 6),
    ("余额", "balance_yuan", 8),
    ("已用额度", "used_yuan", 8),
    ("未出单的大额专项分期余额", "unbilled_instalment_yuan", 9),
    ("剩余分期期数", "remaining_instalments_count", 7),
    ("最近6个月平均使用额度", "average_used_yuan", 9),
    ("最大使用额度", "max_used_yuan", 8),
)
QUASI_OPEN: Grid = (
    ("账户状态", "status_code", 8),
    ("透支余额", "overdraft_yuan", 8),
    ("最近6个月平均透支余额", "average_overdraft_yuan", 9),
    ("最大透支余额", "max_overdraft_yuan", 8),
)
CARD_DUE: Grid = (
    ("账单日", "billing_date", 9),
    ("本月应还款", "due_yuan", 8),
    ("本月实还款", "paid_yuan", 8),
    ("最近一次还款日期", "last_paid_date", 9),
    ("当前逾期期数", "overdue_terms_count", 7),
    ("当前逾期总额", "overdue_yuan", 8),
)
QUASI_DUE: Grid = (
    *CARD_DUE[:1],
    ("本月实还款", "paid_yuan", 8),
    ("最近一次还款日期", "last_paid_date", 9),
    ("透支180天以上未付余额", "overdraft_over_180_yuan", 9),
)
INSTALMENTS: Grid = (
    ("大额专项分期额度", "instalment_limit_yuan", 8),
    ("分期额度生效日期", "instalment_from_date", 8),
    ("分期额度到期日期", "instalment_until_date", 8),
    ("已用分期金额", "instalment_used_yuan", 8),
)
SPECIAL_TRADES: Grid = (
    ("特殊交易类型", "trade_type_name", 12),
    ("发生日期", "occurred_date", 9),
    ("变更月数", "changed_months_count", 7),
    ("发生金额", "amount_yuan", 9),
    ("明细记录", "content", 24),
)
LIABILITY: Grid = (
    ("管理机构", "institution_name", 12),
    ("业务种类", "business_type_name", 8),
    ("开立日期", "opened_date", 8),
    ("到期日期", "due_date", 8),
    ("责任人类型", "role_name", 7),
    ("还款责任金额", "liability_yuan", 8),
    ("币种", "currency_code", 6),
    ("保证合同编号", "contract_number", 12),
)
DEBTOR: Grid = (
    ("主业务借款人", "debtor", 14),
    ("证件类型", "debtor_id_type_name", 8),
    ("证件号码", "debtor_document_number", 12),
)
LIABILITY_OPEN: Grid = (
    ("余额", "balance_yuan", 8),
    ("五级分类", "five_tier_name", 8),
    ("还款状态", "repayment_code", 8),
)
CREDIT_LINE: Grid = (
    ("管理机构", "institution_name", 14),
    ("授信协议标识", "agreement_id", 14),
    ("生效日期", "opened_date", 9),
    ("到期日期", "due_date", 9),
    ("授信额度用途", "purpose_name", 12),
)
CREDIT_LINE_LIMITS: Grid = (
    ("授信额度", "credit_limit_yuan", 10),
    ("授信限额", "cap_yuan", 10),
    ("授信限额编号", "cap_id", 14),
    ("已用额度", "used_yuan", 10),
    ("币种", "currency_code", 8),
)
POSTPAID: Grid = (
    ("机构名称", "institution_name", 14),
    ("业务类型", "business_type_name", 10),
    ("业务开通日期", "opened_date", 9),
    ("当前缴费状态", "status_name", 8),
    ("当前欠费金额", "overdue_yuan", 8),
    ("记账年月", "as_of_month", 8),
)
TAXES: Grid = (
    NUMBER,
    ("主管税务机关", "institution_name", 20),
    ("欠税总额", "amount_yuan", 10),
    ("欠税统计日期", "as_of_date", 10),
)
JUDGMENTS: Grid = (
    NUMBER,
    ("立案法院", "institution_name", 16),
    ("案由", "reason_name", 14),
    ("立案日期", "filed_date", 9),
    ("结案方式", "closing_method_name", 9),
)
JUDGMENT_RESULTS: Grid = (
    NUMBER,
    ("判决/调解结果", "outcome", 22),
    ("判决/调解生效日期", "effective_date", 9),
    ("诉讼标的", "claim", 10),
    ("诉讼标的金额", "amount_yuan", 9),
)
ENFORCEMENTS: Grid = (
    NUMBER,
    ("执行法院", "institution_name", 16),
    ("执行案由", "reason_name", 14),
    ("立案日期", "filed_date", 9),
    ("结案方式", "closing_method_name", 12),
)
ENFORCEMENT_RESULTS: Grid = (
    NUMBER,
    ("案件状态", "status_name", 8),
    ("结案日期", "closed_date", 9),
    ("申请执行标的", "claim", 10),
    ("申请执行标的价值", "amount_yuan", 9),
    ("已执行标的", "settled_claim", 10),
    ("已执行标的金额", "settled_yuan", 9),
)
PENALTIES: Grid = (
    NUMBER,
    ("处罚机构", "institution_name", 16),
    ("处罚内容", "content", 12),
    ("处罚金额", "amount_yuan", 8),
    ("生效日期", "effective_date", 9),
    ("截止日期", "end_date", 9),
    ("行政复议结果", "review_result_name", 9),
)
FUND: Grid = (
    ("参缴地", "place_name", 8),
    ("参缴日期", "opened_date", 9),
    ("初缴月份", "first_month", 8),
    ("缴至月份", "last_month", 8),
    ("缴费状态", "status_name", 7),
    ("月缴存额", "monthly_yuan", 7),
    ("个人缴存比例", "person_share_percent", 7),
    ("单位缴存比例", "employer_share_percent", 7),
)
FUND_EMPLOYER: Grid = (("缴费单位", "employer", 20), ("信息更新日期", "updated_date", 10))
AWARDS: Grid = (
    NUMBER,
    ("奖励机构", "institution_name", 16),
    ("奖励内容", "content", 16),
    ("生效日期", "effective_date", 9),
    ("截止日期", "end_date", 9),
)
ENQUIRIES: Grid = (
    NUMBER,
    ("查询日期", "enquired_date", 12),
    ("查询机构", "institution_name", 24),
    ("查询原因", "reason_name", 14),
)
STATEMENTS: Grid = (NUMBER, ("声明内容", "content", 30), ("添加日期", "added_date", 10))
OBJECTIONS: Grid = (NUMBER, ("标注内容", "content", 30), ("添加日期", "added_date", 10))
