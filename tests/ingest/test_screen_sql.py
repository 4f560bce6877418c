"""Cells: what the contract's SQL accepts, and the reason it gives for what it does not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.contracts import Column, Contract, Dialect, Drift, Retention
from ingest.judge import completed, judged
from ingest.screen_sql import BITS_PER_MASK, ROW, Screen, screen_of

RECEIVED = datetime(2026, 11, 1, 4, tzinfo=UTC)


def contract_of(*columns: Column) -> Contract:
    dated = Column("day", "date", "Day.", "internal")
    return Contract(
        feed="probe",
        version="1",
        title="",
        domain="",
        purpose="",
        usage="",
        grain="",
        owner="",
        formats=("delimited",),
        dialect=Dialect(),
        columns=(*columns, dated),
        drift=Drift.FREEZE,
        consent_scope=None,
        business_date_column="day",
        schedule="",
        freshness_days=1,
        retention=Retention(1),
    )


def judge(column: Column, texts: list[str | None]) -> list[tuple[Any, str | None]]:
    """(typed value, first reason or None) of each text."""
    contract = contract_of(column)
    screen = screen_of(
        contract, delivery_id="d", file_sha256="s", received_at=RECEIVED, attributes={}
    )
    rows = judged_rows(contract, screen, {column.name: pa.array(texts, pa.string())}, len(texts))
    return [(row[column.name], _reason(row, screen.checks)) for row in rows]


def judged_rows(
    contract: Contract, screen: Screen, columns: dict[str, pa.Array], count: int
) -> list[dict[str, Any]]:
    """Rows of a batch of texts, each with its masks."""
    batch = pa.RecordBatch.from_pydict(
        {
            "_line_number": pa.array(range(count), pa.int64()),
            "_fault": pa.array([0] * count, pa.int16()),
            "day": pa.array(["2026-01-01"] * count, pa.string()),
            **columns,
            ROW: pa.array(range(count), pa.int64()),
        }
    )
    worked_out = judged(duckdb.connect(), batch, screen)
    return completed(worked_out, batch, screen, tuple(contract.raw_columns)).to_pylist()


def _reason(row: dict[str, Any], checks: tuple[Any, ...]) -> str | None:
    for position, check in enumerate(checks):
        if row[f"_faults_{position // BITS_PER_MASK}"] >> (position % BITS_PER_MASK) & 1:
            return str(check.reason)
    return None


def column(logical_type: str, **options: Any) -> Column:
    return Column("cell", logical_type, "Cell.", "internal", **options)


FEN = Column("cell_fen", "integer", "Money.", "internal", parse="yuan")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("12.3", 1230),
        ("12.34", 1234),
        ("-0.01", -1),
        ("¥1,234.50", 123450),
        ("￥28.16", 2816),
        ("+10000.00", 1000000),
        ("5元", 500),
        ("CNY13.50", 1350),
        ("CNY 123.18", 12318),
        ("USD-1,000.00", -100000),
        ("8,000.00(CN)", 800000),
        ("9999999999999.99", 999999999999999),
    ],
)
def test_amounts_are_read_to_the_fen(text: str, fen: int) -> None:
    assert judge(FEN, [text]) == [(fen, None)]


@pytest.mark.parametrize(
    "text",
    [
        "1e5",
        "123456789012345",
        "１２.３",
        "--",
        "=cmd()",
        "10.555",
        "1,23.00",
        "12.",
        ".5",
        "1 2",
        "",
        "NaN",
        "0x1F",
        "1.2.3",
        "ABC12.00",
        "CNY1e5",
        "CNY",
        "12.00CNY",
        "12.00(CN",
    ],
)
def test_what_is_no_amount_is_rejected_never_rounded(text: str) -> None:
    assert judge(FEN, [text]) == [(None, "bad_amount")]


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1, max_size=50))
def test_every_amount_comes_back_exactly(amounts: list[Decimal]) -> None:
    texts = [f"{amount:.2f}" for amount in amounts]
    assert judge(FEN, texts) == [(int(Decimal(t) * 100), None) for t in texts]


@given(st.text(max_size=12))
def test_no_text_is_taken_for_another_amount(text: str) -> None:
    [(fen, reason)] = judge(FEN, [text])
    plain = re.sub(r"[¥￥,元+ ]|^[+-]?[A-Z]{3}|\([A-Z]{2}\)$", "", text)
    if reason is None:
        assert fen == int(Decimal(plain) * 100)
    else:
        assert not re.fullmatch(r"-?[0-9]{1,13}(\.[0-9]{1,2})?", text)


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("10", 10, None),
        ("-7", -7, None),
        ("10.5", None, "bad_integer"),
        ("1e3", None, "bad_integer"),
        ("９", None, "bad_integer"),
        ("1_000", None, "bad_integer"),
        ("9999999999999999999", None, "bad_integer"),
    ],
)
def test_integers(text: str, value: int | None, reason: str | None) -> None:
    assert judge(column("integer"), [text]) == [(value, reason)]


@pytest.mark.parametrize(
    ("text", "ppm", "reason"),
    [
        ("5%", 50_000, None),
        ("5.25%", 52_500, None),
        ("0.0001%", 1, None),
        ("100.00%", 1_000_000, None),
        ("5", None, "bad_percent"),
        ("0.00001%", None, "bad_percent"),
        ("-5%", None, "bad_percent"),
    ],
)
def test_rates_come_as_parts_per_million(text: str, ppm: int | None, reason: str | None) -> None:
    rate = Column("rate_ppm", "integer", "Rate.", "internal", parse="percent")
    assert judge(rate, [text]) == [(ppm, reason)]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01 08:00:00", datetime(2026, 3, 1)),
        ("2026/3/1 8:00", datetime(2026, 3, 1)),
        ("2026-03-01T08:00:00", datetime(2026, 3, 1)),
        ("2026-03-01T08:00:00.250000", datetime(2026, 3, 1, 0, 0, 0, 250000)),
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8)),
        ("2026-03-01T08:00:00+08:00", datetime(2026, 3, 1)),
        ("2026-03-01 08:00+08", None),
        ("2025/12/03  14:06:51", datetime(2025, 12, 3, 6, 6, 51)),
        ("12:52:01", None),
        ("2026-02-30 00:00:00", None),
        ("2026-03-01 25:00:00", None),
        ("2026-03-01", None),
        ("yesterday", None),
    ],
)
def test_instants_are_shanghai_time_unless_they_say_otherwise(
    text: str, instant: datetime | None
) -> None:
    reason = None if instant else "bad_timestamp"
    assert judge(column("timestamp"), [text]) == [(instant, reason)]


@pytest.mark.parametrize(
    ("text", "day", "reason"),
    [
        ("2026-02-28", date(2026, 2, 28), None),
        ("2026/2/8", date(2026, 2, 8), None),
        ("2026-02-30", None, "bad_date"),
        ("20260228", None, "bad_date"),
        ("1776-07-04", date(1776, 7, 4), "out_of_range"),
    ],
)
def test_days(text: str, day: date | None, reason: str | None) -> None:
    assert judge(column("date"), [text]) == [(day, reason)]


def test_after_receipt_is_the_future() -> None:
    late = column("timestamp", not_after="received_at")
    assert [
        reason for _, reason in judge(late, ["2026-11-01 12:00:00", "2026-11-01 12:00:01"])
    ] == [
        None,
        "in_future",
    ]


def test_empty_is_missing_only_where_required() -> None:
    assert judge(column("string"), [None]) == [(None, None)]
    assert judge(column("string", required=True), [None]) == [(None, "missing_required")]
    assert judge(column("integer", required=True), [None]) == [(None, "missing_required")]


def test_enum_pattern_and_range() -> None:
    assert judge(column("string", enum=("a", "b")), ["c"]) == [("c", "not_in_enum")]
    assert judge(column("string", pattern="S[0-9]"), ["S12"]) == [("S12", "pattern_mismatch")]
    assert judge(column("integer", minimum=0, maximum=9), ["10"]) == [(10, "out_of_range")]


def test_codes_translate_and_leave_the_unknown_to_the_enum() -> None:
    coded = column("string", codes={"支出": "out", "": "neutral"}, enum=("out", "neutral"))
    assert judge(coded, ["支出", None, "收入"]) == [
        ("out", None),
        ("neutral", None),
        ("收入", "not_in_enum"),
    ]


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("转账给13800001234谢谢", "转账给[phone]谢谢"),
        ("id 11010519491231002X.", "id [id_number]."),
        ("card 6222020000000000000", "card [account]"),
        ("IBAN NL00EXAM0000000001.", "IBAN [account]."),
        ("to 00000000000000000000000017;", "to [account];"),
        ("write a.b@example.com", "write [email]"),
        ("iPhone 15, 2 pieces", "iPhone 15, 2 pieces"),
    ],
)
def test_free_text_is_scrubbed_of_identifiers(text: str, scrubbed: str) -> None:
    assert judge(column("string", scrub=True), [text]) == [(scrubbed, None)]


def test_a_quote_in_a_delivery_attribute_stays_data() -> None:
    given_with = Column("grant", "string", "Grant.", "internal", source="delivery")
    contract = contract_of(given_with)
    screen = screen_of(
        contract,
        delivery_id="d",
        file_sha256="s",
        received_at=RECEIVED,
        attributes={"grant": "a'; drop table x; --"},
    )
    assert judged_rows(contract, screen, {}, 1)[0]["grant"] == "a'; drop table x; --"


@pytest.mark.parametrize(
    ("text", "fen", "reason"),
    [
        ("1234", 1234, None),
        ("-5", -5, None),
        ("12.34", None, "bad_amount"),
        ("1,234", None, "bad_amount"),
    ],
)
def test_minor_units_are_whole_already(text: str, fen: int | None, reason: str | None) -> None:
    minor = Column("cell_fen", "integer", "Money.", "internal", parse="minor")
    assert judge(minor, [text]) == [(fen, reason)]


@pytest.mark.parametrize(
    ("form", "text", "instant"),
    [
        ("%d/%m/%Y", "05/11/2026", datetime(2026, 11, 4, 16)),
        ("%d/%m/%Y", "5/11/2026", datetime(2026, 11, 4, 16)),
        ("%Y%m%d%H%M%S", "20261105080000", datetime(2026, 11, 5)),
        ("%d %b %Y %I:%M %p", "05 NOV 2026 08:00 am", datetime(2026, 11, 5)),
        ("%Y%m%dT%H%M%S%z", "20261105T080000+0900", datetime(2026, 11, 4, 23)),
        ("%d.%m.%Y %H:%M:%S.%f", "05.11.2026 08:00:00.5", datetime(2026, 11, 5, 0, 0, 0, 500000)),
    ],
)
def test_instants_in_a_listed_format_are_of_shanghai_unless_they_say_otherwise(
    form: str, text: str, instant: datetime
) -> None:
    assert judge(column("timestamp", date_formats=("%H", form)), [text]) == [(instant, None)]


@pytest.mark.parametrize("text", ["2026111", "20261301", "20260230", "2026-11", "x", "202611051"])
def test_what_does_not_write_back_is_no_date(text: str) -> None:
    assert judge(column("date", date_formats=("%Y%m%d",)), [text]) == [(None, "bad_date")]


def test_iso_dates_come_before_the_listed_formats() -> None:
    listed = column("date", date_formats=("%Y%m%d", "%d/%m/%Y"))
    judged = judge(listed, ["2026-11-05", "20261105", "05/11/2026"])
    assert judged == [(date(2026, 11, 5), None)] * 3
