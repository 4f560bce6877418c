"""XML: records by path, headers as paths, encodings, entities, damage."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Contract, Dialect, Drift
from ingest.formats import open_delivery
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import contract, read


def xml_contract(*names: str, path: str = "Stmt/Ntry", **about: Any) -> Contract:
    about.setdefault("drift", Drift.EVOLVE)
    return contract(*names, formats=("xml",), dialect=Dialect(record_path=path), **about)


def refusal(delivery: bytes, expected: Contract) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        list(open_delivery(io.BytesIO(delivery), expected).batches())
    return refused.value


STATEMENT = b"""<?xml version="1.0"?>
<x:Doc xmlns:x="urn:one" xmlns="urn:two"><!-- of two accounts -->
 <x:Stmt><Id>S1</Id><x:Acct><IBAN> NL01 </IBAN></x:Acct>
  <x:Ntry no="1" x:kind="k"><Amt Ccy="EUR">1.50</Amt><R><U>a</U></R><R><U>b</U><U/></R></x:Ntry>
  <x:Ntry><Amt Ccy="CNY">2.00</Amt><Inner><Stmt><Ntry><Amt>9</Amt></Ntry></Stmt></Inner></x:Ntry>
 </x:Stmt>
 <x:Stmt><x:Acct><IBAN>NL02</IBAN></x:Acct><x:Ntry><Amt>3&amp;<![CDATA[<4]]></Amt></x:Ntry></x:Stmt>
</x:Doc>"""


def test_headers_lead_from_the_record_to_its_values() -> None:
    expected = xml_contract("@no", "@kind", "Amt", "Amt/@Ccy", "R/U", "../Acct/IBAN", "../Id")
    assert read(STATEMENT, expected).rows == {
        1: ("1", "k", "1.50", "EUR", "a b", "NL01", "S1"),
        2: (None, None, "2.00", "CNY", None, "NL01", "S1"),
        3: (None, None, "3&<4", None, None, "NL02", None),
    }


def test_without_a_path_the_root_is_the_record() -> None:
    assert read(b"<a>t<b>1</b></a>", xml_contract("b", ".", path="")).rows == {1: ("1", "t1")}


def test_drift_is_held_against_unknown_elements() -> None:
    document = b"<d><r><a>1</a><b/></r><r z='7'><a>2</a></r><r><a>3</a></r></d>"
    frozen = xml_contract("a", path="d/r", drift=Drift.FREEZE)
    assert "b, @z" in refusal(document, frozen).found
    content = read(document, xml_contract("a", path="d/r", drift=Drift.DISCARD_ROW))
    assert content.rows == {1: ("1",), 3: ("3",)}
    assert content.faults == {2: StructuralFault.UNKNOWN_COLUMN}


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("UTF-8", "utf-8"), ("GB2312", "gb18030"), ("gbk", "gb18030"), ("UTF-16", "utf-16")],
)
def test_the_encoding_is_the_one_declared(declared: str, encoding: str) -> None:
    document = f"<?xml version='1.0' encoding='{declared}'?><d><r><名>镕记</名></r></d>"
    assert read(document.encode(encoding), xml_contract("名", path="r")).rows == {1: ("镕记",)}


def test_bytes_of_another_encoding_are_refused() -> None:
    document = "<d><r><a>中文</a></r></d>".encode("gb18030")
    assert refusal(document, xml_contract("a", path="r")).reason_code == RefusalReason.UNDECODABLE


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd">',
    ],
)
def test_a_document_type_is_refused(declaration: str) -> None:
    document = f"<?xml version='1.0'?>{declaration}<d><r><a>&a;</a></r></d>".encode()
    refused = refusal(document, xml_contract("a", path="r"))
    assert refused.reason_code == RefusalReason.UNKNOWN_FORMAT
    assert "document type" in refused.found


def test_an_empty_statement_is_read_and_another_document_refused() -> None:
    assert read(b"<Doc><Stmt/></Doc>", xml_contract("Amt")).rows == {}
    other = refusal(b"<Doc><Rpt/></Doc>", xml_contract("Amt"))
    assert other.reason_code == RefusalReason.HEADER_MISSING


@pytest.mark.parametrize("document", [STATEMENT[:-9], STATEMENT[:300], b"<d><r></d></r>"])
def test_broken_documents_are_refused_as_truncated(document: bytes) -> None:
    assert refusal(document, xml_contract("Amt")).reason_code == RefusalReason.TRUNCATED


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=6
).map(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=300))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    records = (f"<r n={quoteattr(a)}><t>{escape(b)}</t></r>" for a, b in rows)
    document = f"<d>{' '.join(records)}</d>".encode()
    content = read(document, xml_contract("@n", "t", path="d/r"), batch_rows=7)
    assert list(content.rows.values()) == [(a or None, b or None) for a, b in rows]
