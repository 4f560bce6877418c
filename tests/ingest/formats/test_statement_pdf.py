"""Printed statements: tables by position, cells over several lines, pages without a header."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.formats.pdf_words import Word, fold, read_words
from ingest.formats.statement_pdf import PrintedStatement
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.statement_pdfs import (
    BOC_HEADERS,
    CMB_HEADERS,
    abc_debit,
    boc_credit,
    boc_debit,
    bocom_debit,
    cmb_credit,
    cmb_debit,
    document,
)

Rows = list[dict[str, str]]

CMB_ROWS = (
    (
        "2026-09-01",
        "CNY",
        "1,234.56",
        "5,871.69",
        "代发工资",
        ("示例有限公司", "1109600708"),
        "工资",
    ),
    ("2026-09-02", "CNY", "-5,020.45", "851.24", "转账汇款", "示例人 6222000000000001", "转账"),
    (
        *("2026-09-03", "CNY", "-8.22", "843.02", "快捷支付"),
        ("示例网银平台示", "例部门", "808360101111"),
        ("网银在线-示例网", "银平台"),
    ),
)
SPEND = ("2026-09-05", "21:22:04", "人民币", "-646.35", "1,648.23", "网上快捷支付", "银企对接")
BOC_ROWS = (
    (*SPEND, "-------------------", "支付宝-示例", "支付宝-示例", "Z020******100N", "--------"),
    (
        *("2026-09-06", "08:00:00", "人民币", "-65.75", "1,582.48", "无卡支付"),
        ("卡组织线上/无", "卡交易", "渠道"),
        *("-------------------", "----------", "示例人", "6922******6555", "--------"),
    ),
    (*SPEND, "-------------------", "----------", "示例人", "6922******6555", "--------"),
)


def statement(content: bytes, *passwords: str) -> PrintedStatement:
    return PrintedStatement(read_words(io.BytesIO(content), passwords))


def cells_of(printed: PrintedStatement) -> Rows:
    records = list(printed.records())
    assert printed.counted == len(records)
    assert [record.line_number for record in records] == list(range(1, len(records) + 1))
    assert all(record.fault == StructuralFault.SOUND for record in records)
    return [dict(record.cells) for record in records]


def test_wrapped_cells_stand_around_their_line() -> None:
    rows = cells_of(statement(cmb_debit(*CMB_ROWS)))
    assert [row["交易金额"] for row in rows] == ["1,234.56", "-5,020.45", "-8.22"]
    assert rows[0]["对手信息"] == "示例有限公司1109600708"
    assert rows[1]["对手信息"] == "示例人 6222000000000001"
    assert rows[2]["对手信息"] == "示例网银平台示例部门808360101111"
    assert rows[2]["客户摘要"] == "网银在线-示例网银平台"
    assert set(rows[2]) == set(CMB_HEADERS)


def test_records_may_stand_as_close_as_the_lines_of_a_cell() -> None:
    close = [CMB_ROWS[1], (*CMB_ROWS[1][:2], "-7.00", *CMB_ROWS[1][3:]), CMB_ROWS[1]]
    rows = cells_of(statement(cmb_debit(*close, pitch=12, first_page=3)))
    assert [row["交易金额"] for row in rows] == ["-5,020.45", "-7.00", "-5,020.45"]


def test_wrapped_cells_go_on_below_their_line() -> None:
    rows = cells_of(statement(boc_debit(BOC_ROWS[:2], BOC_ROWS[2:])))
    assert [row["渠道"] for row in rows] == ["银企对接", "卡组织线上/无卡交易渠道", "银企对接"]
    assert set(rows[0]) == set(BOC_HEADERS)
    assert rows[0]["对方卡号/账号"] == "Z020******100N"


def test_every_page_counts_its_rows() -> None:
    printed = statement(boc_debit(BOC_ROWS[:2], BOC_ROWS[2:]))
    assert len(cells_of(printed)) == printed.declared == 3


def test_radicals_are_the_characters_that_they_stand_for() -> None:
    row = (
        "20260901",
        "053026",
        "转存",
        "+44754.02",
        "30741.56",
        "⽼农",
        "363896153",
        "⽹银",
        "转账",
    )
    wrapped = (
        *("20260902", "", "正常还款", "-94460.74", "1436.45"),
        ("北京示例公积⾦管理中", "⼼"),
        *("167014151", "", ""),
    )
    printed = statement(abc_debit(row, wrapped, row))
    assert "账户:6228480000000000017" in printed.head
    rows = cells_of(printed)
    assert [rows[0][name] for name in ("对手信息", "日志号", "交易渠道")] == [
        "老农",
        "363896153",
        "网银",
    ]
    assert rows[1]["对手信息"] == "北京示例公积金管理中心"
    assert "交易时间" not in rows[1]


def test_a_card_has_a_table_for_each_currency_and_goes_on_without_header() -> None:
    yuan = [
        ("12/27", "12/28", "4915", ("示例商户", "CHN"), "", "59.32"),
        ("01/02", "01/03", "4915", "示例商户CHN", "", "3.37"),
        ("01/05", "01/05", "", "存款利息", "5.24", ""),
        ("01/06", "01/06", "4915", "已减免年费", "", ""),
    ]
    rows = cells_of(statement(boc_credit(yuan, [("01/07", "01/08", "4915", "X JPN", "", "6.64")])))
    assert [row["币种"] for row in rows] == ["CNY", "CNY", "CNY", "CNY", "USD"]
    assert rows[0] == {
        "交易日": "12/27",
        "银行记账日": "12/28",
        "卡号后四位": "4915",
        "交易描述": "示例商户CHN",
        "支出": "59.32",
        "币种": "CNY",
    }
    assert (rows[2]["存入"], rows[4]["交易描述"]) == ("5.24", "X JPN")
    assert "支出" not in rows[3]


def test_lines_that_head_a_group_belong_to_no_record() -> None:
    first = [
        ("还款",),
        ("", "12/29", "示例还款", "-1.23", "1234", "-1.23"),
        ("消费",),
        ("01/02", "01/03", "示例影院 二楼", "56.78", "1234", "56.78"),
        ("01/03", "01/04", "示例饭票", "3.90", "1234", "3.90(CN)"),
    ]
    rows = cells_of(statement(cmb_credit(first, [("01/05", "01/07", "甲", "1.00", "1234", "1")])))
    assert [row.get("交易日") for row in rows] == [None, "01/02", "01/03", "01/05"]
    assert [row["人民币金额"] for row in rows] == ["-1.23", "56.78", "3.90", "1.00"]
    assert rows[1]["交易摘要"] == "示例影院 二楼"


def test_records_may_be_told_by_their_number() -> None:
    first = (
        *("1", "2026-09-01", "10:11:12", "网络支付", "借 Dr", "1,234.50", "65.50"),
        *(("2088000000", "000000"), ("示例支付有", "限公司"), "", "午餐"),
    )
    second = ("2", "2026-09-02", "", "结息", "贷 Cr", "0.05", "65.55", "", "", "", "利息")
    rows = cells_of(statement(bocom_debit(first, second)))
    assert [(row["序号"], row["借贷"], row["交易金额"]) for row in rows] == [
        ("1", "借 Dr", "1,234.50"),
        ("2", "贷 Cr", "0.05"),
    ]
    assert (rows[0]["对方账号"], rows[0]["对方户名"]) == ("2088000000000000", "示例支付有限公司")


def test_words_that_fit_no_record_make_their_record_a_fault() -> None:
    lost = (*CMB_ROWS[0][:5], ("甲", "", "", "乙"), "")
    printed = statement(cmb_debit(lost, CMB_ROWS[1], CMB_ROWS[2]))
    faults = [record.fault for record in printed.records()]
    assert StructuralFault.BAD_RECORD in faults


def test_a_protected_statement_opens_with_its_password() -> None:
    content = cmb_debit(*CMB_ROWS, password="135790")
    assert len(cells_of(statement(content, "000000", "135790"))) == 3
    with pytest.raises(DeliveryRefused) as wrong:
        statement(content, "000000")
    with pytest.raises(DeliveryRefused) as missing:
        statement(content)
    assert [refusal.value.reason_code for refusal in (wrong, missing)] == [
        RefusalReason.WRONG_PASSWORD,
        RefusalReason.PASSWORD_NEEDED,
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (document([lambda sheet: sheet.put(50, 50, "某某协议")] * 5), RefusalReason.HEADER_MISSING),
        (b"%PDF-1.7\nnothing of it", RefusalReason.TRUNCATED),
    ],
)
def test_what_is_no_statement_is_refused(content: bytes, reason: RefusalReason) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        statement(content)
    assert refusal.value.reason_code == reason


@pytest.mark.parametrize(
    ("pages", "golden", "title_lines", "elsewhere"),
    [
        (["abc-debit_p1", "abc-debit_p2"], "abc-debit_result", 0, ()),
        (["boc-debit_p1", "boc-debit_p2"], "boc-debit_result", 1, ("借记卡号",)),
        (["cmb-debit_p1", "cmb-debit_p2"], "cmb-debit_result", 0, ()),
        ([f"boc-credit_pdf1_p{n}" for n in (1, 2, 3)], "boc-credit_result1", 1, ("交易日",)),
        ([f"boc-credit_pdf3_p{n}" for n in (1, 2, 3)], "boc-credit_result3", 1, ()),
    ],
)
def test_real_statements_give_what_another_parser_found(
    pages: list[str],
    golden: str,
    title_lines: int,
    elsewhere: tuple[str, ...],
    shared: Callable[[str], Path],
) -> None:
    """Cells of columns that stand elsewhere (card in the head, year in the title) are left out."""
    folder = shared("samples/pdf_text_items_bank")
    printed = PrintedStatement(
        _page_of(folder / f"deb-sig__{name}.json", number)
        for number, name in enumerate(pages, start=1)
    )
    found = cells_of(printed)
    text = (folder / f"deb-sig__{golden}.csv").read_text(encoding="utf-8")
    headers, *expected = list(csv.reader(io.StringIO(text)))[title_lines:]
    assert len(found) == len(expected)
    differing = [
        (number, header)
        for number, (row, cells) in enumerate(zip(found, expected, strict=True), start=1)
        for header, cell in zip(headers, cells, strict=False)
        if header not in elsewhere and _bare(cell) != _bare(row.get(_bare(header), ""))
    ]
    # One text run of this line crosses a column border; the other parser leaves it in one cell.
    assert differing == ([(8, "网点名称"), (8, "附言")] if "boc-debit" in golden else [])


def _bare(text: str) -> str:
    return fold(text).replace(" ", "")


def _page_of(file: Path, number: int) -> list[Word]:
    """Text runs of a page as words, parted at their blanks."""
    words = []
    for item in json.loads(file.read_text(encoding="utf-8")):
        text, (*_, size, x, y) = item["str"], item["transform"]
        width, place = item["width"] / max(len(text), 1), 0
        for part in text.split(" "):
            if part:
                left = x + width * place
                right = left + width * len(part)
                words.append(Word(part, left, right, 842 - y - size, 842 - y, number))
            place += len(part) + 1
    return words
