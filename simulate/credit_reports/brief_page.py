"""The brief report on paper, in the layout of either generation."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from simulate.credit_reports.brief_items import BriefReport
from simulate.credit_reports.brief_public import FIRST_GENERATION_LABELS, LABELS, TITLES
from simulate.credit_reports.brief_sentences import amount, day_text, month_text, sentence
from simulate.credit_reports.items import Item
from simulate.credit_reports.paper import LEFT, RIGHT, Paper
from simulate.credit_reports.style import Style

BODY, TABLE, SUB_TITLE, TITLE = 9.0, 8.0, 10.5, 18.0
FIRST_COLUMNS = (42.0, 196.0, 257.0, 319.0, 381.0)
SECOND_COLUMNS = (42.0, 186.0, 236.0, 286.0, 336.0, 386.0)
BOX_LEFT = 393.0
ENQUIRY_COLUMNS = (55.0, 103.0, 200.0, 443.0, 540.0)
CREDIT_INTRO = "这部分包含您的信用卡、贷款和其他信贷记录。金额类数据均以人民币计算，精确到元。"
BOX = (
    "逾期记录可能影响对您的信用评价。购房贷款，包括个人住房贷款、个人商用房（包括商住两用）贷款"
    "和个人住房公积金贷款。发生过逾期的信用卡账户，指曾经“未按时还最低还款额”的贷记卡账户和"
    "“透支超过60天”的准贷记卡账户。"
)
NO_PUBLIC_FIRST = (
    "系统中没有您最近5年内的欠税记录、民事判决记录、强制执行记录、行政处罚记录及电信欠费记录。"
)
NO_PUBLIC = "系统中没有您最近5年内的公共信息记录。"
NO_POSTPAID = "系统中没有您最近5年内的非信贷交易记录。"
NO_ENQUIRIES = "系统中没有您最近2年内的查询记录。"
PUBLIC_INTRO = "这部分包含您最近5年内的欠税记录、民事判决记录、强制执行记录、行政处罚记录。"
ENQUIRY_INTRO = "这部分包含您的信用报告最近2年内被查询的记录。"
NOTES = (
    "除查询记录外，本报告中的信息是依据截至报告时间个人征信系统记录的信息生成，"
    "征信中心不确保其真实性和准确性，但承诺在信息汇总、加工、整合的全过程中保持客观、中立的地位。",
    "本报告仅包含可能影响您信用评价的主要信息，如需获取您在个人征信系统中更详细的记录，"
    "请到当地信用报告查询网点查询。",
    "您有权对本报告中的内容提出异议。如有异议，可联系数据提供单位，"
    "也可到当地信用报告查询网点提出异议申请。",
    "本报告仅供您了解自己的信用状况，请妥善保管。因保管不当造成个人隐私泄露的，"
    "征信中心将不承担相关责任。",
    "更多咨询，请致电全国客户服务热线400-810-8866。",
)


def print_brief(
    report: BriefReport, number: str, asked: datetime, at: datetime, style: Style, paper: Paper
) -> None:
    """Set the whole report; items get the page they begin on."""
    _head(report, number, asked, at, style, paper)
    paper.bar("信贷记录", style.printed(CREDIT_INTRO))
    _summary(report, style, paper)
    _groups(report, style, paper)
    if not style.is_first_generation:
        paper.bar("非信贷交易记录")
        _blocks(report.postpaid, NO_POSTPAID, style, paper)
    paper.bar("公共记录", style.printed(PUBLIC_INTRO))
    _blocks(
        report.public, NO_PUBLIC_FIRST if style.is_first_generation else NO_PUBLIC, style, paper
    )
    _enquiries(report, style, paper)
    paper.bar("说  明")
    for place, note in enumerate(NOTES, start=1):
        paper.flow(style.printed(f"{place}.{note}"), BODY, LEFT + 8, style.right_edge)


def _head(
    report: BriefReport, number: str, asked: datetime, at: datetime, style: Style, paper: Paper
) -> None:
    paper.y += 6
    paper.centred("个人信用报告", TITLE)
    if style.has_subtitle:
        paper.centred("（个人版）", 10)
    colon = style.printed("：")
    paper.y += 24
    first = style.is_first_generation
    moment = "%Y.%m.%d %H:%M:%S" if first or style.is_zero_padded else "%Y-%m-%d %H:%M:%S"
    paper.put(LEFT, paper.y, f"报告编号{colon} {number}", BODY)
    if first:
        paper.put(236, paper.y, f"查询时间{colon} {asked:{moment}}", BODY)
    paper.put(404, paper.y, f"报告时间{colon} {at:{moment}}", BODY)
    paper.y += 18
    identity = report.identity
    shown = identity.get("document_number") or identity["id_number"]
    paper.put(LEFT, paper.y, f"姓名{colon} {identity['full_name']}", BODY)
    paper.put(150, paper.y, f"证件类型{colon} {identity['id_type_name']}", BODY)
    paper.put(290, paper.y, f"证件号码{colon} {shown}", BODY)
    paper.put(500, paper.y, identity.get("marital_status_name", "--"), BODY)
    paper.y += 12


def _summary(report: BriefReport, style: Style, paper: Paper) -> None:
    paper.y += 10
    paper.put(LEFT + 4, paper.y + 8, "信息概要", 11)
    paper.y += 16
    top = paper.y
    columns = FIRST_COLUMNS if style.is_first_generation else SECOND_COLUMNS
    if style.is_first_generation:
        paper.row(columns, ("", "信用卡", "购房贷款", "其他贷款"), TABLE, height=17.5)
    else:
        paper.row(
            (*columns[:2], *columns[2:3], *columns[4:]),
            ("", "信用卡", "贷款", "其他业务"),
            TABLE,
            height=17.5,
        )
        paper.row(columns, ("", "", "购房", "其他", ""), TABLE, height=17.5)
    rows = [
        (measure, [item.get("stated_count", "--") for item in items])
        for measure, items in (
            (measure, list(found))
            for measure, found in groupby(report.summary, lambda item: item["measure_name"])
        )
        if measure != "相关还款责任账户数"
    ]
    wide = len(columns) - 2
    for measure, counts in rows:
        indent = "　" if measure.startswith(("未", "发生过90")) else ""
        cells = counts if len(counts) == wide else counts + [""] * (wide - len(counts))
        paper.row(columns, [indent + measure, *cells], TABLE, height=17.5)
    _liability_counts(report, columns, paper)
    _box(style, paper, top)


def _liability_counts(report: BriefReport, columns: tuple[float, ...], paper: Paper) -> None:
    counts = [i for i in report.summary if i["measure_name"] == "相关还款责任账户数"]
    if counts:
        edges = (columns[0], columns[1], (columns[1] + columns[5]) / 2, columns[5])
        paper.row(edges, ("", *(i["category_name"] for i in counts)), TABLE, height=17.5)
        cells = (i.get("stated_count", "--") for i in counts)
        paper.row(edges, ("相关还款责任账户数", *cells), TABLE, height=17.5)


def _box(style: Style, paper: Paper, top: float) -> None:
    """The explanation beside the table; its lines stand between the table's rows."""
    below, paper.y = paper.y, top - 4
    paper.flow(style.printed(BOX), TABLE, BOX_LEFT, RIGHT)
    paper.y = max(below, paper.y) + 6


