"""Delimited deliveries: layouts, quoting, ragged rows, drift, what belongs to no record."""

from __future__ import annotations

import io

import pytest

from ingest.contracts import Dialect, Drift
from ingest.formats import open_delivery, pieces
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.bills import (
    WECHAT_HEADER,
    alipay_2021_web,
    alipay_2022_app,
    alipay_2023_app,
    bill_contract,
    wechat_csv,
    wechat_preamble,
)
from tests.ingest.formats.deliveries import Content, column, contract, read

THREE = contract("a", "b", "c")


def refusal(delivery: bytes, expected: object = THREE) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), expected)  # type: ignore[arg-type]
    return refused.value


def named(content: Content, feed: str, line: int) -> dict[str, str | None]:
    names = [c.name for c in bill_contract(feed).file_columns]
    return {n: v for n, v in zip(names, content.rows[line], strict=True) if v is not None}


def test_rows_come_with_their_line_numbers() -> None:
    content = read(b"c,a,b\n3,1,2\n6,4,5\n", THREE)
    assert content.rows == {2: ("1", "2", "3"), 3: ("4", "5", "6")}


def test_a_file_of_a_header_alone_has_no_records() -> None:
    for delivery in (b"a,b,c\n", b"a,b,c", b"a,b,c\n\n\n"):
        content = read(delivery, THREE)
        assert content.rows == {}
        assert content.tally.physical_records == 0


def test_the_alipay_web_layout_is_read() -> None:
    content = read(alipay_2021_web(), bill_contract("alipay_bills"))
    assert sorted(content.rows) == [6, 7]
    assert content.faults == {}
    assert named(content, "alipay_bills", 6) == {
        "occurred_at": "2021-03-03 09:00:00",
        "category_name": "即时到账交易",
        "counterparty": "江南杂货铺",
        "description": "搪瓷杯",
        "direction_code": "支出",
        "amount_fen": "25.90",
        "status_name": "交易成功",
        "trade_id": "2021030322001",
        "merchant_order_id": "T200P1",
        "paid_at": "2021-03-03 09:00:03",
        "modified_at": "2021-03-04 09:00:03",
        "origin_name": "支付宝网站",
        "service_fee_fen": "0.00",
        "refunded_fen": "0.00",
        "fund_status_name": "已支出",
    }
    assert "direction_code" not in named(content, "alipay_bills", 7)
    tally = content.tally
    assert (tally.encoding, tally.header_line, tally.declared_records) == ("gb18030", 5, 2)
    assert (tally.preamble_lines, tally.footer_lines, tally.lines) == (4, 5, 12)


def test_the_alipay_layout_with_everything_behind_the_records_is_read() -> None:
    content = read(alipay_2022_app(), bill_contract("alipay_bills"))
    assert sorted(content.rows) == [3, 4]
    assert named(content, "alipay_bills", 4)["trade_id"] == "2022060222001"
    assert "merchant_order_id" not in named(content, "alipay_bills", 4)
    assert content.tally.declared_records == 7
    assert content.tally.footer_lines == 7


def test_the_alipay_layout_with_everything_before_the_records_is_read() -> None:
    content = read(alipay_2023_app(), bill_contract("alipay_bills"))
    assert sorted(content.rows) == [21, 23]
    assert named(content, "alipay_bills", 21)["payment_method_name"] == "示例银行信用卡(0000)&红包"
    assert named(content, "alipay_bills", 23)["trade_id"] == "2023021122001_T200P1"
    assert content.tally.declared_records == 3


def test_a_comma_within_an_unquoted_cell_is_not_taken_for_the_empty_last_column() -> None:
    content = read(alipay_2023_app(), bill_contract("alipay_bills"))
    assert content.faults == {22: StructuralFault.TOO_MANY_COLUMNS}


def test_the_wechat_layout_is_read() -> None:
    content = read(wechat_csv(), bill_contract("wechat_bills"))
    assert named(content, "wechat_bills", 18) == {
        "occurred_at": "2023-07-26 12:45:27",
        "category_name": "商户消费",
        "counterparty": "江南面馆",
        "description": "总共消费:12.60",
        "direction_code": "支出",
        "amount_fen": "¥12.60",
        "payment_method_name": "示例银行(0000)",
        "status_name": "支付成功",
        "trade_id": "420000001",
        "merchant_order_id": "129847001",
    }
    assert named(content, "wechat_bills", 19)["description"] == '说"好"'
    assert named(content, "wechat_bills", 19)["trade_id"] == "100000002"
    assert content.faults == {20: StructuralFault.TOO_FEW_COLUMNS}
    assert content.tally.declared_records == 4


