"""Feeds are told by content: bytes, headers, signatures."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from ingest.contracts import Contract, read_contracts
from ingest.pipeline import contract_of
from ingest.recognise import recognise
from tests.ingest.deliveries import alipay, alipay_row, deal, deals_csv
from tests.ingest.feeds.partner_files import confirmation, fund_file
from tests.ingest.formats.bills import wechat_csv
from tests.ingest.formats.deliveries import contract
from tests.ingest.formats.laid_out import CARD, CARD_FILE, DEBIT, SAVINGS_FILE, feed

ALIPAY = alipay(alipay_row(1), alipay_row(2))


def feeds(content: bytes) -> list[str]:
    contracts = read_contracts().values()
    return [name for name, _, _ in recognise(io.BytesIO(content), contracts)]


def fixed_fields() -> tuple[tuple[str, int], ...]:
    fixed = contract_of("fund_confirmations").dialect.fixed_width
    assert fixed
    return fixed.fields


def named(name: str, given: Contract) -> Contract:
    return replace(given, feed=name)


def test_the_feeds_of_the_house_know_their_own_files() -> None:
    assert feeds(ALIPAY)[0] == "alipay_bills"
    assert feeds(wechat_csv())[0] == "wechat_bills"
    assert feeds(deals_csv(deal(1)))[0] == "partner_deals"


def test_what_no_contract_knows_is_nobodys() -> None:
    assert feeds(b"a,b\n1,2\n") == []
    assert feeds(b"") == []
    assert feeds(b"\x89PNG\r\n\x1a\n" + b"\0" * 64) == []


def test_the_layout_is_named_too() -> None:
    statements = named("statements", feed(DEBIT, CARD))
    for content, layout in ((SAVINGS_FILE, "savings"), (CARD_FILE, "card")):
        found = recognise(io.BytesIO(content.encode()), [statements])
        assert [entry[:2] for entry in found] == [("statements", layout)]


def test_of_two_that_fit_the_one_that_knows_more_of_the_file_is_likelier() -> None:
    narrow, wide = named("narrow", contract("a", "b")), named("wide", contract("a", "b", "c"))
    found = recognise(io.BytesIO(b"a,b,c\n1,2,3\n"), [narrow, wide])
    assert [name for name, _, _ in found] == ["wide", "narrow"]


def test_text_whose_lines_happen_to_be_as_wide_is_no_fixed_width_file() -> None:
    """Cut into fields of so many bytes any text has something everywhere."""
    width = sum(width for _, width in fixed_fields())
    lines = ["x" * width, *("x" * n for n in (width - 1, width + 1, 7))]
    assert feeds("\n".join(lines).encode()) == []
    assert feeds(fund_file(confirmation())) == ["fund_confirmations"]


def test_headers_quoted_far_down_head_nothing() -> None:
    given = named("given", contract("a", "b"))
    for lines, expected in ((99, ["given"]), (100, [])):
        content = "x,y,z\n" * lines + "a,b\n1,2\n"
        found = recognise(io.BytesIO(content.encode()), [given])
        assert [name for name, _, _ in found] == expected


def test_a_signature_decides_between_equals() -> None:
    plain = named("plain", contract("a", "b"))
    signed = replace(named("signed", contract("a", "b")), signature=("^Bank of Examples",))
    for content, first in ((b"Bank of Examples\na,b\n1,2\n", "signed"), (b"a,b\n1,2\n", "plain")):
        assert recognise(io.BytesIO(content), [plain, signed])[0][0] == first


def test_a_signature_tells_a_file_that_lacks_headers() -> None:
    signed = replace(named("signed", contract("a", "b")), signature=("^Bank of Examples",))
    found = recognise(io.BytesIO("Bank of Examples\na,c\n1,2\n".encode("utf-16")), [signed])
    assert [(name, score < 1) for name, _, score in found] == [("signed", True)]


def test_an_archive_is_told_by_its_first_member() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("bill.csv", ALIPAY)
    assert feeds(content.getvalue())[0] == "alipay_bills"