def _groups(report: BriefReport, style: Style, paper: Paper) -> None:
    for title, found in groupby(report.groups, lambda group: group.title):
        paper.y += 4
        paper.need(60)
        paper.flow(title, SUB_TITLE, LEFT + 4)
        number = 0
        for group in found:
            if group.intro:
                paper.need(40)
                paper.flow(style.printed(group.intro), SUB_TITLE, LEFT + 4)
            for item in group.items:
                number += 1
                item["page_number"] = str(_numbered(number, item, style, paper))


def _numbered(number: int, item: Item, style: Style, paper: Paper) -> int:
    text = sentence(item, style)
    if style.is_number_apart:
        return paper.flow(text, BODY, LEFT + 30, style.right_edge, f"{number}.")
    return paper.flow(f"{number}.{text}", BODY, LEFT + 12, style.right_edge)


def _blocks(items: list[Item], nothing: str, style: Style, paper: Paper) -> None:
    """Labels and values in two columns, a block per record."""
    if not items:
        paper.flow(style.printed(nothing), BODY, LEFT + 12, style.right_edge)
        return
    for kind, found in groupby(items, lambda item: item["item_type"]):
        if kind in TITLES:
            paper.need(60)
            paper.flow(TITLES[kind], SUB_TITLE, LEFT + 4)
        for item in found:
            item["page_number"] = str(_block(item, style, paper))
            paper.y += 5


def _block(item: Item, style: Style, paper: Paper) -> int:
    texts = [
        style.printed(f"{_label(label, style)}：{_value(name, item, style)}")
        for label, name in LABELS[item["item_type"]]
    ]
    first = None
    for place in range(0, len(texts), 2):
        pair = [*texts[place : place + 2], ""][:2]
        page = paper.row((54.0, 300.0, RIGHT), pair, BODY, is_ruled=False, align="left")
        first = first or page
    return first or paper.page


def _label(label: str, style: Style) -> str:
    return FIRST_GENERATION_LABELS.get(label, label) if style.is_first_generation else label


def _value(name: str, item: Item, style: Style) -> str:
    text = item.get(name, "--")
    if text == "--":
        return text
    if name.endswith("_date"):
        return day_text(text, style)
    if name.endswith("_month"):
        return month_text(text, style)
    if name.endswith("_yuan"):
        return amount(text) + ("元" if style.has_unit_after_amount else "")
    return text


def _enquiries(report: BriefReport, style: Style, paper: Paper) -> None:
    paper.bar("查询记录", style.printed(ENQUIRY_INTRO))
    first = style.is_first_generation
    own_title = "本人查询记录明细" if first else "个人查询记录明细"
    who = "查询操作员" if first else "查询机构"
    if not report.enquiries and not report.own_enquiries:
        paper.flow(style.printed(NO_ENQUIRIES), BODY, LEFT + 12, style.right_edge)
    for title, items in (
        ("机构查询记录明细", report.enquiries),
        (own_title, report.own_enquiries),
    ):
        if not items:
            continue
        paper.need(80)
        paper.centred(title, SUB_TITLE)
        paper.row(
            ENQUIRY_COLUMNS, ("编号", "查询日期", who, "查询原因"), TABLE, height=20, is_ruled=False
        )
        paper.rule(ENQUIRY_COLUMNS[0], ENQUIRY_COLUMNS[-1])
        for number, item in enumerate(items, start=1):
            asker = item["institution_name"]
            if "operator_name" in item:
                asker = f"{asker}/{item['operator_name']}"
            cells = (
                str(number),
                day_text(item["enquired_date"], style),
                asker,
                style.printed(item["reason_name"].replace("(", "（").replace(")", "）")),
            )
            page = paper.row(ENQUIRY_COLUMNS, cells, TABLE, height=20, is_ruled=False)
            item["page_number"] = str(page)
