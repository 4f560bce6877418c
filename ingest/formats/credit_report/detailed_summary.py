"""The part 信息概要 of a detailed report: tables under titles, some with names of rows or with
groups above the columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.formats.credit_report import texts
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.headers import Header, Label, find_header
from ingest.formats.credit_report.items import Item, present
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.tables import cells_about
from ingest.formats.credit_report.texts import Unreadable
from ingest.formats.pdf_words import Word

SECTION = "信息概要"
HEADINGS = (
    "信贷交易信息提示",
    "信贷交易违约信息概要",
    "信贷交易授信及负债信息概要",
    "非信贷交易信息概要",
    "公共信息概要",
    "查询记录概要",
)
LEADS = frozenset({"贷款", "信用卡", "其他"})
"""Names of groups of rows, in a column without label."""
_LIMIT = ("管理机构数", "账户数", "授信总额")
_CARD = ("发卡机构数", "账户数", "授信总额", "单家机构最高授信额", "单家机构最低授信额")


@dataclass(frozen=True)
class Form:
    """Labels of a table; groups above them, one per label; names of the rows, where it has some.

    `is_whole`: all rows are always there.
    """

    labels: tuple[str, ...]
    groups: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    is_whole: bool = True


_LOANS = Form((*_LIMIT, "余额", "最近6个月平均应还款"))
_LIABILITY = Form(
    ("账户数", "担保金额", "余额", "账户数", "还款责任金额", "余额"),
    ("担保责任",) * 3 + ("其他相关还款责任",) * 3,
)
FORMS: Mapping[str, Form] = {
    "信贷交易信息提示": Form(
        ("业务类型", "账户数", "首笔业务发放月份"),
        rows=(
            "个人住房贷款",
            "个人商用房贷款(包括商住两用房)",
            "其他类贷款",
            "贷记卡",
            "准贷记卡",
            "其他业务",
            "合计",
        ),
    ),
    "被追偿信息汇总": Form(
        ("业务类型", "账户数", "余额"), rows=("资产处置业务", "垫款业务", "合计")
    ),
    "呆账信息汇总": Form(("账户数", "余额")),
    "逾期(透支)信息汇总": Form(
        ("账户类型", "账户数", "月份数", "单月最高逾期/透支总额", "最长逾期/透支月数"),
        rows=("非循环贷账户", "循环额度下分账户", "循环贷账户", "贷记卡账户", "准贷记卡账户"),
    ),
    "非循环贷账户信息汇总": _LOANS,
    "循环额度下分账户信息汇总": _LOANS,
    "循环贷账户信息汇总": _LOANS,
    "贷记卡账户信息汇总": Form((*_CARD, "已用额度", "最近6个月平均使用额度")),
    "准贷记卡账户信息汇总": Form((*_CARD, "透支余额", "最近6个月平均透支余额")),
    "相关还款责任信息汇总(为个人)": _LIABILITY,
    "相关还款责任信息汇总(为企业)": _LIABILITY,
    "后付费业务欠费信息汇总": Form(
        ("业务类型", "账户数", "欠费金额"), rows=("电信业务", "自来水业务"), is_whole=False
    ),
    "公共信息汇总": Form(
        ("信息类型", "记录数", "涉及金额"),
        rows=("欠税信息", "民事判决信息", "强制执行信息", "行政处罚信息"),
        is_whole=False,
    ),
    "上一次查询记录": Form(("上一次查询日期", "上一次查询机构", "上一次查询原因")),
    "最近查询记录汇总": Form(
        (
            *("贷款审批", "信用卡审批"),
            *("贷款审批", "信用卡审批", "本人查询"),
            *("贷后管理", "担保资格审查", "特约商户实名审查"),
        ),
        ("最近1个月内的查询机构数",) * 2
        + ("最近1个月内的查询次数",) * 3
        + ("最近2年内的查询次数",) * 3,
    ),
}
REQUIRED = frozenset({"信贷交易信息提示", "上一次查询记录", "最近查询记录汇总"})
_HEADERS = {form.labels: form.labels for form in FORMS.values()}
_GROUP_NAMES = frozenset(name for form in FORMS.values() for name in form.groups)
_MONEY = re.compile(r"额|余额|应还款|金额")


def summary_items(lines: Sequence[Line]) -> list[Item]:
    """One item per value; a dash is an item without value.

    Raises:
        DeliveryRefused: a text belongs to no table, or a table has no rows.
    """
    tables = _Tables()
    place = 0
    while place < len(lines):
        line = lines[place]
        heading = re.sub(r"^\([一二三四五六七八九十]\)", "", line.text)
        header = find_header(lines, place, _HEADERS)
        if heading in HEADINGS or heading in FORMS:
            tables.begin(heading, line)
        elif header is not None:
            tables.open(header, line)
        elif not {word.text for word in line.words} <= _GROUP_NAMES:
            tables.take(line)
        place += header.lines if header else 1
    tables.end()
    if not tables.titles >= REQUIRED:
        found = "tables missing: " + ", ".join(sorted(REQUIRED - tables.titles))
        raise doubt(lines[0].page if lines else 1, SECTION, found, ", ".join(sorted(REQUIRED)))
    return tables.items


class _Tables:
    """The tables of the part, one after the other."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.titles: set[str] = set()
        self._title = ""
        self._page = 0
        self._labels: Sequence[Label] = ()
        self._body: list[Line] = []

    def begin(self, title: str, line: Line) -> None:
        """A title, or a heading that may be one."""
        self.end()
        if title in self.titles:
            raise doubt(line.page, SECTION, f"{title} twice", "each table once")
        self._title, self._page = title, line.page

    def open(self, header: Header[tuple[str, ...]], line: Line) -> None:
        """The header of the table that the title announced."""
        form = FORMS.get(self._title)
        if self._labels or form is None or form.labels != header.known:
            raise doubt(line.page, SECTION, "a table under another's title", "the form's tables")
        self._labels = header.labels

    def take(self, line: Line) -> None:
        """A line of values."""
        if not self._labels:
            raise doubt(line.page, SECTION, "a text that is in no table", "tables under titles")
        self._body.append(line)

    def end(self) -> None:
        """Read the table that is over."""
        if not self._labels:
            if self._title in FORMS and self._title not in self.titles:
                raise doubt(self._page, SECTION, f"{self._title} without table", "its table")
            return
        form = FORMS[self._title]
        names: list[str] = []
        for page, page_lines in groupby(self._body, lambda line: line.page):
            words = [word for line in page_lines for word in line.words]
            for row in _rows(self._title, form, self._labels, words, page):
                names += row[:1]
                self.items += _items(self._title, form, row, page)
        is_known = len(names) == len(set(names)) and set(names) <= set(form.rows)
        if form.rows and not (is_known and (not form.is_whole or len(names) == len(form.rows))):
            raise doubt(self._page, SECTION, f"other rows of {self._title}", ", ".join(form.rows))
        if not names:
            raise doubt(self._page, SECTION, f"no row under {self._title}", "a row")
        self.titles.add(self._title)
        self._labels, self._body = (), []


