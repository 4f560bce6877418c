"""CAMT: entries and details as records, in every version; balances; XML that is no statement."""

from __future__ import annotations

import pytest

from ingest.formats.statement_cells import STATEMENT_CELLS
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import Content, contract, read
from tests.ingest.formats.statements import CAMT
from tests.ingest.formats.test_mt940 import rows

EXPECTED = contract(*STATEMENT_CELLS, formats=("camt",))


def message(version: int = 8, closing: str = "73.85") -> str:
    return CAMT.format(version=version, closing=closing)


def content_of(text: str) -> Content:
    return read(text.encode(), EXPECTED)


@pytest.mark.parametrize("version", [2, 4, 8, 13])
def test_entries_and_details_are_records(version: int) -> None:
    found = rows(content_of(message(version)))
    assert [row["amount"] for row in found] == ["8.85", "-10.00", "-20.00", "-5.00"]
    assert [row.get("counterparty") for row in found] == [
        "Erika Muster",
        "Laden A",
        "Laden B",
        None,
    ]


def test_a_record_says_what_its_statement_entry_and_detail_say() -> None:
    assert rows(content_of(message()))[0] == {
        "bank_id": "EXAMDEFF",
        "account": "DE00000000000000000009",
        "currency": "EUR",
        "statement_reference": "S1",
        "statement_number": "7",
        "taken_at": "2026-09-04T06:00:00+02:00",
        "transaction_date": "2026-09-02",
        "booked_date": "2026-09-02",
        "value_date": "2026-09-03",
        "amount": "8.85",
        "transaction_id": "R1",
        "status": "BOOK",
        "counterparty": "Erika Muster",
        "counterparty_account": "DE00000000000000000001",
        "remark": "Miete September",
    }


def test_a_moment_gives_the_bank_s_day_and_the_instant() -> None:
    second = rows(content_of(message()))[1]
    assert (second["booked_date"], second["occurred_at"]) == (
        "2026-09-03",
        "2026-09-03T23:30:00+02:00",
    )


def test_details_in_another_currency_leave_their_entry_one_record() -> None:
    last = rows(content_of(message()))[3]
    assert (last["amount"], last["currency"]) == ("-5.00", "EUR")


@pytest.mark.parametrize(("closing", "met"), [("73.85", 1), ("73.86", 0)])
def test_balances_are_held_against_the_movements(closing: str, met: int) -> None:
    tally = content_of(message(closing=closing)).tally
    assert tally.declared_figures == (("balanced statements", 1, met),)


def test_an_amount_that_is_none_is_a_fault() -> None:
    found = content_of(message().replace(">5.00<", ">five<"))
    assert found.faults == {4: StructuralFault.BAD_RECORD}


def test_names_may_have_a_prefix() -> None:
    text = message().replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?")
    text = text.replace("xmlns=", "xmlns:c=")
    assert rows(content_of(text)) == rows(content_of(message()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (message().replace("Stmt>", "Other>"), RefusalReason.NO_STATEMENT),
        (message()[:-40], RefusalReason.TRUNCATED),
        (
            message().replace("<Document", '<!DOCTYPE d [<!ENTITY a "b">]><Document', 1),
            RefusalReason.UNKNOWN_FORMAT,
        ),
    ],
)
def test_what_is_no_whole_statement_is_refused(text: str, reason: RefusalReason) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        content_of(text)
    assert refusal.value.reason_code == reason


def test_many_entries_are_read_without_holding_them() -> None:
    head, entry, tail = _parts(message())
    assert content_of(head + entry * 5_000 + tail).tally.physical_records == 5_000


def _parts(text: str) -> tuple[str, str, str]:
    start, end = text.index("<Ntry>"), text.index("</Ntry>") + len("</Ntry>")
    return text[:start], text[start:end], text[text.index("</Stmt>") :]


def test_an_encoding_that_nobody_knows_refuses_the_message() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        content_of(message().replace("UTF-8", "UTG-8"))
    assert refused.value.reason_code == RefusalReason.UNDECODABLE
