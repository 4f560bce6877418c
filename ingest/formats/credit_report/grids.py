"""The grids of a detailed report as data: which labels stand above which cells, and where.

A grid is known by its labels and the part of the report that it stands in.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.formats.credit_report.grid import Fate, Grid, Rows


def _grid(text: str, item_type: str, fate: Fate = Fate.OPENS, rows: Rows = Rows.ONE) -> Grid:
    columns = []
    for part in text.split():
        label, _, cell = part.partition("=")
        columns.append((label, cell))
    if columns[0] == ("编号", ""):
        rows = Rows.NUMBERED
    return Grid(tuple(columns), item_type, fate, rows)


_SOURCES = "编号 数据发生机构名称=institution_name"
_CLOSED = "账户状态=status_code 账户关闭日期=closed_date"
_LOAN_HEAD = "管理机构=institution_name 账户标识=account_id 开立日期=opened_date 到期日期=due_date"
_DUE = "本月应还款=due_yuan"
_PAID = "本月实还款=paid_yuan 最近一次还款日期=last_paid_date"

MONTHS = Grid(tuple((str(number), "") for number in range(1, 13)), "month")
"""The header of an account's months; what stands below is no row of cells."""
HEAD_GRIDS = (
    _grid(
        "被查询者姓名=full_name 被查询者证件类型=id_type_name 被查询者证件号码=document "
        "查询机构=institution_name 查询原因=reason_name",
        "identity",
    ),
    _grid("证件类型=id_type_name 证件号码=document", "document", rows=Rows.LINES),
    _grid(
        "警示内容=content 联系电话=telephone 生效日期=effective_date 截止日期=end_date",
        "fraud_alert",
    ),
)
ACCOUNT_GRIDS = tuple(  # noqa: RUF005 - a long list, then one of another kind
    _grid(text, "account", Fate.JOINS)
    for text in (
        f"{_LOAN_HEAD} 借款金额=loan_yuan 账户币种=currency_code",
        f"{_LOAN_HEAD} 账户授信额度=credit_limit_yuan 账户币种=currency_code",
        "业务种类=business_type_name 担保方式=guarantee_name 还款期数=terms_count "
        "还款频率=frequency_name 还款方式=repayment_method_name 共同借款标志=joint_name",
        _CLOSED,
        "账户状态=status_code 五级分类=five_tier_name 余额=balance_yuan "
        f"剩余还款期数=remaining_terms_count {_DUE} 应还款日=scheduled_date {_PAID}",
        "当前逾期期数=overdue_terms_count 当前逾期总额=overdue_yuan "
        "逾期31-60天未还本金=overdue_31_60_yuan 逾期61-90天未还本金=overdue_61_90_yuan "
        "逾期91-180天未还本金=overdue_91_180_yuan 逾期180天以上未还本金=overdue_over_180_yuan",
        "发卡机构=institution_name 账户标识=account_id 开立日期=opened_date "
        "账户授信额度=credit_limit_yuan 共享授信额度=shared_limit_yuan 币种=currency_code "
        "业务种类=business_type_name 担保方式=guarantee_name",
        "账户状态=status_code 余额=balance_yuan 已用额度=used_yuan "
        "未出单的大额专项分期余额=unbilled_instalment_yuan "
        "剩余分期期数=remaining_instalments_count 最近6个月平均使用额度=average_used_yuan "
        "最大使用额度=max_used_yuan",
        f"账单日=billing_date {_DUE} {_PAID} 当前逾期期数=overdue_terms_count "
        "当前逾期总额=overdue_yuan",
        "大额专项分期额度=instalment_limit_yuan 分期额度生效日期=instalment_from_date "
        "分期额度到期日期=instalment_until_date 已用分期金额=instalment_used_yuan",
        "账户状态=status_code 透支余额=overdraft_yuan "
        "最近6个月平均透支余额=average_overdraft_yuan 最大透支余额=max_overdraft_yuan",
        f"账单日=billing_date {_PAID} 透支180天以上未付余额=overdraft_over_180_yuan",
    )
) + (
    _grid(
        "特殊交易类型=trade_type_name 发生日期=occurred_date 变更月数=changed_months_count "
        "发生金额=amount_yuan 明细记录=content",
        "special_trade",
        Fate.HANGS,
        Rows.DATED,
    ),
)
CLAIM_GRIDS = tuple(
    _grid(text, "claim", Fate.JOINS)
    for text in (
        "管理机构=institution_name 业务种类=business_type_name 债权接收日期=opened_date "
        "原债权人=original_creditor_name 原债务业务种类=original_business_type_name "
        "债权金额=claim_yuan 债权转移时的还款状态=transfer_status_name",
        "账户状态=status_code 余额=balance_yuan 最近一次还款日期=last_paid_date",
        _CLOSED,
    )
)
LIABILITY_GRIDS = tuple(
    _grid(text, "liability", Fate.JOINS)
    for text in (
        "管理机构=institution_name 业务种类=business_type_name 开立日期=opened_date "
        "到期日期=due_date 责任人类型=role_name 还款责任金额=liability_yuan 币种=currency_code "
        "保证合同编号=contract_number",
        "主业务借款人=debtor 证件类型=debtor_id_type_name 证件号码=debtor_document_number",
        "余额=balance_yuan 五级分类=five_tier_name 还款状态=repayment_code",
        "余额=balance_yuan 五级分类=five_tier_name 逾期月数=overdue_months_count",
    )
)

