"""The detailed report on paper: sections, grids, a card of grids per account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from simulate.credit_reports import detailed_form as form
from simulate.credit_reports.detailed_cells import cell_text, summary_text
from simulate.credit_reports.detailed_items import DetailedReport, Entry
from simulate.credit_reports.detailed_months import print_months
from simulate.credit_reports.detailed_summary import HINT_ROWS, Table
from simulate.credit_reports.items import Item
from simulate.credit_reports.paper import LEFT, RIGHT, Paper, edges_of
from simulate.credit_reports.style import Style

CELL, TITLE, SECTION, PART = 8.0, 18.0, 13.0, 10.5
KINDS = {
    "non_revolving_loan": "非循环贷账户",
    "revolving_sub_account": "循环贷账户一",
    "revolving_loan": "循环贷账户二",
    "credit_card": "贷记卡账户",
    "quasi_credit_card": "准贷记卡账户",
}
PUBLIC: dict[str, tuple[str, tuple[form.Grid, ...]]] = {
    "tax_arrear": ("欠税记录", (form.TAXES,)),
    "judgment": ("民事判决记录", (form.JUDGMENTS, form.JUDGMENT_RESULTS)),
    "enforcement": ("强制执行记录", (form.ENFORCEMENTS, form.ENFORCEMENT_RESULTS)),
    "penalty": ("行政处罚记录", (form.PENALTIES,)),
    "housing_fund": ("住房公积金参缴记录", ()),
    "award": ("行政奖励记录", (form.AWARDS,)),
}
NUMERALS = "一二三四五六七八九"
OBJECTION = "信息主体对信用报告内容提出了{count}笔异议且正在处理中，请浏览时注意阅读相关内容。"
NO_CREDIT = "系统中没有您的信贷交易信息。"
NOTES = (
    "本报告由中国人民银行征信中心出具,依据截至报告时间的个人征信系统记录的信息生成。",
    "除征信中心标注和查询记录外,报告中的信息均由相关机构提供,征信中心承诺保持客观、中立的地位。",
    "本报告中的金额类数据除特别说明外,均以人民币计算,精确到元。",
    "信息主体有权对本报告中的内容提出异议。",
    "更多咨询,请致电全国客户服务热线400-810-8866。",
)


class DetailedPrinter:
    """Sets one report; items get the page they begin on."""

    def __init__(self, report: DetailedReport, style: Style, paper: Paper) -> None:
        self._report = report
        self._style = style
        self._paper = paper
        self._sections = 0
        self._parts = 0

    def print(self, number: str, at: datetime) -> None:
        """Set it all."""
        self._head(number, at)
        self._people()
        self._summary()
        self._credit()
        self._others()
        self._section("报告说明")
        for place, note in enumerate(NOTES, start=1):
            self._paper.flow(f"{place}.{note}", 9, LEFT + 8)

    def _head(self, number: str, at: datetime) -> None:
        report, paper, style = self._report, self._paper, self._style
        paper.centred("个人信用报告", TITLE)
        paper.centred("（本人版）" if style.has_subtitle else "（个人版）", 10)
        paper.y += 20
        moment = f"{at:%Y-%m-%d %H:%M:%S}" if style.is_zero_padded else f"{at:%Y.%m.%d %H:%M:%S}"
        colon = style.printed("：")
        paper.put(LEFT, paper.y, f"报告编号{colon}{number}", 9)
        paper.put(380, paper.y, f"报告时间{colon}{moment}", 9)
        paper.y += 12
        self._grid(form.HEAD, [report.identity | report.report])
        if report.documents:
            self._title("其他证件信息")
            self._grid(form.DOCUMENTS, report.documents)
        if report.alerts:
            self._title("防欺诈警示信息")
            self._grid(form.FRAUD_ALERT, report.alerts)
        for hint in report.hints:
            self._title("异议信息提示")
            text = style.printed(OBJECTION.format(count=hint["stated_count"]))
            hint["page_number"] = str(paper.flow(text, 9, LEFT + 8))

    def _people(self) -> None:
        report = self._report
        self._section("个人基本信息")
        self._part("身份信息")
        self._grid(form.IDENTITY, [report.identity])
        self._grid(form.IDENTITY_ADDRESSES, [report.identity])
        self._grid(form.PHONES, report.phones)
        if report.spouse:
            self._part("配偶信息")
            self._grid(form.SPOUSE, report.spouse)
            self._grid(form.SPOUSE_SOURCE, report.spouse)
        if report.addresses:
            self._part("居住信息")
            self._grid(form.ADDRESSES, report.addresses)
            self._grid(form.SOURCES, report.addresses)
        if report.employers:
            self._part("职业信息")
            self._grid(form.EMPLOYERS, report.employers)
            self._grid(form.OCCUPATIONS, report.employers)
            self._grid(form.SOURCES, report.employers)

    def _summary(self) -> None:
        self._section("信息概要")
        items = iter(self._report.summary)
        for heading, tables in groupby(self._report.tables, lambda table: table.heading):
            self._part(heading)
            for table in tables:
                if table.title != heading:
                    self._title(table.title)
                for page in self._table(table):
                    for _ in table.labels:
                        next(items)["page_number"] = str(page)

    def _table(self, table: Table) -> list[int]:
        """Set a table; returns the pages of its rows."""
        has_names = bool(table.row_label)
        is_hint = table.title == "信贷交易信息提示"
        names = [table.row_label] if has_names else []
        shares = [9] * len(names) + [8] * len(table.labels)
        if is_hint:
            names, shares = ["", *names], [5, *shares]
        edges = edges_of(shares)
        paper = self._paper
        paper.need(90)
        if table.groups:
            starts = [0]
            for _, span in table.groups:
                starts.append(starts[-1] + span)
            paper.row([edges[at] for at in starts], [name for name, _ in table.groups], CELL)
        paper.row(edges, [*names, *table.labels], CELL)
        pages = []
        for place, (name, values) in enumerate(table.rows):
            cells = [summary_text(kind, v) for kind, v in zip(table.kinds, values, strict=True)]
            lead = [HINT_ROWS[place][0]] if is_hint else []
            row = [*lead, *([name] if has_names else []), *cells]
            pages.append(paper.row(edges, row, CELL))
        paper.y += 4
        return pages

    def _credit(self) -> None:
        report = self._report
        entries = [*report.claims, *report.accounts, *report.liabilities, *report.lines]
        self._section("信贷交易信息明细")
        if not entries:
            self._paper.flow(NO_CREDIT, 9, LEFT + 8)
        self._entries("被追偿信息", report.claims)
        for kind, title in KINDS.items():
            mine = [e for e in report.accounts if e.item["account_kind_code"] == kind]
            self._entries(title, mine)
        if report.liabilities:
            self._part("相关还款责任信息")
            for code, title in (("person", "为个人"), ("company", "为企业")):
                mine = [e for e in report.liabilities if e.item["debtor_type_code"] == code]
                if mine:
                    self._title(title)
                    self._cards(mine)
        if report.lines:
            self._part("授信协议信息")
            for number, entry in enumerate(report.lines, start=1):
                self._paper.need(90)
                entry.item["page_number"] = str(self._left(f"授信协议{number}"))
                self._grid(form.CREDIT_LINE, [entry.item])
                self._grid(form.CREDIT_LINE_LIMITS, [entry.item])

    def _entries(self, title: str, entries: Sequence[Entry]) -> None:
        if entries:
            self._part(title)
            self._cards(entries)

    def _cards(self, entries: Sequence[Entry]) -> None:
        for number, entry in enumerate(entries, start=1):
            agreement = entry.item.get("agreement_id")
            mark = f"（授信协议标识：{agreement}）" if agreement else ""
            self._paper.need(90)
            title = self._style.printed(f"账户{number}{mark}")
            entry.item["page_number"] = str(self._left(title))
            self._card(entry)

    def _card(self, entry: Entry) -> None:
        item = entry.item
        before, after = _grids_of(item)
        for grid in before:
            self._grid(grid, [item])
        if item.get("status_code") == "unused":
            day = self._style.day(date.fromisoformat(item["as_of_date"]))
            text = self._style.printed(f"截至{day}，账户状态为“未激活”。")
            self._paper.flow(text, 9, LEFT + 8)
            return
        if "as_of_date" in item:
            day = date.fromisoformat(item["as_of_date"])
            self._paper.centred(f"截至{day:%Y年%m月%d日}", 9)
        for grid in after:
            self._grid(grid, [item])
        if entry.extras:
            self._grid(form.SPECIAL_TRADES, entry.extras)
        if entry.months:
            print_months(entry.months, self._paper, is_paid_after=item["item_type"] == "postpaid")
        self._paper.y += 4

    def _others(self) -> None:
        report = self._report
        if report.postpaid:
            self._section("非信贷交易信息明细")
            self._entries("后付费记录", report.postpaid)
        if report.public:
            self._section("公共信息明细")
            for kind, found in groupby(report.public, lambda item: item["item_type"]):
                title, grids = PUBLIC[kind]
                items = list(found)
                self._part(title)
                for grid in grids:
                    self._grid(grid, items)
                for item in items if kind == "housing_fund" else ():
                    self._grid(form.FUND, [item])
                    self._grid(form.FUND_EMPLOYER, [item])
        if report.statements:
            self._section("本人声明")
            self._grid(form.STATEMENTS, report.statements)
        if report.objections:
            self._section("异议标注")
            self._grid(form.OBJECTIONS, report.objections)
        self._section("查询记录")
        for code, title in (("institution", "机构查询记录明细"), ("self", "本人查询记录明细")):
            items = [item for item in report.enquiries if item["enquirer_code"] == code]
            if items:
                self._title(title)
                self._grid(form.ENQUIRIES, items)

    def _grid(self, grid: form.Grid, items: Sequence[Item]) -> None:
        edges = edges_of([share for _, _, share in grid])
        self._paper.need(60)
        self._paper.row(edges, [label for label, _, _ in grid], CELL)
        for number, item in enumerate(items, start=1):
            cells = [cell_text(name, item, number) for _, name, _ in grid]
            page = self._paper.row(edges, cells, CELL, height=16)
            item.setdefault("page_number", str(page))

    def _section(self, title: str) -> None:
        self._paper.need(70)
        self._paper.y += 6
        self._paper.centred(f"{NUMERALS[self._sections]} {title}", SECTION)
        self._sections += 1
        self._parts = 0

    def _part(self, title: str) -> None:
        self._paper.need(90)
        self._paper.centred(f"({NUMERALS[self._parts]}){title}", PART)
        self._parts += 1

    def _title(self, title: str) -> None:
        self._paper.need(60)
        self._paper.centred(title, 9)

    def _left(self, text: str) -> int:
        return self._paper.flow(text, 9, LEFT + 2, RIGHT)


def _grids_of(item: Item) -> tuple[list[form.Grid], list[form.Grid]]:
    """Grids before and after the line that says as of which day."""
    kind = item.get("account_kind_code", item["item_type"])
    is_over = "closed_date" in item
    if kind in {"disposal", "advance"}:
        return [form.CLAIM], [form.CLOSED if is_over else form.CLAIM_OPEN]
    if kind == "liability":
        return [form.LIABILITY, form.DEBTOR], [form.LIABILITY_OPEN]
    if kind == "postpaid":
        return [form.POSTPAID], []
    if kind == "credit_card":
        more = [form.INSTALMENTS] if "instalment_limit_yuan" in item else []
        return [form.CARD], [form.CLOSED] if is_over else [form.CARD_OPEN, form.CARD_DUE, *more]
    if kind == "quasi_credit_card":
        return [form.CARD], [form.CLOSED] if is_over else [form.QUASI_OPEN, form.QUASI_DUE]
    first = form.REVOLVING if kind == "revolving_loan" else form.LOAN
    after = [form.CLOSED] if is_over else [form.LOAN_OPEN, form.LOAN_OVERDUE]
    return [first, form.LOAN_TERMS], after