def _rows(
    title: str, form: Form, labels: Sequence[Label], words: Sequence[Word], page: int
) -> list[tuple[str, ...]]:
    columns: list[list[Word]] = [[] for _ in labels]
    has_names = bool(form.rows)
    for word in words:
        if has_names and word.text in LEADS and word.x1 < labels[0].x0:
            continue
        middle = (word.x0 + word.x1) / 2
        nearest = min(range(len(labels)), key=lambda at: abs(labels[at].middle - middle))
        columns[nearest].append(word)
    anchors = [word.bottom for word in columns[1]]
    if not has_names:
        anchors = [_middle(words)]
    cells = [cells_about(anchors, column) for column in columns]
    if any(column is None for column in cells):
        raise doubt(page, SECTION, f"rows of {title} that cannot be told apart", "rows of values")
    return list(zip(*(column or [] for column in cells), strict=True))


def _middle(words: Sequence[Word]) -> float:
    baselines = [word.bottom for word in words]
    return (min(baselines) + max(baselines)) / 2


def _items(title: str, form: Form, row: Sequence[str], page: int) -> list[Item]:
    found = []
    for place in range(1 if form.rows else 0, len(row)):
        category = form.groups[place] if form.groups else row[0] if form.rows else None
        label = form.labels[place]
        try:
            name, text = _value(label, row[place])
        except Unreadable as error:
            raise doubt(page, SECTION, f"{label} of {title} is unreadable", str(error)) from None
        cells = {
            "summary_name": title,
            "measure_name": label,
            "category_name": category,
            name: text,
        }
        found.append(Item("summary", page, present(cells)))
    return found


def _value(label: str, text: str) -> tuple[str, str | None]:
    if not text:
        raise Unreadable("a value or a dash")
    if label.endswith("日期"):
        return "stated_text", texts.day(text)
    if label.endswith("发放月份"):
        return "stated_text", texts.month(text)
    if label.endswith(("机构", "原因")):
        return "stated_text", texts.words(text)
    if _MONEY.search(label):
        return "stated_yuan", texts.amount(text)
    return "stated_count", texts.count(text)
