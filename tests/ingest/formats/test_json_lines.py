"""JSON Lines: numbers as written, broken lines alone lost, drift."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Contract, Drift
from ingest.formats import open_delivery
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import column, contract, read


def lines_contract(*names: object, drift: Drift = Drift.FREEZE, **about: object) -> Contract:
    return contract(*names, formats=("json_lines",), drift=drift, **about)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "10.50",
        "0.1",
        "1e5",
        "-0",
        "1E+2",
        "12345678901234567890123456789",
        "0.10000000000000000001",
    ],
)
def test_numbers_keep_the_digits_they_were_written_with(written: str) -> None:
    content = read(f'{{"a": {written}}}\n'.encode(), lines_contract("a"))
    assert content.rows == {1: (written,)}


def test_values_become_text() -> None:
    delivery = (
        '{"a": "中\\u4e2d\\n", "b": true, "c": null}\n'
        '{"a": {"x": [1.50, "y", null, false]}, "b": [], "c": ""}\n'
        '{"b": "2"}\n'
    )
    content = read(delivery.encode(), lines_contract("a", "b", "c"))
    assert content.rows == {
        1: ("中中\n", "true", None),
        2: ('{"x":[1.50,"y",null,false]}', "[]", None),
        3: (None, "2", None),
    }


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"a": 1', StructuralFault.BAD_JSON),
        (b"{'a': 1}", StructuralFault.BAD_JSON),
        (b'{"a": 1,}', StructuralFault.BAD_JSON),
        (b'{"a": NaN}', StructuralFault.BAD_JSON),
        (b'{"a": 1} {"a": 2}', StructuralFault.BAD_JSON),
        (b'{"a": 1, "a": 2}', StructuralFault.BAD_JSON),
        (b'{"a": "\\ud800"}', StructuralFault.BAD_JSON),
        (b"[1]", StructuralFault.BAD_JSON),
        (b'"a"', StructuralFault.BAD_JSON),
        (b"[" * 100_000, StructuralFault.BAD_JSON),
        (b'{"a": "\\u0000"}', StructuralFault.NUL_BYTE),
        (b'{"a": "\0"}', StructuralFault.NUL_BYTE),
        (b'{"a": "\xc0\xee"}', StructuralFault.BAD_ENCODING),
    ],
)
def test_a_broken_line_loses_only_itself(line: bytes, fault: StructuralFault) -> None:
    sound = '{"a": "白瓷茶杯托盘"}'.encode()
    content = read(b"\r\n".join([sound] * 5 + [line] + [sound] * 5), lines_contract("a"))
    assert content.faults == {6: fault}
    assert set(content.rows.values()) == {("白瓷茶杯托盘",)}
    assert len(content.rows) == 10


def test_blank_lines_and_marks_are_no_records() -> None:
    content = read(b'\xef\xbb\xbf\xef\xbb\xbf{"a": 1}\n\n \t\r\n{"a": 2}', lines_contract("a"))
    assert content.rows == {1: ("1",), 4: ("2",)}
    assert content.tally.blank_lines == 2
    assert content.tally.lines == 4


def test_a_key_may_have_another_name() -> None:
    expected = lines_contract(column("amount_fen", headers=("amount", "金额")), "b")
    content = read('{"amount": 1, "b": 1}\n{"金额": 2.0}\n'.encode(), expected)
    assert content.rows == {1: ("1", "1"), 2: ("2.0", None)}


def test_null_texts_are_null() -> None:
    expected = lines_contract("a", column("b", codes={"-": "none"}), null_texts=("-",))
    assert read(b'{"a": "-", "b": "-"}\n', expected).rows == {1: (None, "-")}


def test_unknown_keys_are_refused_under_freeze_all_of_them() -> None:
    many = b'{"a": 1}\n' * 150_000
    delivery = many + b'{"a": 1, "mood": "good"}\n' + many + b'{"a": 1, "pace": 1}\n'
    reading = open_delivery(io.BytesIO(delivery), lines_contract("a"))
    with pytest.raises(DeliveryRefused) as refused:
        list(reading.batches())
    assert refused.value.reason_code == RefusalReason.UNKNOWN_COLUMN
    assert "mood, pace" in refused.value.found
    assert "good" not in str(refused.value)


def test_lines_with_a_value_under_an_unknown_key_fail_under_discard_row() -> None:
    delivery = b'{"a": 1, "mood": null}\n{"a": 2, "mood": "good"}\n{"a": 3}\n'
    content = read(delivery, lines_contract("a", drift=Drift.DISCARD_ROW))
    assert content.rows == {1: ("1",), 3: ("3",)}
    assert content.faults == {2: StructuralFault.UNKNOWN_COLUMN}


def test_unknown_keys_are_passed_over_under_evolve() -> None:
    delivery = b'{"a": 1, "mood": "good"}\n{"b": 1, "a": 2}\n'
    content = read(delivery, lines_contract("a", drift=Drift.EVOLVE))
    assert content.rows == {1: ("1",), 2: ("2",)}
    assert content.tally.unknown_headers == ("mood", "b")


@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))] * 2)
    ),
    is_ascii=st.booleans(),
    batch_rows=st.integers(1, 9),
)
def test_a_table_is_read_as_written(
    rows: list[tuple[str, str]], is_ascii: bool, batch_rows: int
) -> None:
    records = [json.dumps({"a": a, "b": b}, ensure_ascii=is_ascii) for a, b in rows]
    delivery = "\n".join([*records, '{"a": "end"}']).encode()
    content = read(delivery, lines_contract("a", "b"), batch_rows)
    assert list(content.rows.values()) == [
        *[(a or None, b or None) for a, b in rows],
        ("end", None),
    ]