def test_a_null_text_stays_where_the_column_has_a_code_for_it() -> None:
    row = named(read(wechat_csv(), bill_contract("wechat_bills")), "wechat_bills", 21)
    assert row["direction_code"] == "/"
    assert "description" not in row
    assert "merchant_order_id" not in row


def test_of_a_repeated_header_the_first_counts() -> None:
    row = "2023-07-26 12:45:27,转账,李示例,/,支出,¥1.00,零钱,已转账,1,2,first,second"
    lines = [*wechat_preamble("," * 8), f"{WECHAT_HEADER},备注", row]
    content = read("\n".join(lines).encode(), bill_contract("wechat_bills"))
    assert named(content, "wechat_bills", 18)["remark"] == "first"


def test_cells_of_a_repeated_header_at_the_end_may_be_left_off() -> None:
    sound = "2023-07-26 12:45:27,转账,李示例,/,支出,¥1.00,零钱,已转账,1,2,first"
    lines = [*wechat_preamble("," * 8), f"{WECHAT_HEADER},备注", f"{sound},/", sound, sound[:-6]]
    content = read("\n".join(lines).encode(), bill_contract("wechat_bills"))
    assert named(content, "wechat_bills", 19)["remark"] == "first"
    assert content.faults == {20: StructuralFault.TOO_FEW_COLUMNS}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"1,2", StructuralFault.TOO_FEW_COLUMNS),
        (b"1", StructuralFault.TOO_FEW_COLUMNS),
        (b"1,2,3,4", StructuralFault.TOO_MANY_COLUMNS),
        (b"1,2,3,,", StructuralFault.TOO_MANY_COLUMNS),
        (b'1,"2,3', StructuralFault.BROKEN_QUOTES),
        (b'1,2",3', StructuralFault.BROKEN_QUOTES),
        (b'"1"2","3,4', StructuralFault.BROKEN_QUOTES),
        (b"1,\0,3", StructuralFault.NUL_BYTE),
        (b"1,2\r,3", StructuralFault.STRAY_CARRIAGE_RETURN),
        (b"1,2,3\r\r", StructuralFault.STRAY_CARRIAGE_RETURN),
        ("1,李,3".encode("gb18030"), StructuralFault.BAD_ENCODING),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_broken_line_loses_only_itself(line: bytes, fault: StructuralFault, end: bytes) -> None:
    sound = "宋,式,杯".encode()
    content = read(end.join([b"a,b,c", *[sound] * 5, line, *[sound] * 5, b""]), THREE)
    assert content.faults == {7: fault}
    assert content.rows == dict.fromkeys((2, 3, 4, 5, 6, 8, 9, 10, 11, 12), ("宋", "式", "杯"))


def test_one_empty_cell_may_follow_the_last_named_column() -> None:
    content = read(b"a,b,c\n1,2,3,\n4,5,6\n7,8,9, \t\n1,2,3,4\n", THREE)
    assert content.rows == {2: ("1", "2", "3"), 3: ("4", "5", "6"), 4: ("7", "8", "9")}
    assert content.faults == {5: StructuralFault.TOO_MANY_COLUMNS}


def test_cells_of_nameless_columns_may_be_left_off_but_not_filled() -> None:
    content = read(b"a,b,c,\n1,2,3,\n4,5,6\n7,8,9,0\n1,2,3,,\n", THREE)
    assert content.rows == {2: ("1", "2", "3"), 3: ("4", "5", "6")}
    assert content.faults == {
        4: StructuralFault.TOO_MANY_COLUMNS,
        5: StructuralFault.TOO_MANY_COLUMNS,
    }


def test_blank_lines_are_no_records_but_count_as_lines() -> None:
    content = read(b"\n \na,b,c\n\n1,2,3\r\n\r\n  \t\n,,\n4,5,6\n\n", THREE)
    assert content.rows == {5: ("1", "2", "3"), 8: (None, None, None), 9: ("4", "5", "6")}
    assert content.tally.blank_lines == 4
    assert content.tally.lines == 10


def test_a_quote_within_an_unquoted_cell_is_plain_text() -> None:
    content = read(b'a,b,c\n1,say "yes",3\n', THREE)
    assert content.rows == {2: ("1", 'say "yes"', "3")}


def test_without_quoting_a_quote_is_plain_text() -> None:
    plain = contract("a", "b", dialect=Dialect(quoting="none"))
    content = read(b'a,b\n"1,2"\n"x"",y\n', plain)
    assert content.rows == {2: ('"1', '2"'), 3: ('"x""', "y")}