PART_GRIDS: Mapping[str, tuple[Grid, ...]] = {
    "身份信息": (
        _grid(
            "性别=gender_name 出生日期=birth_date 婚姻状况=marital_status_name "
            "学历=education_name 学位=degree_name 就业状况=employment_status_name "
            "国籍=country_name 电子邮箱=email",
            "identity",
            Fate.JOINS,
        ),
        _grid("通讯地址=mailing_address 户籍地址=household_address", "identity", Fate.JOINS),
        _grid(
            "编号 手机号码=telephone 信息更新日期=updated_date 数据发生机构名称=institution_name",
            "phone",
        ),
    ),
    "配偶信息": (
        _grid(
            "姓名=full_name 证件类型=id_type_name 证件号码=document 工作单位=employer "
            "联系电话=telephone",
            "spouse",
        ),
        _grid("数据发生机构名称=institution_name", "spouse", Fate.JOINS),
    ),
    "居住信息": (
        _grid(
            "编号 居住地址=address 住宅电话=telephone 居住状况=residence_type_name "
            "信息更新日期=updated_date",
            "address",
        ),
        _grid(_SOURCES, "address", Fate.JOINS),
    ),
    "职业信息": (
        _grid(
            "编号 工作单位=employer 单位性质=employer_type_name 单位地址=employer_address "
            "单位电话=telephone",
            "employer",
        ),
        _grid(
            "编号 职业=occupation_name 行业=industry_name 职务=position_name 职称=title_name "
            "进入本单位年份=joined_year 信息更新日期=updated_date",
            "employer",
            Fate.JOINS,
        ),
        _grid(_SOURCES, "employer", Fate.JOINS),
    ),
    "被追偿信息": CLAIM_GRIDS,
    "相关还款责任信息": LIABILITY_GRIDS,
    "授信协议信息": (
        _grid(
            "管理机构=institution_name 授信协议标识=agreement_id 生效日期=opened_date "
            "到期日期=due_date 授信额度用途=purpose_name",
            "credit_line",
            Fate.JOINS,
        ),
        _grid(
            "授信额度=credit_limit_yuan 授信限额=cap_yuan 授信限额编号=cap_id "
            "已用额度=used_yuan 币种=currency_code",
            "credit_line",
            Fate.JOINS,
        ),
    ),
    "后付费记录": (
        _grid(
            "机构名称=institution_name 业务类型=business_type_name 业务开通日期=opened_date "
            "当前缴费状态=status_name 当前欠费金额=overdue_yuan 记账年月=as_of_month",
            "postpaid",
            Fate.JOINS,
        ),
    ),
    "欠税记录": (
        _grid(
            "编号 主管税务机关=institution_name 欠税总额=amount_yuan 欠税统计日期=as_of_date",
            "tax_arrear",
        ),
    ),
    "民事判决记录": (
        _grid(
            "编号 立案法院=institution_name 案由=reason_name 立案日期=filed_date "
            "结案方式=closing_method_name",
            "judgment",
        ),
        _grid(
            "编号 判决/调解结果=outcome 判决/调解生效日期=effective_date 诉讼标的=claim "
            "诉讼标的金额=amount_yuan",
            "judgment",
            Fate.JOINS,
        ),
    ),
    "强制执行记录": (
        _grid(
            "编号 执行法院=institution_name 执行案由=reason_name 立案日期=filed_date "
            "结案方式=closing_method_name",
            "enforcement",
        ),
        _grid(
            "编号 案件状态=status_name 结案日期=closed_date 申请执行标的=claim "
            "申请执行标的价值=amount_yuan 已执行标的=settled_claim 已执行标的金额=settled_yuan",
            "enforcement",
            Fate.JOINS,
        ),
    ),
    "行政处罚记录": (
        _grid(
            "编号 处罚机构=institution_name 处罚内容=content 处罚金额=amount_yuan "
            "生效日期=effective_date 截止日期=end_date 行政复议结果=review_result_name",
            "penalty",
        ),
    ),
    "住房公积金参缴记录": (
        _grid(
            "参缴地=place_name 参缴日期=opened_date 初缴月份=first_month 缴至月份=last_month "
            "缴费状态=status_name 月缴存额=monthly_yuan 个人缴存比例=person_share_percent "
            "单位缴存比例=employer_share_percent",
            "housing_fund",
        ),
        _grid("缴费单位=employer 信息更新日期=updated_date", "housing_fund", Fate.JOINS),
    ),
    "执业资格记录": (
        _grid(
            "编号 执业资格名称=title_name 等级=level_name 获得日期=effective_date "
            "到期日期=end_date 吊销日期=closed_date 颁发机构=institution_name "
            "机构所在地=place_name",
            "licence",
        ),
    ),
    "行政奖励记录": (
        _grid(
            "编号 奖励机构=institution_name 奖励内容=content 生效日期=effective_date "
            "截止日期=end_date",
            "award",
        ),
    ),
    "本人声明": (_grid("编号 声明内容=content 添加日期=added_date", "statement"),),
    "异议标注": (_grid("编号 标注内容=content 添加日期=added_date", "objection"),),
    "机构查询记录明细": (
        _grid(
            "编号 查询日期=enquired_date 查询机构=institution_name 查询原因=reason_name", "enquiry"
        ),
    ),
    "本人查询记录明细": (
        _grid(
            "编号 查询日期=enquired_date 查询机构=institution_name 查询原因=reason_name", "enquiry"
        ),
    ),
}
ACCOUNT_PARTS: Mapping[str, str] = {
    "非循环贷账户": "non_revolving_loan",
    "循环贷账户一": "revolving_sub_account",
    "循环贷账户二": "revolving_loan",
    "贷记卡账户": "credit_card",
    "准贷记卡账户": "quasi_credit_card",
}
PARTS = {**PART_GRIDS, **dict.fromkeys(ACCOUNT_PARTS, ACCOUNT_GRIDS)}
