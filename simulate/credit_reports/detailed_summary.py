"""The part 信息概要 of a detailed report: its tables, counted from the items that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulate.credit_reports.items import Item, made

HINT_ROWS = (
    ("贷款", "个人住房贷款"),
    ("", "个人商用房贷款(包括商住两用房)"),
    ("", "其他类贷款"),
    ("信用卡", "贷记卡"),
    ("", "准贷记卡"),
    ("其他", "其他业务"),
    ("", "合计"),
)
HOUSING = ("个人住房商业贷款", "个人住房公积金贷款")
SHOP = "个人商用房(含商住两用)贷款"
OPEN = {"normal", "overdue", "bad_debt"}
LOAN_KINDS = {
    "non_revolving_loan": "非循环贷账户信息汇总",
    "revolving_sub_account": "循环额度下分账户信息汇总",
    "revolving_loan": "循环贷账户信息汇总",
}
LOAN_LABELS = ("管理机构数", "账户数", "授信总额", "余额", "最近6个月平均应还款")
CARD_LABELS = (
    "发卡机构数",
    "账户数",
    "授信总额",
    "单家机构最高授信额",
    "单家机构最低授信额",
    "已用额度",
    "最近6个月平均使用额度",
)
QUASI_LABELS = (*CARD_LABELS[:5], "透支余额", "最近6个月平均透支余额")
OVERDUE_ROWS = {
    "non_revolving_loan": "非循环贷账户",
    "revolving_sub_account": "循环额度下分账户",
    "revolving_loan": "循环贷账户",
    "credit_card": "贷记卡账户",
    "quasi_credit_card": "准贷记卡账户",
}
PUBLIC_ROWS = {
    "tax_arrear": "欠税信息",
    "judgment": "民事判决信息",
    "enforcement": "强制执行信息",
    "penalty": "行政处罚信息",
}
LAST_ENQUIRY = ("上一次查询日期", "上一次查询机构", "上一次查询原因")
RECENT_ENQUIRIES = (
    ("最近1个月内的查询机构数", ("贷款审批", "信用卡审批")),
    ("最近1个月内的查询次数", ("贷款审批", "信用卡审批", "本人查询")),
    ("最近2年内的查询次数", ("贷后管理", "担保资格审查", "特约商户实名审查")),
)


@dataclass(frozen=True)
class Table:
    """One table: title, labels of the columns, rows of name and values; a name of "" is none.

    `kinds` are the forms of the columns: n counts, y yuan, m months, d days, t texts; `groups` are
    names above columns, with the number of columns that each one spans.
    """

    heading: str
    title: str
    labels: tuple[str, ...]
    kinds: str
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]
    row_label: str = ""
    groups: tuple[tuple[str, int], ...] = ()

    def items(self) -> list[Item]:
        """One item per value."""
        cells = {"n": "stated_count", "y": "stated_yuan"}
        found = []
        above = [name for name, span in self.groups for _ in range(span)]
        for name, values in self.rows:
            categories = above or [name] * len(self.labels)
            columns = zip(self.labels, self.kinds, values, categories, strict=True)
            for label, kind, value, category in columns:
                item = made("summary", summary_name=self.title, measure_name=label)
                item |= {"category_name": category} if category else {}
                if value is not None:
                    item[cells.get(kind, "stated_text")] = value
                found.append(item)
        return found


def summary_tables(items: Sequence[Item], day: date) -> list[Table]:
    """All tables that a report with these items has."""
    accounts = [item for item in items if item["item_type"] == "account"]
    tables = [_hints(accounts), *_breaches(items, accounts)]
    tables += _lines(accounts)
    tables += _liabilities([item for item in items if item["item_type"] == "liability"])
    owed = [i for i in items if i["item_type"] == "postpaid" and i["overdue_yuan"] != "0"]
    if owed:
        rows = (("电信业务", (_n(len(owed)), _sum(owed, "overdue_yuan"))),)
        tables.append(
            Table(
                "非信贷交易信息概要",
                "后付费业务欠费信息汇总",
                ("账户数", "欠费金额"),
                "ny",
                rows,
                "业务类型",
            )
        )
    public = [
        (name, (_n(len(found)), _sum(found, "amount_yuan")))
        for kind, name in PUBLIC_ROWS.items()
        if (found := [i for i in items if i["item_type"] == kind])
    ]
    if public:
        tables.append(
            Table(
                "公共信息概要",
                "公共信息汇总",
                ("记录数", "涉及金额"),
                "ny",
                tuple(public),
                "信息类型",
            )
        )
    return tables + _enquiries([i for i in items if i["item_type"] == "enquiry"], day)


def _n(number: int) -> str | None:
    return str(number) if number else None


def _sum(items: Sequence[Item], cell: str) -> str | None:
    return str(sum(int(item.get(cell, 0)) for item in items)) if items else None


def _hints(accounts: Sequence[Item]) -> Table:
    def of(name: str) -> list[Item]:
        loans = [a for a in accounts if a["account_kind_code"] in LOAN_KINDS]
        if name == "个人住房贷款":
            return [a for a in loans if a["business_type_name"] in HOUSING]
        if name == HINT_ROWS[1][1]:
            return [a for a in loans if a["business_type_name"] == SHOP]
        if name == "其他类贷款":
            return [a for a in loans if a["business_type_name"] not in {*HOUSING, SHOP}]
        return [a for a in accounts if a["business_type_name"] == name]

    rows: list[tuple[str, tuple[str | None, ...]]] = []
    for _, name in HINT_ROWS[:-1]:
        found = of(name)
        first = min((a["opened_date"] for a in found), default=None)
        rows.append((name, (_n(len(found)), first[:7] if first else None)))
    rows.append(("合计", (_n(len(accounts)), None)))
    labels = ("账户数", "首笔业务发放月份")
    return Table("信贷交易信息提示", "信贷交易信息提示", labels, "nm", tuple(rows), "业务类型")


def _breaches(items: Sequence[Item], accounts: Sequence[Item]) -> list[Table]:
    heading = "信贷交易违约信息概要"
    tables = []
    claims = [item for item in items if item["item_type"] in {"disposal", "advance"}]
    if claims:
        rows = []
        for name, kind in (("资产处置业务", "disposal"), ("垫款业务", "advance")):
            found = [item for item in claims if item["item_type"] == kind]
            rows.append((name, (_n(len(found)), _sum(found, "balance_yuan"))))
        rows.append(("合计", (_n(len(claims)), _sum(claims, "balance_yuan"))))
        tables.append(
            Table(heading, "被追偿信息汇总", ("账户数", "余额"), "ny", tuple(rows), "业务类型")
        )
    bad = [a for a in accounts if a["status_code"] == "bad_debt"]
    if bad:
        rows = [("", (_n(len(bad)), _sum(bad, "balance_yuan")))]
        tables.append(Table(heading, "呆账信息汇总", ("账户数", "余额"), "ny", tuple(rows)))
    late = [a for a in accounts if a.get("overdue_terms_count", "0") != "0"]
    if late:
        labels = ("账户数", "月份数", "单月最高逾期/透支总额", "最长逾期/透支月数")
        rows = []
        for kind, name in OVERDUE_ROWS.items():
            found = [a for a in late if a["account_kind_code"] == kind]
            most = max((int(a.get("overdue_yuan", 0)) for a in found), default=0)
            longest = max((int(a["overdue_terms_count"]) for a in found), default=0)
            counts = (_n(len(found)), _n(longest * len(found)), _n(most), _n(longest))
            rows.append((name, counts))
        tables.append(Table(heading, "逾期(透支)信息汇总", labels, "nnyn", tuple(rows), "账户类型"))
    return tables


def _lines(accounts: Sequence[Item]) -> list[Table]:
    heading = "信贷交易授信及负债信息概要"
    tables = []
    for kind, title in LOAN_KINDS.items():
        found = _open(accounts, kind)
        if found:
            limit = "credit_limit_yuan" if kind == "revolving_loan" else "loan_yuan"
            values = (
                _n(len({a["institution_name"] for a in found})),
                _n(len(found)),
                _sum(found, limit),
                _sum(found, "balance_yuan"),
                _sum(found, "due_yuan"),
            )
            tables.append(Table(heading, title, LOAN_LABELS, "nnyyy", (("", values),)))
    for kind, title, labels, used, mean in (
        ("credit_card", "贷记卡账户信息汇总", CARD_LABELS, "used_yuan", "average_used_yuan"),
        (
            "quasi_credit_card",
            "准贷记卡账户信息汇总",
            QUASI_LABELS,
            "overdraft_yuan",
            "average_overdraft_yuan",
        ),
    ):
        found = _open(accounts, kind)
        if found:
            limits = [int(a["credit_limit_yuan"]) for a in found]
            card_values = (
                _n(len({a["institution_name"] for a in found})),
                _n(len(found)),
                str(sum(limits)),
                str(max(limits)),
                str(min(limits)),
                _sum(found, used),
                _sum(found, mean),
            )
            tables.append(Table(heading, title, labels, "nnyyyyy", (("", card_values),)))
    return tables


def _open(accounts: Sequence[Item], kind: str) -> list[Item]:
    mine = [a for a in accounts if a["account_kind_code"] == kind]
    return [a for a in mine if a["status_code"] in OPEN]


def _liabilities(items: Sequence[Item]) -> list[Table]:
    tables = []
    labels = ("账户数", "担保金额", "余额", "账户数", "还款责任金额", "余额")
    for name, code in (("为个人", "person"), ("为企业", "company")):
        found = [item for item in items if item["debtor_type_code"] == code]
        values: list[str | None] = []
        for is_guarantor in (True, False):
            part = [i for i in found if (i["role_name"] == "保证人") == is_guarantor]
            values += [
                _n(len(part)),
                _sum(part, "liability_yuan"),
                _sum(part, "balance_yuan"),
            ]
        if found:
            title = f"相关还款责任信息汇总({name})"
            tables.append(
                Table(
                    "信贷交易授信及负债信息概要",
                    title,
                    labels,
                    "nyynyy",
                    (("", tuple(values)),),
                    groups=(("担保责任", 3), ("其他相关还款责任", 3)),
                )
            )
    return tables


def _enquiries(enquiries: Sequence[Item], day: date) -> list[Table]:
    last = enquiries[0] if enquiries else None
    values: tuple[str | None, ...] = (None, None, None)
    if last:
        values = (last["enquired_date"], last["institution_name"], last["reason_name"])
    tables = [Table("查询记录概要", "上一次查询记录", LAST_ENQUIRY, "dtt", (("", values),))]
    month = (day - timedelta(days=30)).isoformat()
    counts: list[str | None] = []
    recent = [item for item in enquiries if item["enquired_date"] >= month]
    for reason in RECENT_ENQUIRIES[0][1]:
        counts.append(
            str(len({i["institution_name"] for i in recent if i["reason_name"] == reason}))
        )
    for reason in RECENT_ENQUIRIES[1][1]:
        counts.append(str(sum(i["reason_name"].startswith(reason) for i in recent)))
    for reason in RECENT_ENQUIRIES[2][1]:
        counts.append(str(sum(i["reason_name"] == reason for i in enquiries)))
    labels = tuple(label for _, labels in RECENT_ENQUIRIES for label in labels)
    groups = tuple((name, len(labels)) for name, labels in RECENT_ENQUIRIES)
    recently = Table(
        "查询记录概要",
        "最近查询记录汇总",
        labels,
        "nnnnnnnn",
        (("", tuple(counts)),),
        groups=groups,
    )
    return [*tables, recently]
