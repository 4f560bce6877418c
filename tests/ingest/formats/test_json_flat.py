"""JSON Lines read by whole columns give what the decoder gives, row for row and fault for fault."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Drift
from ingest.formats.json_flat import LOOKED_AT, FlatLines, template_of
from tests.ingest.formats.deliveries import contract, read

NUMBERS = ["0", "-0", "10.50", "1e5", "-1.5E+3", "01", "1.", ".5", "NaN", "Infinity", "+1", "1 "]
TEXTS = ["", "a", "中文", "null", "1", ",", '","b":', "}", "{", "\\n", "\\", '\\"', "\\u4e2d", "\t"]
BARE = ["true", "false", "null", "nul", "[]", "{}", '{"b":1}', "[1.50]", '"', '"x', 'x"', ""]
VALUES = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(BARE),
    st.sampled_from(TEXTS).map(lambda text: f'"{text}"'),
    st.text(max_size=6).map(lambda text: json.dumps(text, ensure_ascii=False)),
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Mostly records with the keys a, b, c in that order; sometimes anything near to it."""
    keys = draw(st.sampled_from(["abc"] * 8 + ["ab", "acb", "abcd", "aab", "abbc", ""]))
    comma, colon = draw(
        st.sampled_from([(",", ":")] * 4 + [(", ", ": ")] * 4 + [(" ,", " :"), (", ", ":x")])
    )
    members = [f'"{key}"{colon}{draw(VALUES)}' for key in keys]
    line = "{" + comma.join(members) + "}"
    if draw(st.integers(0, 9)) == 0:
        cut = draw(st.integers(0, len(line)))
        put = draw(
            st.sampled_from(["", '"', ",", "}", "{", ":", "\x01", "\r", " ", "\0", "\ufeff"])
        )
        line = line[:cut] + put + line[cut + draw(st.integers(0, 3)) :]
    return line.replace("\n", "")


@settings(deadline=None, max_examples=300)
@given(
    st.lists(lines(), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([Drift.EVOLVE, Drift.DISCARD_ROW]),
    st.sampled_from(['{"a":1,"b":"2","c":null}', '{"a": 1, "b": "2", "c": null}']),
)
def test_both_ways_give_the_same(
    written: list[str], line_end: str, drift: Drift, sound: str
) -> None:
    expected = contract("a", "b", "c", formats=("json_lines",), drift=drift)
    delivery = line_end.join([sound, *written, sound])
    # Where no early line is a record, the decoder reads all.
    shifted = "\n" * LOOKED_AT + delivery
    by_columns = read(delivery.encode(), expected)
    decoded = read(shifted.encode(), expected)
    assert by_columns.rows == {n - LOOKED_AT: row for n, row in decoded.rows.items()}
    assert by_columns.faults == {n - LOOKED_AT: fault for n, fault in decoded.faults.items()}
    assert by_columns.tally.physical_records == decoded.tally.physical_records
    assert by_columns.tally.unknown_headers == decoded.tally.unknown_headers


@pytest.mark.parametrize(
    "line",
    [
        '{"a":x1, "b": "2"}',
        '{"a": 1, "b":x"2"}',
        '{"a": 1,x"b": "2"}',
        '{x"a": 1, "b": "2"}',
        '{"a": 1, "x": "2"}',
        '{"a": 1, "b": "2"x}',
        '{"a": 1, "b": "2"}x',
    ],
)
def test_every_character_between_values_counts(line: str) -> None:
    sound = '{"a": 1, "b": "2"}'
    expected = contract("a", "b", formats=("json_lines",), drift=Drift.EVOLVE)
    content = read(f"{sound}\n{line}\n{sound}\n".encode(), expected)
    assert {n: row for n, row in content.rows.items() if n != 2} == {1: ("1", "2"), 3: ("1", "2")}
    assert 2 in content.faults or content.rows[2] == ("1", None)


def test_alike_lines_are_read_by_columns_and_no_others() -> None:
    written = [
        b'{"a":1,"b":"x"}',
        b'{"a":10.50,"b":""}',
        b'{"a":null,"b":"null"}',
        b'{"a":1, "b":"x"}',
        b'{"b":"x","a":1}',
        b'{"a":1,"b":"\\n"}',
        b'{"a":{"a":1},"b":"x"}',
        b'{"a":01,"b":"x"}',
        b'{"a":1,"b":"x"y"}',
        b'{"a":1,"a":1,"b":"x"}',
        b'{"a":1,"b":"\x01"}',
    ]
    data = b"".join(line + b"\n" for line in written)
    template = template_of(data)
    assert template
    flat = FlatLines(data, template)
    columns = [column.to_pylist() for column in flat.columns()]
    assert flat.is_flat.tolist() == [True] * 3 + [False] * 8
    assert columns == [["1", "10.50", None], ["x", "", "null"]]


@pytest.mark.parametrize("line", [b"", b"{}", b"[1]", b'{"a":1', b'{"a":1}}', b'{"a":1,"a":2}'])
def test_what_is_no_plain_record_gives_no_template(line: bytes) -> None:
    assert template_of(line + b"\n") is None
