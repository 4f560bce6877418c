"""Records of labels and values, two to a line, as in the public part of a brief report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.formats.credit_report.clauses import read
from ingest.formats.credit_report.doubt import doubt
from ingest.formats.credit_report.items import Item, present
from ingest.formats.credit_report.pages import Line
from ingest.formats.credit_report.texts import Unreadable

MIDDLE = 297.0
PAGE_WIDTH = 1000.0
NOTHING = re.compile(r"系统中没有您最近\d年内的[^。]*记录。")
INTRO = re.compile(r"这部分包含您最近\d年内的[^。]*。")
TITLES = frozenset({"欠税记录", "民事判决记录", "强制执行记录", "行政处罚记录", "电信欠费记录"})

LABELS: Mapping[str, Mapping[str, str]] = {
    "tax_arrear": {
        "主管税务机关": "institution_name",
        "欠税统计时间": "as_of_date",
        "欠税统计日期": "as_of_date",
        "欠税总额": "amount_yuan",
        "纳税人识别号": "taxpayer_number",
    },
    "judgment": {
        "立案法院": "institution_name",
        "案号": "case_number",
        "案由": "reason_name",
        "结案方式": "closing_method_name",
        "立案时间": "filed_date",
        "立案日期": "filed_date",
        "判决/调解结果": "outcome",
        "诉讼标的": "claim",
        "诉讼标的金额": "amount_yuan",
        "判决/调解生效时间": "effective_date",
        "判决/调解生效日期": "effective_date",
    },
    "enforcement": {
        "执行法院": "institution_name",
        "案号": "case_number",
        "执行案由": "reason_name",
        "结案方式": "closing_method_name",
        "立案时间": "filed_date",
        "立案日期": "filed_date",
        "案件状态": "status_name",
        "申请执行标的": "claim",
        "已执行标的": "settled_claim",
        "申请执行标的金额": "amount_yuan",
        "已执行标的金额": "settled_yuan",
        "结案时间": "closed_date",
        "结案日期": "closed_date",
    },
    "penalty": {
        "处罚机构": "institution_name",
        "文书编号": "case_number",
        "处罚内容": "content",
        "是否行政复议": "review_name",
        "行政复议结果": "review_result_name",
        "处罚金额": "amount_yuan",
        "处罚生效时间": "effective_date",
        "处罚生效日期": "effective_date",
        "处罚截止时间": "end_date",
        "处罚截止日期": "end_date",
    },
    "postpaid": {
        "机构名称": "institution_name",
        "业务类型": "business_type_name",
        "记账年月": "as_of_month",
        "业务开通日期": "opened_date",
        "当前缴费状态": "status_name",
        "当前欠费金额": "overdue_yuan",
    },
}
"""Label to cell, by item type; the first label of a type begins a record."""
OPTIONAL = frozenset({"review_name", "review_result_name"})
"""Cells whose label not every version of the form has."""
FIRST_LABELS = {next(iter(labels)): item_type for item_type, labels in LABELS.items()}
_ALL_LABELS = sorted({name for labels in LABELS.values() for name in labels}, key=len)
_LABELLED = re.compile(f"({'|'.join(map(re.escape, reversed(_ALL_LABELS)))}):(.*)")


@dataclass
class _Entry:
    label: str
    page: int
    parts: list[str] = field(default_factory=list)


@dataclass
class _Record:
    item_type: str
    page: int
    values: dict[str, _Entry] = field(default_factory=dict)

    def takes(self, label: str) -> bool:
        """Whether the label may still come in this record."""
        labels = LABELS[self.item_type]
        return label in labels and labels[label] not in self.values


def block_items(lines: Sequence[Line], section: str) -> list[Item]:
    """Items of a section of such records; none where the section says that there are none.

    Raises:
        DeliveryRefused: a text has no label, or a label no record.
    """
    body = _body(lines)
    if not body:
        return []
    left = _entries([line.between(0, MIDDLE) for line in body], section)
    right = _entries([line.between(MIDDLE, PAGE_WIDTH) for line in body], section)
    records = _records(left, section)
    _place(right, records, section)
    return [_item(record, section) for record in records]


def _body(lines: Sequence[Line]) -> list[Line]:
    """The lines of records: without introduction, titles and the sentence that there are none."""
    rest = [line for line in lines if line.text not in TITLES]
    text = "".join(line.text for line in rest)
    intro = INTRO.match(text)
    used = intro.end() if intro else 0
    nothing = NOTHING.match(text, used)
    used = nothing.end() if nothing else used
    while used > 0 and rest:
        used -= len(rest.pop(0).text)
    return rest


def _entries(lines: Sequence[Line], section: str) -> list[_Entry]:
    entries: list[_Entry] = []
    for line in lines:
        if not line.words:
            continue
        labelled = _LABELLED.fullmatch(line.text)
        if labelled:
            entries.append(_Entry(labelled.group(1), line.page, [labelled.group(2)]))
        elif entries:
            entries[-1].parts.append(line.text)
        else:
            raise doubt(line.page, section, "a text before the first label", "labels and values")
    return entries


def _records(entries: Sequence[_Entry], section: str) -> list[_Record]:
    records: list[_Record] = []
    for entry in entries:
        if entry.label in FIRST_LABELS:
            records.append(_Record(FIRST_LABELS[entry.label], entry.page))
        if not records or not records[-1].takes(entry.label):
            raise doubt(entry.page, section, f"the label {entry.label} out of place", "its record")
        records[-1].values[LABELS[records[-1].item_type][entry.label]] = entry
    return records


def _place(entries: Sequence[_Entry], records: Sequence[_Record], section: str) -> None:
    place = 0
    for entry in entries:
        while place < len(records) and not records[place].takes(entry.label):
            place += 1
        if place == len(records):
            raise doubt(entry.page, section, f"the label {entry.label} out of place", "its record")
        records[place].values[LABELS[records[place].item_type][entry.label]] = entry


def _item(record: _Record, section: str) -> Item:
    missing = set(LABELS[record.item_type].values()) - record.values.keys() - OPTIONAL
    if missing:
        found = f"a {record.item_type} without {', '.join(sorted(missing))}"
        raise doubt(record.page, section, found, "all labels of such a record")
    try:
        cells = {name: _value(name, entry) for name, entry in record.values.items()}
    except Unreadable as error:
        raise doubt(
            record.page, section, f"a {record.item_type} is unreadable", str(error)
        ) from None
    return Item(record.item_type, record.page, present(cells))


def _value(name: str, entry: _Entry) -> str | None:
    text = "".join(entry.parts)
    if not text:
        raise Unreadable("a value or a dash behind each label")
    return read(name, text)
