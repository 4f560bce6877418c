"""Texts of a detailed report's grids as cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ingest.formats.credit_report.clauses import read
from ingest.formats.credit_report.identities import document_cells, phone_cells
from ingest.formats.credit_report.items import Cells, boolean
from ingest.formats.credit_report.months import CODES
from ingest.formats.credit_report.texts import NOTHING, Unreadable

STATUSES: Mapping[str, str] = {
    "正常": "normal",
    "逾期": "overdue",
    "呆账": "bad_debt",
    "结清": "settled",
    "销户": "closed",
    "转出": "transferred",
    "冻结": "frozen",
    "止付": "stopped",
    "银行止付": "stopped",
    "未激活": "unused",
    "催收": "recovery",
    "结束": "closed",
    "司法追偿": "litigated",
    "担保物不足": "short_of_collateral",
    "强制平仓": "liquidated",
}
ENDLESS = frozenset({"长期", "长期有效"})
_SHARE = re.compile(r"\d{1,3}(?:\.\d{1,4})?%")


def cells_from(pairs: Iterable[tuple[str, str]]) -> Cells:
    """Cells of one row; the pairs are names and printed texts.

    Raises:
        Unreadable: a text is not what its name promises.
    """
    row = dict(pairs)
    if "" in row.values():
        raise Unreadable("a text or a dash in every cell")
    cells: Cells = {}
    if "document" in row:
        cells |= document_cells(row.pop("id_type_name"), row.pop("document"))
    if "telephone" in row:
        cells |= phone_cells(row.pop("telephone"))
    if row.get("due_date") in ENDLESS:
        cells["is_open_ended"] = boolean(True)
        row.pop("due_date")
    for name, text in row.items():
        found = _cell(name, text)
        if found is not None:
            cells[name] = found
    return cells


def _cell(name: str, text: str) -> str | None:
    if text in NOTHING:
        return None
    if name == "status_code":
        if text not in STATUSES:
            raise Unreadable("a state of an account that is known")
        return STATUSES[text]
    if name == "repayment_code" and text not in CODES:
        raise Unreadable("a state of a month that is known")
    if name.endswith("_percent") and not _SHARE.fullmatch(text):
        raise Unreadable("a percentage")
    return read(name, text)
