"""Layouts: chosen by the headers of a file, reshaped into the columns of the feed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ingest.contract_columns import Derivation
from ingest.contracts import Dialect, Drift
from ingest.derivations import DERIVATIONS
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused, StructuralFault
from tests.ingest.formats.deliveries import column, contract
from tests.ingest.formats.laid_out import (
    CARD,
    CARD_FILE,
    DEBIT,
    SAVINGS_FILE,
    feed,
    opened,
    rows_of,
)
from tests.ingest.formats.test_xlsx import sheet


def cells(content: str | bytes, name: str, *layouts: dict[str, Any]) -> list[str | None]:
    return [row[name] for row in rows_of(opened(content, feed(*layouts)))]


def test_the_layout_is_told_by_the_headers() -> None:
    expected = feed(DEBIT, CARD)
    for content, name in ((SAVINGS_FILE, "savings"), (CARD_FILE, "card")):
        reading = opened(content, expected)
        assert len(rows_of(reading)) == content.count("\n20") + content.count("\n0") + (
            content.count("\n12")
        )
        assert reading.tally.layout == name


def test_every_form_of_a_mapping_makes_its_text() -> None:
    rows = rows_of(opened(SAVINGS_FILE, feed(DEBIT, CARD)))
    assert rows[0] == {
        "booked_date": "2026-05-02",
        "occurred_at": "2026-05-02 08:00:01",
        "amount_fen": "1,234.50",
        "currency_code": "CNY",
        "bank_code": "ICBC",
        "account": "6222****9876",
        "counterparty": "甲公司",
    }
    assert [row["counterparty"] for row in rows[:3]] == ["甲公司", "1002", "乙公司"]
    assert [row["currency_code"] for row in rows[:3]] == ["CNY", "CNY", "美元"]


def test_a_debit_is_negative_its_reversal_positive_and_a_zero_stays() -> None:
    amounts = cells(SAVINGS_FILE, "amount_fen", DEBIT)
    assert amounts[:4] == ["1,234.50", "-13.40", "5.50", "0.00"]


def test_credit_and_debit_at_once_are_no_amount() -> None:
    assert cells(SAVINGS_FILE, "amount_fen", DEBIT)[4] == "?"


def test_a_sign_that_is_not_listed_is_no_guess() -> None:
    assert cells(CARD_FILE, "amount_fen", CARD) == ["-1.00", "2.00", "?"]


def test_a_month_after_that_of_the_statement_is_of_the_year_before() -> None:
    assert cells(CARD_FILE, "booked_date", CARD) == ["2025-12-29", "2026-01-02", "2026-01-03"]


def test_without_a_year_the_date_stays_as_it_is() -> None:
    assert cells(CARD_FILE.replace("2026年01月", ""), "booked_date", CARD)[0] == "12/29"


def test_of_layouts_that_fit_the_one_with_most_headers_wins() -> None:
    wider = CARD | {"name": "wider", "columns": CARD["columns"] | {"counterparty": "备注"}}
    assert opened(CARD_FILE, feed(CARD, wider)).tally.layout == "wider"
    assert opened(CARD_FILE, feed(CARD, CARD | {"name": "same"})).tally.layout == "card"


def test_a_header_that_is_ignored_counts_as_known() -> None:
    strict = DEBIT | {"drift": "freeze"}
    assert rows_of(opened(SAVINGS_FILE, feed(strict)))
    with pytest.raises(DeliveryRefused, match="余额"):
        opened(SAVINGS_FILE, feed(strict | {"ignore": []}))


def test_a_file_that_fits_none_is_told_what_each_lacks() -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        opened("备注,记账日,金额\n甲,01/02,1.00\n", feed(DEBIT, CARD))
    assert refusal.value.reason_code == "header_missing"
    assert "card (line 1) lacks 借贷" in refusal.value.found
    assert "savings, card" in refusal.value.expected
    with pytest.raises(DeliveryRefused, match="no header of any layout"):
        opened("a,b\n1,2\n", feed(DEBIT, CARD))


def test_layouts_try_their_delimiters() -> None:
    layout = CARD | {"dialect": {"delimiter": [",", "\t", "|"]}}
    for delimiter in ",\t|":
        reading = opened(CARD_FILE.replace(",", delimiter), feed(layout))
        assert [row["amount_fen"] for row in rows_of(reading)] == ["-1.00", "2.00", "?"]


def test_the_same_layouts_read_workbooks() -> None:
    either = [layout | {"formats": ["delimited", "xlsx"]} for layout in (DEBIT, CARD)]
    lines = csv.reader(SAVINGS_FILE.splitlines())
    rows = rows_of(opened(sheet(*lines), feed(*either, formats=("delimited", "xlsx"))))
    assert [row["account"] for row in rows] == ["6222****9876"] * 5
    assert rows[1]["amount_fen"] == "-13.40"


def test_layouts_of_records_are_told_by_the_keys_that_have_values() -> None:
    of_deals = {
        "name": "network",
        "columns": {"amount_fen": "sale.amount", "account": {"header": "id", "optional": True}},
    }
    of_orders = {"name": "union", "columns": {"amount_fen": "price", "account": "orderId"}}
    expected = feed(of_deals, of_orders, formats=("json_lines",))
    records = [{"price": f"{n}.10", "orderId": n} for n in (1, 2)]
    lines = "\n".join(map(json.dumps, records))
    reading = opened(lines, expected)
    assert [row["amount_fen"] for row in rows_of(reading)] == ["1.10", "2.10"]
    assert reading.tally.layout == "union"


def test_a_file_of_records_that_holds_none_is_read_all_the_same() -> None:
    layouts = ({"name": name, "columns": {"amount_fen": name}} for name in ("price", "amount"))
    assert rows_of(opened("[]", feed(*layouts, formats=("json",)))) == []


def test_members_of_an_archive_may_have_different_layouts() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", SAVINGS_FILE)
        archive.writestr("b.csv", CARD_FILE)
    rows = rows_of(opened(content.getvalue(), feed(DEBIT, CARD)))
    assert [row["bank_code"] for row in rows] == ["ICBC"] * 5 + ["CMB"] * 3


def test_a_faulty_record_has_nulls_only_even_where_a_layout_has_constants() -> None:
    reading = opened(CARD_FILE + "01/04,1.00\n", feed(CARD))
    table = pa.Table.from_batches(list(reading.batches()))
    assert table.column("_fault").to_pylist()[-1] == StructuralFault.TOO_FEW_COLUMNS
    last = table.drop(["_line_number", "_fault"]).to_pylist()[-1]
    assert set(last.values()) == {None}


def test_more_layouts_cost_no_more_runs_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = CARD_FILE + "01/04,1.00,借,丁\n" * 200_000
    read = [0]
    plain_read = Source.read

    def counting_read(source: Source, size: int = -1) -> bytes:
        data = plain_read(source, size)
        read[0] += len(data)
        return data

    monkeypatch.setattr(Source, "read", counting_read)
    names = [f"layout_{chr(97 + n)}" for n in range(10)]
    opened(content, feed(*(CARD | {"name": name} for name in names)))
    assert read[0] < 2 * len(content.encode()) + (10 << 20)


# Columns beyond the cell, without layouts.


def test_a_column_is_folded_and_rewritten_before_it_is_judged() -> None:
    expected = contract(
        column("amount", fold=True),
        column("day", rewrite=(("^(\\d{4})(\\d{2})(\\d{2})$", "\\1-\\2-\\3"),)),
    )
    rows = rows_of(opened("amount,day\n１２．３０,20260105\n", expected))
    assert rows == [{"amount": "12.30", "day": "2026-01-05"}]


def test_a_value_outside_the_records_is_in_every_row() -> None:
    expected = contract(
        "a",
        column("account", source="preamble", preamble="账号[:：] *(\\S+)"),
        column("exported", source="preamble", preamble="^导出时间:(.*)$"),
        column("absent", source="preamble", preamble="余额:(.*)"),
        dialect=Dialect(footer="^--"),
    )
    rows = rows_of(opened("账号： 6001 活期\na\n1\n2\n--\n导出时间:2026-01-01\n", expected))
    assert rows == [
        {"a": n, "account": "6001", "exported": "2026-01-01", "absent": None} for n in "12"
    ]


def test_a_transient_column_is_read_for_what_is_derived_and_not_given_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def reversed_text(texts: pa.Array) -> pa.Array:
        seen.extend(texts.to_pylist())
        return pc.utf8_reverse(texts)

    monkeypatch.setitem(DERIVATIONS, "reversed_text", reversed_text)
    expected = replace(
        contract(
            "a",
            column("mirror", source="derived", derive=Derivation("secret", "reversed_text")),
        ),
        transient_columns=(column("secret"),),
    )
    reading = opened("a,secret\n1,abc\n2,abc\n3,\n", expected)
    assert reading.schema.names == ["_line_number", "_fault", "a", "mirror"]
    assert [row["mirror"] for row in rows_of(reading)] == ["cba", "cba", None]
    assert seen == ["abc"]


def test_unknown_columns_are_still_refused_when_texts_are_shaped() -> None:
    expected = contract(column("a", fold=True), drift=Drift.FREEZE)
    with pytest.raises(DeliveryRefused, match="does not know: b"):
        opened("a,b\n1,2\n", expected)
