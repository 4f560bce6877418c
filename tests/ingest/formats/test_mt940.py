"""MT940: movements with their lines, signs, dates and texts; balances held against them."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.contracts import Contract
from ingest.formats.records import PIECE_BYTES
from ingest.formats.statement_cells import STATEMENT_CELLS
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import Content, contract, read
from tests.ingest.formats.statements import MT940

EXPECTED: Contract = contract(*STATEMENT_CELLS, formats=("mt940",))


def rows(content: Content) -> list[dict[str, str]]:
    """Filled cells by name, in the order of the lines."""
    return [
        {n: text for n, text in zip(STATEMENT_CELLS, row, strict=True) if text is not None}
        for row in content.rows.values()
    ]


def test_movements_stand_on_their_lines_with_what_their_statement_says() -> None:
    content = read(MT940.encode(), EXPECTED)
    assert list(content.rows) == [6, 9, 12, 21]
    first, _, _, last = rows(content)
    assert first == {
        "bank_id": "12345678",
        "account": "1020304050",
        "currency": "EUR",
        "statement_reference": "REF20260901",
        "statement_number": "00007/001",
        "transaction_date": "2026-09-01",
        "booked_date": "2026-09-01",
        "value_date": "2026-09-01",
        "amount": "-250.5",
        "transaction_id": "B0001",
        "type": "NTRF",
        "type_name": "UEBERWEISUNG",
        "counterparty": "Erika Muster",
        "counterparty_account": "DE00000000000000000001",
        "remark": "EREF+A-1Miete September",
    }
    assert (last["account"], last["currency"]) == ("PL00000000000000000000000002", "PLN")


def test_marks_give_the_sign() -> None:
    """RC takes a credit back."""
    amounts = [row["amount"] for row in rows(read(MT940.encode(), EXPECTED))]
    assert amounts == ["-250.5", "1000", "-10.00", "-0.01"]


def test_an_entry_date_is_in_the_year_that_is_nearer() -> None:
    last = rows(read(MT940.encode(), EXPECTED))[-1]
    assert (last["value_date"], last["booked_date"]) == ("2025-12-31", "2026-01-02")


def test_keys_between_slashes_and_plain_texts_are_read() -> None:
    _, dutch, plain, _ = rows(read(MT940.encode(), EXPECTED))
    assert (dutch["counterparty"], dutch["counterparty_account"], dutch["remark"]) == (
        "J. Voorbeeld",
        "NL00EXAM0000000001",
        "huur",
    )
    assert (dutch["reference"], dutch["type_name"]) == ("R77", "SEPA")
    assert plain["remark"] == "Storno der Gutschrift -vom 3.9."


def test_balances_are_held_against_the_movements() -> None:
    assert read(MT940.encode(), EXPECTED).tally.declared_figures == (("balanced statements", 2, 1),)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("batch_rows", [1, 3])
def test_line_ends_and_batches_make_no_difference(ends: str, batch_rows: int) -> None:
    content = read(MT940.replace("\n", ends).encode(), EXPECTED, batch_rows)
    assert rows(content) == rows(read(MT940.encode(), EXPECTED))


def test_an_impossible_date_stays_as_it_is() -> None:
    message = MT940.replace(":61:2609010901D", ":61:2602300901D")
    assert rows(read(message.encode(), EXPECTED))[0]["value_date"] == "2026-02-30"


def test_a_movement_that_is_no_movement_is_a_fault() -> None:
    content = read(MT940.replace("2609020902C1000,", "26-09-02 1000").encode(), EXPECTED)
    assert content.faults == {9: StructuralFault.BAD_RECORD}
    assert content.tally.physical_records == 4


def test_a_movement_that_was_wrapped_is_joined() -> None:
    content = read(MT940.replace("901DR250,5N", "901DR\n250,5N").encode(), EXPECTED)
    assert rows(content)[0]["amount"] == "-250.5"


@pytest.mark.parametrize("before", range(6))
def test_movements_are_counted_across_the_pieces_in_which_a_file_is_read(before: int) -> None:
    head = ":20:" + "R" * (PIECE_BYTES - len(":20:") - before)
    content = read((head + "\n:61:2609010901D1,NTRFNONREF\n-\n").encode(), EXPECTED)
    assert content.tally.physical_records == 1


@pytest.mark.parametrize(
    "fragment", [":20:TELEREPORTING\n", ":86:091\n-", ":62F:C100323EUR42570,04\n-"]
)
def test_a_fragment_is_no_statement(fragment: str) -> None:
    with pytest.raises(DeliveryRefused) as refusal:
        read(fragment.encode(), EXPECTED)
    assert refusal.value.reason_code == RefusalReason.NO_STATEMENT


def test_a_statement_without_movements_has_no_records() -> None:
    empty: Any = ":20:R\n:25:1/2\n:28C:1\n:60F:C260901EUR1,00\n:62F:C260901EUR1,00\n-\n"
    content = read(empty.encode(), EXPECTED)
    assert (content.tally.physical_records, content.tally.declared_figures) == (
        0,
        (("balanced statements", 1, 1),),
    )


@pytest.mark.parametrize(
    ("text", "written_in", "told", "remark"),
    [
        ("房租 张伟", "gb18030", "gb18030", "房租 张伟"),
        ("für März", "cp1252", "latin-1", "für März"),
        ("für März", "cp852", "ascii", "f\ufffdr M\ufffdrz"),
    ],
)
def test_letters_of_an_unnamed_code_page_are_lost_openly_and_never_chinese(
    text: str, written_in: str, told: str, remark: str
) -> None:
    content = read(MT940.replace("Miete Septem", text).encode(written_in), EXPECTED)
    assert content.tally.encoding == told
    assert rows(content)[0]["remark"].startswith(f"EREF+A-1{remark}")
