"""JSON documents: where the records are, numbers as written, counting, damage."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Contract, Dialect, Drift
from ingest.formats import json_document, open_delivery
from ingest.formats.json_count import count_elements
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read


def json_contract(*names: str, path: str = "", **about: Any) -> Contract:
    about.setdefault("drift", Drift.EVOLVE)
    dialect = Dialect(record_path=path)
    return contract(*names, formats=("json",), dialect=dialect, **about)


def refusal(delivery: bytes, expected: Contract) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        list(open_delivery(io.BytesIO(delivery), expected).batches())
    return refused.value


def test_records_are_found_at_the_path() -> None:
    document = b"""{"meta": {"list": [1, {"list": []}], "n": 2},
      "data": {"total": 9, "list": [ {"a": 1.50, "b": "x"} , {"b": null, "a": 12e3} ], "end": {}},
      "tail": [[]]}"""
    assert read(document, json_contract("a", "b", path="data.list")).rows == {
        1: ("1.50", "x"),
        2: ("12e3", None),
    }


def test_the_top_may_be_the_list_or_the_one_record() -> None:
    assert read(b'\xef\xbb\xbf [{"a": 1}]\n', json_contract("a")).rows == {1: ("1",)}
    assert read(b'{\n "a": {"b": [true]}\n}', json_contract("a")).rows == {1: ('{"b":[true]}',)}
    assert read(b"[]", json_contract("a")).tally.physical_records == 0
    assert read(b'{"a":{"list":[ ]}}', json_contract("a", path="a.list")).rows == {}


@pytest.mark.parametrize(
    ("delivery", "count"),
    [
        (b'{\n "a": 1,\n "b": [\n  {"a": 2}\n ]\n}\n', 1),
        (b'{"a": 1}\n{"a": 2}\n', 2),
        (b'{"a": broken}\n{"a": 2}\n', 2),
    ],
)
def test_a_document_is_told_from_json_lines(delivery: bytes, count: int) -> None:
    either = contract("a", formats=("json", "json_lines"), drift=Drift.EVOLVE)
    assert read(delivery, either).tally.physical_records == count


def test_headers_may_be_paths() -> None:
    expected = json_contract("sale.amount", "parts.1.sku", "x.y", drift=Drift.FREEZE)
    document = b'[{"sale": {"amount": 1.10}, "parts": [{}, {"sku": "s"}], "x.y": "flat"}, {"x": 1}]'
    assert read(document, expected).rows == {1: ("1.10", "s", "flat"), 2: (None, None, None)}


def test_headers_of_json_lines_may_be_paths() -> None:
    expected = contract("sale.amount", "id", formats=("json_lines",))
    delivery = b'{"id": 1, "sale": {"amount": 1.10, "currency": "GBP"}}\n{"id": 2, "sale": null}\n'
    assert read(delivery, expected).rows == {1: ("1.10", "1"), 2: (None, "2")}


def test_a_faulty_record_costs_no_other_one() -> None:
    document = rb'[{"a": 1}, 5, {"a": 1, "a": 2}, {"a": NaN}, {"a": "\ud800"}, {"a": "\u0000"}, {}]'
    content = read(document, json_contract("a"))
    assert content.rows == {1: ("1",), 7: (None,)}
    assert [content.faults[n] for n in range(2, 7)] == [
        *[StructuralFault.BAD_JSON] * 4,
        StructuralFault.NUL_BYTE,
    ]


def test_drift_is_held_against_unknown_keys() -> None:
    document = b'[{"a": 1, "b": ""}, {"a": 2, "b": 3}, {"a": 4}]'
    assert refusal(document, json_contract("a", drift=Drift.FREEZE)).reason_code == (
        RefusalReason.UNKNOWN_COLUMN
    )
    content = read(document, json_contract("a", drift=Drift.DISCARD_ROW))
    assert content.rows == {1: ("1",), 3: ("4",)}
    assert content.faults == {2: StructuralFault.UNKNOWN_COLUMN}
    assert content.tally.unknown_headers == ("b",)


@pytest.mark.parametrize(
    "document",
    [
        b'[{"a": 1}, {"a": "secret',
        b'[{"a": 1} {"a": 2}]',
        b'[{"a": 1}]]',
        b'{"x": [{"a": 1}]',
        b"[" * 100_000,
    ],
)
def test_broken_documents_are_refused_as_truncated(document: bytes) -> None:
    path = "x" if document.startswith(b"{") else ""
    refused = refusal(document, json_contract("a", path=path))
    assert refused.reason_code == RefusalReason.TRUNCATED
    assert "secret" not in str(refused)


@pytest.mark.parametrize("document", [b'{"y": []}', b"{}", b'{"x": {"z": 1}}'])
def test_a_document_without_the_path_is_refused(document: bytes) -> None:
    refused = refusal(document, json_contract("a", path="x.y"))
    assert refused.reason_code == RefusalReason.HEADER_MISSING


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.sampled_from(['"', "\\", '\\"', "[{,", "中文"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), max_size=12),
    before=VALUES,
    chunk_bytes=st.integers(1, 40),
    is_ascii=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_what_is_written_is_read_back_whatever_the_pieces(
    rows: list[dict[str, Any]], before: Any, chunk_bytes: int, is_ascii: bool, indent: int | None
) -> None:
    document = {"before": before, "rows": rows, "after": before}
    delivery = json.dumps(document, ensure_ascii=is_ascii, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_document, "CHUNK_BYTES", chunk_bytes)
        if b"\\u0000" in delivery:
            return
        content = read(delivery, json_contract("a", "b", path="rows"), 5)
    assert list(content.rows.values()) == [(text(row["a"]), text(row["b"])) for row in rows]


def text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@settings(deadline=None)
@given(elements=st.lists(VALUES, max_size=12), size=st.integers(1, 9))
def test_elements_are_counted_without_parsing(elements: list[Any], size: int) -> None:
    inside = json.dumps(elements, ensure_ascii=False)[1:-1].encode()
    pieces = [inside[start : start + size] for start in range(0, len(inside), size)]
    assert count_elements(pieces) == len(elements)


@pytest.mark.parametrize("chunk_bytes", range(1, 30))
def test_values_are_not_cut_where_the_pieces_end(
    monkeypatch: pytest.MonkeyPatch, chunk_bytes: int
) -> None:
    monkeypatch.setattr(json_document, "CHUNK_BYTES", chunk_bytes)
    document = '{"n": 1234567, "rows": [{"a": "中文"}, 12345678, {"a": -1.50}], "m": 890}'
    content = read(document.encode(), json_contract("a", path="rows"))
    assert content.rows == {1: ("中文",), 3: ("-1.50",)}
    assert content.faults == {2: StructuralFault.BAD_JSON}