def test_cells_of_an_unpadded_dialect_stay_as_they_are() -> None:
    content = read(b'a,b,c\n 1 ,`2,"=""3"""\n', THREE)
    assert content.rows == {2: (" 1 ", "`2", '="3"')}


def test_cells_of_a_padded_dialect_lose_padding_and_guards() -> None:
    padded = contract("a", "b", "c", dialect=Dialect(padded=True), null_texts=("-",))
    content = read('a ,b,c\t\n 1\t,`2,"=""3 """\n\u3000-\u00a0, ,=1+1\n'.encode(), padded)
    assert content.rows == {2: ("1", "2", "3"), 3: (None, None, "=1+1")}


def test_an_optional_header_may_be_missing() -> None:
    expected = contract("a", column("b", optional_header=True), "c")
    assert read(b"a,c\n1,3\n", expected).rows == {2: ("1", None, "3")}


def test_the_footer_ends_the_records_wherever_blocks_are_cut() -> None:
    dialect = Dialect(footer=r"^-{8,}", declared_records=r"total (\d+)")
    expected = contract("a", "b", dialect=dialect)
    for count in range(12):
        rows = "".join(f"{n},x\n" for n in range(count))
        delivery = f"a,b\n{rows}\n----------\ntotal {count}\n1,2\n".encode()
        content = read(delivery, expected, batch_rows=3)
        assert len(content.rows) == count == content.tally.declared_records
        assert content.tally.footer_lines == 3
        assert content.tally.blank_lines == 1


def test_a_line_beyond_any_length_loses_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MAX_LINE_BYTES", 1000)
    delivery = b"a,b,c\n1,2,3\n" + b"x" * 5000 + b",2,3\n4,5,6\n" + b"y" * 5000
    content = read(delivery, THREE, batch_rows=1)
    assert content.rows == {2: ("1", "2", "3"), 4: ("4", "5", "6")}
    assert content.faults == {
        3: StructuralFault.LINE_TOO_LONG,
        5: StructuralFault.LINE_TOO_LONG,
    }


def test_an_unknown_column_is_refused_under_freeze() -> None:
    refused = refusal(b"a,b,mood,c\n1,2,good,3\n")
    assert refused.reason_code == RefusalReason.UNKNOWN_COLUMN
    assert "mood" in refused.found
    assert "good" not in str(refused)


def test_rows_with_a_value_in_an_unknown_column_fail_under_discard_row() -> None:
    expected = contract("a", "b", drift=Drift.DISCARD_ROW)
    content = read(b"a,mood,b\n1,,2\n3,good,4\n5, ,6\n", expected)
    assert content.rows == {2: ("1", "2"), 4: ("5", "6")}
    assert content.faults == {3: StructuralFault.UNKNOWN_COLUMN}
    assert content.tally.unknown_headers == ("mood",)


def test_an_unknown_column_is_passed_over_under_evolve() -> None:
    content = read(b"a,mood,b\n1,good,2\n", contract("a", "b", drift=Drift.EVOLVE))
    assert content.rows == {2: ("1", "2")}
    assert content.tally.unknown_headers == ("mood",)


@pytest.mark.parametrize("delivery", [b"1,2,3\n4,5,6\n", b"a;b;c\n1;2;3\n", b"x\n"])
def test_a_missing_header_is_refused_without_telling_data(delivery: bytes) -> None:
    refused = refusal(delivery)
    assert refused.reason_code == RefusalReason.HEADER_MISSING
    assert "a, b, c" in refused.expected
    assert "4" not in str(refused)


def test_a_renamed_header_is_refused_naming_the_nearest_line() -> None:
    refused = refusal(b"export of May\n\na,bee,c\n1,2,3\n")
    assert refused.reason_code == RefusalReason.HEADER_MISSING
    assert "line 3 comes nearest and lacks b" in refused.found
    assert "bee" not in str(refused)


def test_short_rows_miss_trailing_cells_only_where_the_dialect_says_so() -> None:
    delivery = b"a,b,c,d\n1,2\n1,2,3,4\n\n \n1\n1,2,3,4,5\n"
    dialect = Dialect(short_rows=True)
    content = read(delivery, contract("a", "b", "c", "d", dialect=dialect))
    assert content.rows == {
        2: ("1", "2", None, None),
        3: ("1", "2", "3", "4"),
        6: ("1", None, None, None),
    }
    assert content.faults == {7: StructuralFault.TOO_MANY_COLUMNS}
    assert content.tally.blank_lines == 2
    strict = read(delivery, contract("a", "b", "c", "d"))
    assert list(strict.rows) == [3]


