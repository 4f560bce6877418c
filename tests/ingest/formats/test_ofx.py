"""OFX 1 and 2: transactions and trades, moments, encodings; answers that hold no statement."""

from __future__ import annotations

import io

import pytest

from ingest.formats.ofx import transaction_count
from ingest.formats.ofx_cells import day, instant
from ingest.formats.records import PIECE_BYTES
from ingest.formats.source import Source
from ingest.formats.statement_cells import STATEMENT_CELLS
from ingest.reasons import DeliveryRefused, RefusalReason
from tests.ingest.formats.deliveries import contract, read
from tests.ingest.formats.statements import OFX_1, OFX_2, OFX_HEADER
from tests.ingest.formats.test_mt940 import rows

EXPECTED = contract(*STATEMENT_CELLS, formats=("ofx",))


def test_a_transaction_that_does_not_end_refuses_the_file() -> None:
    whole = OFX_1.format(charset="1252").encode("cp1252")
    for damaged in (whole[: whole.index(b"+0100")], whole.replace(b"almo", b"<STMTTRN>almo")):
        with pytest.raises(DeliveryRefused) as refused:
            read(damaged, EXPECTED)
        assert refused.value.reason_code == RefusalReason.TRUNCATED


def test_tags_need_not_be_closed() -> None:
    first, second = rows(read(OFX_1.format(charset="1252").encode("cp1252"), EXPECTED))
    assert first == {
        "bank_id": "0260",
        "account": "77-1",
        "account_type": "CHECKING",
        "currency": "BRL",
        "transaction_date": "2026-09-02",
        "booked_date": "2026-09-02",
        "occurred_at": "2026-09-02 21:30:00-03:00",
        "amount": "-12.50",
        "transaction_id": "F1",
        "type": "DEBIT",
        "counterparty": "Café & Cia",
        "remark": "almoço",
    }
    assert (second["amount"], second["counterparty_account"]) == ("100.00", "88-2")
    assert "occurred_at" not in second


@pytest.mark.parametrize(
    ("charset", "encoding", "told"),
    [("1252", "cp1252", "cp1252"), ("1252", "utf-8", "utf-8"), ("936", "gbk", "cp936")],
)
def test_the_header_tells_the_encoding_unless_the_bytes_do(
    charset: str, encoding: str, told: str
) -> None:
    text = OFX_1.format(charset=charset).replace("Café", "茶馆" if encoding == "gbk" else "Café")
    data = text.replace("ç", "c").encode(encoding)
    content = read(data, EXPECTED)
    assert content.tally.encoding == told
    assert rows(content)[0]["counterparty"] in {"Café & Cia", "茶馆 & Cia"}


def test_trades_are_records_and_impossible_days_stay_as_they_are() -> None:
    trade, movement = rows(read(OFX_2.encode(), EXPECTED))
    assert (trade["type"], trade["amount"], trade["account"], trade["bank_id"]) == (
        "BUYSTOCK",
        "-25.00",
        "I-1",
        "example.org",
    )
    assert (movement["amount"], movement["booked_date"]) == ("5", "2026-02-31")


def test_tags_are_found_across_the_pieces_in_which_a_file_is_read() -> None:
    head, _, tail = OFX_1.format(charset="1252").partition("</BANKTRANLIST>")
    more = "".join(
        f"<STMTTRN><TRNTYPE>DEP<DTPOSTED>20260903<TRNAMT>{n}.00<FITID>N{n}</STMTTRN>\n"
        for n in range(1, 2_001)
    )
    found = rows(read((head + more + "</BANKTRANLIST>" + tail).encode("cp1252"), EXPECTED))
    assert [row["amount"] for row in found[2:]] == [f"{n}.00" for n in range(1, 2_001)]


@pytest.mark.parametrize("before", range(10))
def test_transactions_are_counted_across_the_pieces_in_which_a_file_is_read(before: int) -> None:
    content = b"x" * (PIECE_BYTES - before) + b"<STMTTRN>"
    assert transaction_count(Source(io.BytesIO(content))) == 1


@pytest.mark.parametrize(
    ("moment", "expected_day", "expected_instant"),
    [
        ("20260902", "2026-09-02", ""),
        ("20260902000000", "2026-09-02", ""),
        ("20260902120000.000[-5:EST]", "2026-09-02", ""),
        ("20260902101112", "2026-09-02", "2026-09-02 10:11:12+00:00"),
        ("20260902101112.131[-4:EDT]", "2026-09-02", "2026-09-02 10:11:12-04:00"),
        ("20260902101112[5.5:IST]", "2026-09-02", "2026-09-02 10:11:12+05:30"),
        ("201120000000", "201120000000", ""),
    ],
)
def test_moments(moment: str, expected_day: str, expected_instant: str) -> None:
    assert (day(moment), instant(moment)) == (expected_day, expected_instant)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<OFX></OFX>", RefusalReason.NO_STATEMENT),
        ("<OFX><STATUS><CODE>0<SEVERITY>INFO</STATUS></OFX>", RefusalReason.NO_STATEMENT),
        (
            "<OFX><STATUS><CODE>2000</CODE><SEVERITY>ERROR</SEVERITY></STATUS></OFX>",
            RefusalReason.SENDER_ERROR,
        ),
    ],
)
def test_answers_without_a_statement_are_refused(body: str, reason: RefusalReason) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read((OFX_HEADER.format(charset="1252") + body).encode(), EXPECTED)
    assert refusal.value.reason_code == reason
    if reason == RefusalReason.SENDER_ERROR:
        assert "2000" in refusal.value.found
