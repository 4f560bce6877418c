"""Formats and small helpers shared by the sheets of a statement workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MONEY = "#,##0.00_ ;[Red]-#,##0.00_ "
COUNT = "#,##0_ "
FONT = "Microsoft YaHei"
INK = "#1F2933"
RULE = "#B8C2CC"
SHADE = "#EAF0F6"
A4 = 9
ROW_HEIGHT = 17

_STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "subtitle": {"font_size": 10, "align": "center", "font_color": "#52606D"},
    "label": {"font_color": "#52606D", "align": "left"},
    "value": {"bold": True, "align": "left"},
    "section": {"bold": True, "font_size": 12, "bottom": 2, "bottom_color": INK},
    "heading": {
        "bold": True,
        "border": 1,
        "border_color": RULE,
        "bg_color": SHADE,
        "align": "center",
        "text_wrap": True,
    },
    "text": {"border": 1, "border_color": RULE, "align": "left", "indent": 1},
    "centre": {"border": 1, "border_color": RULE, "align": "center"},
    "trace": {"border": 1, "border_color": RULE, "align": "left", "font_color": "#616E7C"},
    "money": {"border": 1, "border_color": RULE, "num_format": MONEY},
    "count": {"border": 1, "border_color": RULE, "num_format": COUNT},
    "rate": {"border": 1, "border_color": RULE, "num_format": "0.00##%", "align": "center"},
    "total_text": {
        "border": 1,
        "border_color": RULE,
        "bold": True,
        "top": 2,
        "bg_color": SHADE,
        "indent": 1,
    },
    "total_money": {
        "border": 1,
        "border_color": RULE,
        "bold": True,
        "top": 2,
        "bg_color": SHADE,
        "num_format": MONEY,
    },
    "total_count": {
        "border": 1,
        "border_color": RULE,
        "bold": True,
        "top": 2,
        "bg_color": SHADE,
        "num_format": COUNT,
    },
    "words": {"border": 1, "border_color": RULE, "bold": True, "align": "left", "indent": 1},
    "note": {"font_color": "#52606D", "font_size": 9, "text_wrap": True, "valign": "top"},
    "signature": {"top": 1, "font_color": "#52606D", "font_size": 9},
}


class Styles:
    """The workbook's formats by name, made once each."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            base = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self._made[name] = self._workbook.add_format(base | _STYLES[name])
        return self._made[name]


def yuan(fen: int) -> float:
    """Fen as yuan: the double nearest to the two decimals, so that no noise is stored."""
    return fen / 100


def set_up_print(sheet: Worksheet, left: str, right: str) -> None:
    """A4 landscape, one page wide, who and when above, page numbers below."""
    sheet.set_default_row(ROW_HEIGHT)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L&8{left.replace('&', '&&')}&R&8{right.replace('&', '&&')}")
    sheet.set_footer("&C&8第 &P 页 / 共 &N 页   Page &P of &N")