def test_a_tsv_with_spreadsheet_guards_is_read() -> None:
    text = '="证券代码"\t证券名称\t成交金额\r\n="000001"\t平安银行\t="1,234.50"\r\n'
    dialect = Dialect(delimiter="\t", padded=True)
    expected = contract("证券代码", "证券名称", "成交金额", dialect=dialect)
    assert read(text.encode("gb18030"), expected).rows == {2: ("000001", "平安银行", "1,234.50")}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_without_its_mark(encoding: str) -> None:
    delivery = "交易日期,金额\r\n2026-12-03,1.50\r\n".encode(encoding)
    content = read(delivery, contract("交易日期", "金额"))
    assert content.rows == {2: ("2026-12-03", "1.50")}
    assert content.tally.encoding == encoding


def test_the_dialects_encoding_is_tried_first() -> None:
    expected = contract("日期", "店", dialect=Dialect(encoding="shift_jis"))
    assert read("日期,店\n2026,高島屋\n".encode("shift_jis"), expected).rows == {
        2: ("2026", "高島屋")
    }
    assert read("日期,店\n2026,中文\n".encode(), expected).rows == {2: ("2026", "中文")}


def test_a_file_without_header_is_read_by_the_names_of_the_dialect() -> None:
    dialect = Dialect(
        delimiter="|", names=("a", "b", "c"), head=r"^\d+\|[\d.]+$", footer="^END", padded=True
    )
    expected = contract("c", "a", dialect=dialect, drift=Drift.EVOLVE)
    delivery = b"100|300.03\nx|1| y\nz|2|\nEND|7\n"
    content = read(delivery, expected)
    assert content.rows == {2: ("y", "x"), 3: (None, "z")}
    tally = content.tally
    assert (tally.preamble_lines, tally.footer_lines, tally.header_line) == (1, 1, None)
    reading = open_delivery(io.BytesIO(delivery), expected)
    assert reading.outside() == ("100|300.03\n", "END|7\n")


@pytest.mark.parametrize(
    ("header", "record"), [("|a|b", "1|2"), ("|a|b", "|1|2|"), ("a|b", "1|2|")]
)
def test_delimiters_around_the_header_are_not_needed_around_records(
    header: str, record: str
) -> None:
    delivery = f"{header}\n{record}\n".encode()
    assert read(delivery, contract("a", "b", dialect=Dialect(delimiter="|"))).rows == {
        2: ("1", "2")
    }


def test_a_footer_is_not_looked_for_before_the_records() -> None:
    dialect = Dialect(footer="^共")
    delivery = "共1笔\na,b\n1,2\n共2笔\n".encode()
    reading = open_delivery(io.BytesIO(delivery), contract("a", "b", dialect=dialect))
    assert reading.outside() == ("共1笔\n", "共2笔\n")


def test_a_header_may_be_the_last_line_and_have_no_end() -> None:
    content = read("总笔数:0|总金额:0\na|b".encode(), contract("a", "b", dialect=Dialect("|")))
    assert (content.rows, content.tally.header_line) == ({}, 2)


def test_text_outside_the_records_is_known_before_they_are_read() -> None:
    dialect = Dialect(footer="^共", declared_records=r"共(\d+)笔")
    rows = "".join(f"{n},x\n" for n in range(30_000))
    delivery = f"账号：1\n\na,b\n{rows}共30000笔\n合计,5\n".encode("gb18030")
    reading = open_delivery(io.BytesIO(delivery), contract("a", "b", dialect=dialect))
    assert reading.outside() == ("账号：1\n\n", "共30000笔\n合计,5\n")
    assert sum(batch.num_rows for batch in reading.batches()) == 30_000
    assert reading.tally.declared_records == 30_000


@pytest.mark.parametrize(
    ("taken_for", "was"),
    [("gb18030", "utf-8"), ("latin-1", "gb18030"), ("latin-1", "utf-8")],
)
def test_mojibake_is_refused_as_undecodable(taken_for: str, was: str) -> None:
    text = "交易时间,商品说明,交易对方\n2026-12-03,早餐,示例面馆\n"
    garbled = text.encode(was).decode(taken_for, "replace").encode()
    for delivery in (garbled, text.encode("ascii", "replace").replace(b"?", b"\xef\xbf\xbd")):
        with pytest.raises(DeliveryRefused) as refused:
            open_delivery(io.BytesIO(delivery), contract("交易时间", "商品说明", "交易对方"))
        assert refused.value.reason_code == RefusalReason.UNDECODABLE


def test_nuls_in_every_line_make_no_utf_16() -> None:
    content = read(b"a,bc\n" + b"x,\0,z\n" * 20, contract("a", "bc"))
    assert set(content.faults.values()) == {StructuralFault.NUL_BYTE}
    assert len(content.faults) == 20
